"""The two ways into the intake: a file, and `POST /api/v1/evenements`."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from communaute import create_app
from communaute.blueprints.structures import intake as door
from communaute.domain.structures.intake.taking import take
from communaute.extensions import db
from communaute.models import IntakeEvent, Invoice, StatusChange, Structure
from tests.conftest import settings_for
from tests.structures.events import BUYER, SELLER, status, story, structure


TOKEN = "un jeton d’essai"
ADDRESS = "/api/v1/evenements"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site whose intake is open."""
    folder = tmp_path_factory.mktemp("intake")
    return create_app(settings_for(folder, intake_token=TOKEN), TESTING=True)


@pytest.fixture
def site(opened: Flask) -> Iterator[Flask]:
    """The same, its tables empty."""
    with opened.app_context():
        db.drop_all()
        db.create_all()
        yield opened
        db.session.remove()


def send(site: Flask, body: object, token: str = TOKEN, **more: Any) -> TestResponse:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    kind = more.pop("content_type", "application/json")
    return site.test_client().post(ADDRESS, data=data, headers=headers, content_type=kind, **more)


def lines(events: list[Any]) -> str:
    return "\n".join(json.dumps(one) for one in events)


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_array_and_lines_are_read_alike(site: Flask) -> None:
    first = send(site, story())
    assert first.status_code == 200, first.text
    said = first.get_json()
    assert (said["accepted"], said["refused"]) == (9, 0)
    assert said["outcomes"][0] == {"line": 1, "id": "s1", "result": "accepted", "reason": ""}
    assert first.headers["Cache-Control"] == "no-store"
    for kind in ("application/x-ndjson", "text/plain", "application/json"):
        again = send(site, lines(story()) + "\n\n", content_type=kind)
        assert again.get_json()["duplicate"] == 9
    assert send(site, story()[0]).get_json()["duplicate"] == 1
    assert count(StatusChange) == 7


def test_a_bad_line_is_refused_alone_and_all_bad_is_422(site: Flask) -> None:
    said = send(site, json.dumps(structure("s1", SELLER)) + "\n{oups\n[[[\n")
    assert said.status_code == 200
    assert [one["result"] for one in said.get_json()["outcomes"]] == [
        "accepted",
        "refused",
        "refused",
    ]
    assert send(site, [{"id": "x"}]).status_code == 422


@pytest.mark.parametrize("body", ["", "  \n ", "[1, 2", "[" * 200_000, b"\xff\xfe\x00[", "null"])
def test_a_body_that_is_no_list_is_refused_in_words(site: Flask, body: str | bytes) -> None:
    answer = send(site, body)
    assert answer.status_code == 422
    said = answer.get_json()
    assert said.get("message") or said["outcomes"][0]["reason"]
    assert count(IntakeEvent) == 0


@pytest.mark.parametrize("token", ["", "autre", TOKEN + "x", TOKEN[:-1], "é\udc80"])
def test_only_the_token_opens(site: Flask, token: str) -> None:
    headers = (
        {"Authorization": f"Bearer {token}".encode("utf-8", "surrogateescape")} if token else {}
    )
    wanted = {name: value.decode("latin-1") for name, value in headers.items()}
    answer = site.test_client().post(ADDRESS, json=story(), headers=wanted)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "jeton" in answer.get_json()["message"]
    assert count(Structure) == 0


def test_another_scheme_does_not_open(site: Flask) -> None:
    headers = {"Authorization": f"Basic {TOKEN}".encode().decode("latin-1")}
    assert site.test_client().post(ADDRESS, json=[], headers=headers).status_code == 401


def test_without_a_token_the_door_is_closed(shared_app: Flask) -> None:
    answer = shared_app.test_client().post(ADDRESS, json=[], headers={"Authorization": "Bearer "})
    assert answer.status_code == 404
    assert "fermée" in answer.get_json()["message"]


