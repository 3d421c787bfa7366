"""Nothing of the audit log is left in the code's own words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import communaute
from communaute.blueprints.backoffice.journal import (
    ACTS,
    act_in_words,
    details_in_words,
    target_in_words,
)


HOUSE = Path(communaute.__file__).parent
NOTING = {"record", "record_refusal", "refuse_guest", "forbid", "write_down"}
CONSTANTS = {"ACT", "REFUSED_ACT", "UNDO_REFUSED_ACT", "CREATED"}
WORD = re.compile(r"[a-z]+(?:-[a-z]+)+")


def acts_of(path: Path) -> Iterator[str]:
    """The acts that a file notes: words given to what writes the log, or kept for it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        inside: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            inside = [*node.args] if name in NOTING else []
        elif isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            inside = [node.value] if names & CONSTANTS else []
        for value in inside:
            if isinstance(value, ast.Constant) and WORD.fullmatch(str(value.value)):
                yield str(value.value)


def test_every_act_has_its_french_words() -> None:
    places = [HOUSE / "domain", HOUSE / "blueprints"]
    found = {act for place in places for path in place.rglob("*.py") for act in acts_of(path)}
    assert {
        "siret-change-refused",
        "training-created",
        "letter-asked",
        "siret-undo-refused",
    } <= found
    assert found - set(ACTS) == set()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("user 3", "compte n°\u00a03"),
        ("invoice 12 to REJETEE", "facture n°\u00a012 vers Rejetée"),
        ("message 4 of structure 5", "message n°\u00a04 de structure n°\u00a05"),
        ("receipt FBR3-8WHV-CZ3C", "reçu FBR3-8WHV-CZ3C"),
        ("messages of everybody", "les messages de tous"),
        ("/gestion/as 3", "/gestion/as 3"),
    ],
)
def test_what_it_was_done_to_is_said_in_french(target: str, words: str) -> None:
    assert target_in_words(target) == words


def test_details_are_said_in_french() -> None:
    assert details_in_words({"role": "administrator", "reason": "essai"}).startswith("rôle : ")
    assert details_in_words({"most": "300"}) == "plafond : 300"
    assert act_in_words("of-tomorrow") == "of-tomorrow"
