"""`tariffs merge`: what a folder of changes does to the tariffs, and what it must not do."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from communaute.editorial.tariff_checks import check_tariffs
from communaute.editorial.tariff_merging import Merge, merge, write
from communaute.editorial.tariffs import read_tariffs


CONTENT = Path(__file__).parents[2] / "site" / "content" / "tarifs"
COMMIT = "owner/code@" + "a" * 40 + ":code.json"
HOUR = {"row": "interpretation-heure-20090301", "source": "A43-7-ORAL30-20090301"}
PUK = {"row": "mobile-code-puk-plateforme-20161121", "source": "A43-9-MA70MA71-PNIJ-20161121"}
CHANGE = {
    "id": "NEUF-20260501",
    "categorie_prestataire": "",
    "texte_reference": "",
    "code": "",
    "prestation": "",
    "montant": "5.50",
    "unite": "",
    "formule": "",
    "conditions": "",
    "valide_du": "2027-01-01",
    "valide_au": "",
    "source": COMMIT,
    "citation": "Phrase du texte",
    "confiance": "lu",
    "verifie_au": "2027-02-01",
    "montant_calcule": "",
    "remplace": PUK["source"],
}
CHECK = {"id": PUK["source"], "verifie_au": "2027-02-01", "source": f"{COMMIT} (A43-9, version)"}
VALUE = {
    "parametre": "UV_DELEGUES",
    "libelle": "UV (vérifiée au 01/02/2027)",
    "valeur": "3",
    "unite": "EUR",
    "valide_du": "2021-05-01",
    "valide_au": "",
    "source": COMMIT,
    "citation": "",
    "confiance": "lu",
}
VERSION = {
    "article": "A43-9",
    "debut": "2027-01-01",
    "fin": "",
    "texte_modificateur": "non lu",
    "source": COMMIT,
}
LABEL = {
    **dict.fromkeys(("series", "category", "articles", "text", "service", "code", "nature"), ""),
    **dict.fromkeys(("unit", "formula", "conditions", "on_top", "excludes", "follows"), ""),
    "date_basis": "",
    "date_basis_source": "",
    "source_id": "NEUF-20260501",
}
LETTER = {"source": "UV_DELEGUES", "parameter": "UV", "territory": "", "why_not": ""}

Lines = Iterable[dict[str, str]]


class Merging:
    """A copy of the content, a folder of changes and our words, filled as a test wants."""

    def __init__(self, root: Path) -> None:
        self.content = Path(shutil.copytree(CONTENT, root / "tarifs"))
        self.folder, self.words = root / "recu", root / "mots"
        for made in (self.folder, self.words):
            made.mkdir()
        self.say(self.words / "libelles.csv", [LABEL], LABEL)
        self.say(self.words / "parametres.csv", [LETTER], LETTER)
        self.receive()

    def say(self, path: Path, lines: Lines, heading: dict[str, str]) -> None:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, heading)
            writer.writeheader()
            writer.writerows(lines)

    def receive(
        self, changes: Lines = (), checks: Lines = (), values: Lines = (), versions: Lines = ()
    ) -> None:
        self.say(self.folder / "changes.csv", changes, CHANGE)
        self.say(self.folder / "verified.csv", checks, CHECK)
        self.say(self.folder / "parametres-new.csv", values, VALUE)
        self.say(self.folder / "versions-new.csv", versions, VERSION)

    def merged(self) -> Merge:
        return merge(self.content, self.folder, self.words)

    def outcome(self) -> tuple[str, str]:
        (outcome,) = self.merged().outcomes
        return outcome.kind, outcome.said

    def row(self, identity: str) -> dict[str, str]:
        return next(row for row in self.merged().tables["tarifs.csv"] if row["id"] == identity)


@pytest.fixture
def merging(tmp_path: Path) -> Merging:
    return Merging(tmp_path)


def test_a_row_that_another_replaces_ends_the_day_before_and_keeps_its_words(
    merging: Merging,
) -> None:
    merging.receive(changes=[CHANGE])
    assert merging.outcome() == ("remplace", f"{PUK['row']} finit le 2026-12-31")
    assert merging.row(PUK["row"])["valid_until"] == "2026-12-31"
    new = merging.row("mobile-code-puk-plateforme-20270101")
    assert (new["amount"], new["valid_from"], new["valid_until"]) == ("5.50", "2027-01-01", "")
    assert new["service"] == merging.row(PUK["row"])["service"]
    assert (new["confidence"], new["verified_on"], new["source"]) == ("read", "2027-02-01", COMMIT)


def test_sentences_of_the_texts_are_not_carried_over(merging: Merging) -> None:
    merging.receive(changes=[CHANGE])
    write(merging.merged(), merging.content)
    assert "Phrase du texte" not in (merging.content / "tarifs.csv").read_text()


def test_what_is_written_is_sound_and_a_second_run_has_nothing_to_do(merging: Merging) -> None:
    merging.receive([CHANGE], values=[VALUE], versions=[VERSION])
    write(merging.merged(), merging.content)
    assert check_tariffs(merging.content) == []
    assert len(read_tariffs(merging.content).rows) == len(read_tariffs(CONTENT).rows) + 1
    assert {outcome.kind for outcome in merging.merged().outcomes} == {"déjà repris"}


def test_a_tariff_of_its_own_needs_our_words(merging: Merging) -> None:
    merging.receive(changes=[{**CHANGE, "remplace": "", "id": "INCONNU"}])
    assert merging.outcome() == ("refuse", "ajoutez nos mots pour cette ligne dans libelles.csv")
    merging.receive(changes=[{**CHANGE, "remplace": ""}])
    assert merging.outcome() == ("refuse", "donnez la série de cette ligne dans libelles.csv")


def test_a_row_seen_again_is_verified_later_and_says_where(merging: Merging) -> None:
    merging.receive(checks=[CHECK])
    assert merging.outcome() == ("confirme", "vue en vigueur jusqu’au 2027-02-01")
    row = merging.row(PUK["row"])
    assert (row["verified_on"], row["verified_in"]) == ("2027-02-01", COMMIT)


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"valide_du": "2016-11-21", "montant": "99"}, "contredit", "99 ; nous avons"),
        ({"valide_du": "2010-01-01", "remplace": HOUR["source"]}, "refuse", "finit déjà le"),
        ({"valide_du": "2010-01-01"}, "refuse", "commence avant"),
        ({"remplace": "RIEN"}, "refuse", "que nous n’avons pas"),
        ({"source": "owner/code@main:code.json"}, "refuse", "source sans version fixe"),
        ({"source": "https://github.com/o/c/blob/main/x.json"}, "refuse", "sans version fixe"),
        ({"montant": "cinq"}, "refuse", "n’est pas un nombre"),
        ({"montant": ""}, "refuse", "ni montant ni formule"),
        ({"montant": "NaN"}, "refuse", "n’est pas un nombre"),
        ({"valide_du": "01/05/2026"}, "refuse", "n’est pas une date"),
        ({"valide_du": ""}, "refuse", "sans date de début"),
        ({"confiance": "peut-être"}, "refuse", "ni « lu » ni « secondaire »"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_stops_the_writing(
    merging: Merging, change: dict[str, str], kind: str, said: str
) -> None:
    merging.receive(changes=[{**CHANGE, **change}])
    found = merging.outcome()
    assert found[0] == kind
    assert said in found[1]
    assert merging.merged().blocked


def test_a_period_that_overlaps_another_is_refused(merging: Merging) -> None:
    series = PUK["row"].rpartition("-")[0]
    label = {**LABEL, "series": series, "category": "operateurs-communications-electroniques"}
    merging.say(merging.words / "libelles.csv", [label], LABEL)
    merging.receive(changes=[{**CHANGE, "remplace": ""}])
    assert merging.outcome() == ("refuse", f"recouvre {PUK['row']}")


def test_two_lines_cannot_end_the_same_row(merging: Merging) -> None:
    again = {**LABEL, "source_id": "AUTRE", "series": "autre-serie"}
    merging.say(merging.words / "libelles.csv", [LABEL, again], LABEL)
    merging.receive(changes=[CHANGE, {**CHANGE, "id": "AUTRE", "valide_du": "2027-02-01"}])
    first, second = merging.merged().outcomes
    assert (first.kind, second.kind) == ("remplace", "refuse")
    assert "mobile-code-puk-plateforme-20270101" in second.said


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        ({"id": HOUR["source"]}, "contredit"),
        ({"id": "RIEN"}, "refuse"),
        ({"verifie_au": "2020-01-01"}, "déjà repris"),
    ],
)
def test_a_check_of_a_row_that_ended_or_is_not_ours_is_said(
    merging: Merging, check: dict[str, str], kind: str
) -> None:
    merging.receive(checks=[{**CHECK, **check}])
    assert merging.outcome()[0] == kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, "confirme"),
        ({"valeur": "4"}, "contredit"),
        ({"parametre": "RIEN"}, "refuse"),
        ({"valeur": "trois"}, "refuse"),
        ({"valide_du": "2028-03-01", "confiance": "peut-être"}, "refuse"),
    ],
)
def test_a_letter_is_confirmed_contradicted_or_refused(
    merging: Merging, value: dict[str, str], kind: str
) -> None:
    merging.receive(values=[{**VALUE, **value}])
    assert merging.outcome()[0] == kind


def test_an_increase_in_percents_multiplies(merging: Merging) -> None:
    letter = {**LETTER, "source": "MAJ", "parameter": "majoration", "territory": "guyane"}
    merging.say(merging.words / "parametres.csv", [letter], LETTER)
    change = {"parametre": "MAJ", "valeur": "25", "unite": "%", "valide_du": "2028-03-01"}
    merging.receive(values=[{**VALUE, **change}])
    assert merging.outcome() == ("commence", "1.25")


def test_a_wording_ends_the_one_before_it(merging: Merging) -> None:
    merging.receive(versions=[VERSION])
    kind, said = merging.outcome()
    assert kind == "remplace"
    assert said.endswith("finit le 2026-12-31")


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["tariffs", "merge", *map(str, arguments)])


def test_the_command_writes_nothing_unless_asked(shared_app: Flask, merging: Merging) -> None:
    merging.receive(changes=[CHANGE])
    given = (merging.folder, "--words", merging.words, "--content", merging.content)
    before = (merging.content / "tarifs.csv").read_text()
    result = run(shared_app, *given)
    assert result.exit_code == 0, result.output
    assert "remplace\tNEUF-20260501\tmobile-code-puk-plateforme-20270101" in result.output
    assert (merging.content / "tarifs.csv").read_text() == before
    assert run(shared_app, *given, "--write").exit_code == 0
    assert "NEUF-20260501" in (merging.content / "tarifs.csv").read_text()


def test_the_command_refuses_to_write_what_contradicts(shared_app: Flask, merging: Merging) -> None:
    merging.receive(changes=[{**CHANGE, "valide_du": "2016-11-21", "montant": "99"}])
    given = (merging.folder, "--words", merging.words, "--content", merging.content, "--write")
    before = (merging.content / "tarifs.csv").read_text()
    result = run(shared_app, *given)
    assert result.exit_code == 1
    assert "contredit\tNEUF-20260501" in result.output
    assert (merging.content / "tarifs.csv").read_text() == before


def test_the_command_says_which_file_is_missing(shared_app: Flask, merging: Merging) -> None:
    (merging.folder / "verified.csv").unlink()
    result = run(shared_app, merging.folder, "--words", merging.words)
    assert result.exit_code == 2
    assert "verified.csv" in result.stderr