def test_too_much_is_refused_whole(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_EVENTS", 5)
    assert send(site, story()).status_code == 413
    monkeypatch.setattr(door, "LARGEST_BODY", 100)
    answer = send(site, story()[:2])
    assert answer.status_code == 413
    assert "5 événements" in answer.get_json()["message"]
    assert count(Structure) == 0


def test_a_failure_in_the_middle_leaves_nothing(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two batches in one sending: the second fails, the first is not kept."""
    monkeypatch.setattr(door, "BATCH", 2)
    calls = []
    real = take

    def failing(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("a failure of the machine")
        return real(*arguments, **named)

    monkeypatch.setattr(door, "take", failing)
    with pytest.raises(RuntimeError):
        send(site, story())
    assert count(Structure) == 0
    assert count(IntakeEvent) == 0


def test_what_had_waited_is_told_without_a_line(site: Flask) -> None:
    assert send(site, [story()[3]]).get_json()["waiting"] == 1
    said = send(site, story()[:3]).get_json()
    assert said["accepted"] == 4
    assert said["outcomes"][3]["line"] is None


def test_the_description_is_valid_and_true(site: Flask) -> None:
    described = site.test_client().get("/api/v1/openapi.json").get_json()
    OpenAPIV31SpecValidator(described).validate()
    schemas = described["components"]["schemas"]
    for event in story():
        names = {"structure": "Structure", "invoice": "Invoice", "status": "Status"}
        schema = {**schemas[f"Intake{names[event['type']]}"], "components": described["components"]}
        Draft202012Validator(schema).validate(event)
    report = {**schemas["IntakeReport"], "components": described["components"]}
    Draft202012Validator(report).validate(send(site, story()).get_json())
    assert "/api/v1/signatures" in described["paths"]


def load(site: Flask, file: Path) -> Any:
    return site.test_cli_runner().invoke(args=["intake", "load", str(file)])


def test_a_file_is_loaded_with_its_refusals_by_line(site: Flask, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    bad = status("bad", "BROUILLON", 1)
    text = "\ufeff" + lines(story()) + "\n\n{oups\n" + json.dumps(bad) + "\n"
    file.write_text(text, encoding="utf-8")
    done = load(site, file)
    assert done.exit_code == 0, done.output
    assert "accepted: 9, duplicate: 0, waiting: 0, refused: 2" in done.output
    assert "ligne 11 (sans id)" in done.output
    assert "ligne 12 (bad): Une facture" in done.output
    assert "duplicate: 9" in load(site, file).output
    assert count(Invoice) == 1


def test_a_file_in_batches_is_in_any_order(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communaute.commands.intake.BATCH", 2)
    file = tmp_path / "events.jsonl"
    file.write_text(lines(story()[::-1]), encoding="utf-8")
    done = load(site, file)
    assert "refused: 0" in done.output
    assert db.session.scalars(select(Invoice.status)).one() == "MISE_EN_PAIEMENT"
    assert {SELLER, BUYER} == set(db.session.scalars(select(Structure.siret)))


def test_an_empty_or_missing_file_is_said(site: Flask, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert "accepted: 0" in load(site, empty).output
    assert load(site, tmp_path / "nothing").exit_code == 2


@pytest.mark.parametrize("amount", ["1e999999999", "1e99999999999999999999", "NaN", "Infinity"])
def test_an_absurd_number_refuses_its_line_alone(site: Flask, amount: str) -> None:
    absurd = json.dumps(story()[2]).replace('"120.50"', amount)
    answer = send(site, f"[{absurd}, {json.dumps(structure('s1', SELLER))}]")
    assert answer.status_code == 200
    assert [one["result"] for one in json.loads(answer.text)["outcomes"]] == ["refused", "accepted"]


def test_a_compressed_body_is_told_so(site: Flask) -> None:
    body = gzip.compress(lines(story()).encode())
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Encoding": "gzip"}
    answer = site.test_client().post(ADDRESS, data=body, headers=headers)
    assert answer.status_code == 422
    assert "sans les compresser" in json.loads(answer.text)["message"]
