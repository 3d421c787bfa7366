"""The lifecycle: one table, which agrees with the pages of content/statuts."""

import pytest
import yaml

from communaute import PACKAGE
from communaute.domain.structures import lifecycle
from communaute.domain.structures.errors import ImpossibleStatus, ReasonMissing
from communaute.domain.structures.lifecycle import FINAL, FIRST, TABLE, TRANSITIONS, Giver
from communaute.domain.structures.statuses import STATUSES, Actor, Turn


def pages() -> dict[str, dict[str, str]]:
    """The header of each page about a status, by code."""
    found = {}
    for path in (PACKAGE / "content" / "statuts").glob("*.md"):
        header = yaml.safe_load(path.read_text(encoding="utf-8").split("---")[1])
        if path.name != "_index.md":
            found[header["code"]] = {**header, "slug": path.stem}
    return found


def test_the_table_and_the_pages_say_the_same() -> None:
    said = {
        code: (page["title"].replace("'", "’"), page["actor"], page["slug"])
        for code, page in pages().items()
    }
    assert {s.code: (s.label, s.actor.value, s.slug) for s in STATUSES.values()} == said


def test_every_status_of_the_table_exists() -> None:
    assert set(TABLE) <= set(STATUSES)
    assert {after for _, after in TRANSITIONS} <= set(STATUSES)


def test_one_giver_only_gives_a_status_from_another() -> None:
    listed = [
        (before, after)
        for before, row in TABLE.items()
        for following in row.values()
        for after in following.split()
    ]
    assert len(listed) == len(set(listed))


def test_every_status_is_reached_from_a_first_one_and_leads_to_an_end() -> None:
    reached = set(FIRST).union(*(lifecycle.reachable(first) for first in FIRST))
    assert reached == set(STATUSES)
    for code in TABLE:
        assert lifecycle.reachable(code) & FINAL, code


def test_what_is_over_is_over() -> None:
    assert {"REJETEE", "MISE_EN_PAIEMENT", "SUPPRIMEE", "ABANDONNEE"} <= FINAL
    assert not lifecycle.may_have_followed("MISE_EN_PAIEMENT", "MANDATEE")
    assert not lifecycle.may_have_followed("MISE_A_DISPOSITION", "BROUILLON")
    assert lifecycle.may_have_followed("DEPOSEE", "MISE_EN_PAIEMENT")


def test_reasons_are_compulsory_for_what_sends_an_invoice_back() -> None:
    assert {c for c, s in STATUSES.items() if s.reason_required} == {
        "SUSPENDUE",
        "REJETEE",
        "REFUSEE",
    }
    with pytest.raises(ReasonMissing, match="motif"):
        lifecycle.check_reason(STATUSES["SUSPENDUE"], "  ")
    assert lifecycle.check_reason(STATUSES["SUSPENDUE"], " RIB ") == "RIB"
    assert lifecycle.check_reason(STATUSES["MANDATEE"], "") == ""
    with pytest.raises(ReasonMissing, match="raccourcissez"):
        lifecycle.check_reason(STATUSES["MANDATEE"], "x" * 2001)


def test_a_recipient_suspends_and_the_sender_completes() -> None:
    assert lifecycle.giver("MISE_A_DISPOSITION", "SUSPENDUE") is Giver.RECIPIENT
    assert lifecycle.giver("SUSPENDUE", "COMPLETEE") is Giver.SENDER
    assert lifecycle.giver("MISE_EN_PAIEMENT", "REJETEE") is None


# Who gives a status, and whom the pages name.
GIVERS = {
    Giver.SENDER: Actor.SUPPLIER,
    Giver.RECIPIENT: Actor.RECIPIENT,
    Giver.VALIDATOR: Actor.VALIDATOR,
    Giver.ACCOUNTANT: Actor.ACCOUNTANT,
    Giver.SYSTEM: Actor.NOBODY,
}


@pytest.mark.parametrize("code", TABLE)
def test_who_is_said_to_act_is_one_who_can(code: str) -> None:
    assert STATUSES[code].actor in {GIVERS[giver] for giver in TABLE[code]}


def test_whose_turn_it_is_depends_on_the_side() -> None:
    turns = {
        code: (lifecycle.turn(code, sent=True), lifecycle.turn(code, sent=False))
        for code in STATUSES
    }
    assert turns["SUSPENDUE"] == (Turn.YOURS, Turn.WAITING)
    assert turns["MISE_A_DISPOSITION"] == (Turn.WAITING, Turn.YOURS)
    assert turns["MANDATEE"] == turns["A_VALIDER"] == (Turn.WAITING, Turn.WAITING)
    assert turns["MISE_EN_PAIEMENT"] == (Turn.OVER, Turn.OVER)
    for code in ("REJETEE", "REFUSEE", "NON_CONFORME"):
        assert turns[code] == (Turn.YOURS, Turn.OVER)
        assert "terminé" not in lifecycle.turn_in_words(code, sent=True)


def test_other_spellings_are_read() -> None:
    assert lifecycle.status("A_VALIDER_2").code == "A_VALIDER"
    assert lifecycle.status("SERVICE-FAIT").code == "SERVICE_FAIT"
    with pytest.raises(ImpossibleStatus, match="PAYEE"):
        lifecycle.status("PAYEE")
