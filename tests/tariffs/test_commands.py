"""`flask tariffs`: what scripts and people type."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask


FIELDS = {
    *("id", "category", "text", "service", "code", "amount", "unit", "formula", "conditions"),
    *("valid_from", "valid_until", "confidence", "verified_on"),
}


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["tariffs", *arguments])


def found(app: Flask, *arguments: str) -> list[dict[str, str | None]]:
    result = run(app, "find", *arguments, "--json")
    assert result.exit_code == 0, result.output
    rows: list[dict[str, str | None]] = json.loads(result.stdout)
    return rows


def test_find_answers_the_contract_s_fields(shared_app: Flask) -> None:
    rows = found(shared_app, "--category", "traducteurs-interpretes", "--date", "2019-06-01")
    assert rows
    assert all(row.keys() >= FIELDS | {"source_id"} for row in rows)
    (hour,) = [row for row in rows if row["id"] == "interpretation-heure-20090301"]
    assert (hour["amount"], hour["valid_from"], hour["valid_until"]) == (
        "30",
        "2009-03-01",
        "2020-12-31",
    )
    assert (hour["confidence"], hour["source_id"]) == ("read", "A43-7-ORAL30-20090301")


def test_find_without_a_date_answers_every_period(shared_app: Flask) -> None:
    assert len(found(shared_app, "--category", "operateurs-communications-electroniques")) == 302
    assert len(found(shared_app)) == 727


def test_a_formula_is_worked_out_when_its_letters_are_known_and_only_then(
    shared_app: Flask,
) -> None:
    jurors = {row["id"]: row for row in found(shared_app, "--text", "R140", "--date", "2024-03-01")}
    assert jurors["jure-session-20040929"]["amount"] == "99.20"
    assert jurors["jure-session-20040929"]["formula"] == "6 + 8 × S"
    autopsies = found(shared_app, "--query", "autopsie", "--date", "2018-01-01")
    assert {row["amount"] for row in autopsies} == {None}
    assert all(row["formula"] for row in autopsies)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--category", "traducteur"),
        ("--text", "R999"),
        ("--date", "2021-02-30"),
        ("--date", "1999-01-01"),
        ("--date", "2999-01-01"),
    ],
)
def test_a_wrong_use_exits_with_2_and_one_sentence(
    shared_app: Flask, arguments: tuple[str, ...]
) -> None:
    result = run(shared_app, "find", *arguments, "--json")
    assert result.exit_code == 2
    assert not result.stdout
    assert len(result.stderr.strip().splitlines()) == 1


def interpreting(app: Flask, *arguments: str) -> Result:
    return run(app, "interpreting", *arguments, "--json")


def test_interpreting_answers_102_euros_for_a_saturday_evening_in_2019(shared_app: Flask) -> None:
    given = ("--ordered", "2019-05-20", "--start", "2019-06-01T22:00", "--end", "2019-06-02T00:00")
    result = interpreting(shared_app, *given)
    answer = json.loads(result.stdout)
    assert answer["total"] == "102.00"
    assert [(line["rate"], line["amount"]) for line in answer["lines"]] == [
        ("57.00", "57.00"),
        ("45.00", "45.00"),
    ]
    assert answer["lines"][0]["tariff"] == "interpretation-heure-20090301"
    assert len(answer["lines"][0]["supplements"]) == 3


def test_interpreting_ordered_from_2021_needs_the_option(shared_app: Flask) -> None:
    given = ("--ordered", "2021-01-01", "--start", "2021-01-05T09:00", "--end", "2021-01-05T11:00")
    refused = interpreting(shared_app, *given)
    assert refused.exit_code == 2
    assert "droit d’option" in refused.stderr
    assert (
        json.loads(interpreting(shared_app, *given, "--option", "yes").stdout)["total"] == "111.50"
    )
    assert json.loads(interpreting(shared_app, *given, "--option", "no").stdout)["total"] == "72.00"


def test_interpreting_refuses_what_is_no_time(shared_app: Flask) -> None:
    result = interpreting(shared_app, "--ordered", "2019-01-01", "--start", "midi", "--end", "soir")
    assert result.exit_code == 2
    assert "n’est pas une date et une heure" in result.stderr


def test_load_is_safe_to_run_twice_and_reports_says_there_are_none(app: Flask) -> None:
    assert "727 ajoutés" in run(app, "load").output
    assert "727 inchangés" in run(app, "load").output
    assert "0 à traiter" in run(app, "reports").output


def test_a_report_that_was_handled_is_listed_no_more(app: Flask) -> None:
    data = {"tarif": "interpretation-heure-20090301", "message": "31 €, dit le décret"}
    for _ in range(2):
        assert app.test_client().post("/outils/tarifs/signaler", data=data).status_code == 200
    first = run(app, "reports").output.split("\t")[0]
    assert "1 à traiter" in run(app, "reports", "--handled", first).output
    refused = run(app, "reports", "--handled", "999")
    assert (refused.exit_code, "999" in refused.stderr) == (2, True)
    assert "1 à traiter" in run(app, "reports").output


def test_review_says_which_figure_is_no_longer_in_its_text(
    shared_app: Flask, tmp_path: Path
) -> None:
    grid = "42 30 65 46,50 49,50 37,50 76,80 58 57 45 88,50 69,80"
    (tmp_path / "a43-7.md").write_text(f"Traduction par écrit 25 39,00 {grid}")
    (tmp_path / "r999.md").write_text("Rien.")
    lines = run(shared_app, "review", str(tmp_path)).output.splitlines()
    about = [line for line in lines if line.startswith("A43-7\t") and "absent" not in line]
    assert about == [
        "A43-7\ttraduction-ecrite-option-20210101\tle chiffre 38,5 n’est plus dans le texte"
    ]
    assert "R999\t-\taucun tarif en vigueur ne cite cet article" in lines
    assert any(line.startswith("R140\tjure-session-20040929\ttexte absent") for line in lines)


def test_review_is_silent_on_a_text_that_says_what_the_rows_say(
    shared_app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "annexes").mkdir()
    text = "À Paris : 0,46 euro. Dans les autres localités : 0,30 euro. 6,10 ; 3,20 ; 2,44 euros."
    (tmp_path / "annexes" / "R147.txt").write_text(text)
    lines = run(shared_app, "review", str(tmp_path)).output.splitlines()
    assert not [line for line in lines if line.startswith("R147\t")]


CODE = [
    {
        "section": "A43-7",
        "title": "Article A. 43-7",
        "content": "25 39,00 42 30 65 46,50 49,50 37,50 76,80 58 57 45 88,50 69,80",
        "valid_from": "2027-01-01",
    },
    {"section": "R147", "content": "0,46 0,30 6,10 3,20 2,44", "valid_from": "1959-03-02"},
    {"section": "222-1", "content": "Un article du code qui n'est pas à nous."},
]


@pytest.mark.parametrize("shape", [CODE, {"title": "Code", "provisions": CODE}])
def test_review_reads_one_json_of_the_code(
    shared_app: Flask, tmp_path: Path, shape: object
) -> None:
    path = tmp_path / "code.json"
    path.write_text(json.dumps(shape))
    lines = run(shared_app, "review", str(path)).output.splitlines()
    about = [line for line in lines if line.startswith("A43-7\t") and "absent" not in line]
    assert about == [
        "A43-7\t-\tversion du 01/01/2027 ; la nôtre est du 01/01/2021",
        "A43-7\ttraduction-ecrite-option-20210101\tle chiffre 38,5 n’est plus dans le texte",
    ]
    assert not [line for line in lines if line.startswith(("R147\t", "222-1\t"))]


def test_review_reads_other_names_of_the_same_fields(shared_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "code.json"
    path.write_text(json.dumps([{"number": "A. 43-9", "start": "2020-02-10", "text": "8"}]))
    lines = run(shared_app, "review", str(path)).output.splitlines()
    older = "A43-9\t-\ttexte du 10/02/2020, plus ancien que le nôtre (01/05/2026)"
    assert older in lines


def test_review_ends_with_what_is_inferred_and_what_to_look_for(
    shared_app: Flask, tmp_path: Path
) -> None:
    lines = run(shared_app, "review", str(tmp_path)).output.splitlines()
    deduced = [line for line in lines if line.startswith("-\t")]
    assert all("À chercher : " in line for line in deduced)
    for subject in (
        *("internet-adresse-ip-plateforme-20161121 (+7)", "CNPSY", "fourriere-expertise-20240301"),
        *("kilometre-5cv-tranche-1-20220101", "majoration", "SMG", "*"),
    ):
        assert any(subject in line for line in deduced), subject
    assert lines[-1].endswith(f"{len(deduced)} déduits")


@pytest.mark.parametrize("written", ["pas du JSON", "{}", '[{"a": 1}]', "3"])
def test_review_refuses_a_json_that_holds_no_article(
    shared_app: Flask, tmp_path: Path, written: str
) -> None:
    path = tmp_path / "code.json"
    path.write_text(written)
    result = run(shared_app, "review", str(path))
    assert result.exit_code == 2
    assert "code.json" in result.stderr
