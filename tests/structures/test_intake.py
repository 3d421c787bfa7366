"""The intake: once each, in any order, accepted or refused with a reason, nothing half done."""

import json
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.siret.changing import change
from communaute.domain.structures.declaring import Declaration, declare
from communaute.domain.structures.intake.lines import exact
from communaute.domain.structures.intake.taking import BATCH, take
from communaute.domain.structures.intake.values import Outcome, Result
from communaute.domain.structures.numbers import PRACTICE, made_up
from communaute.models import (
    Event,
    IntakeEvent,
    Invoice,
    Membership,
    MembershipState,
    Nature,
    Origin,
    Service,
    StatusChange,
    Structure,
)
from tests.structures.events import BUYER, SELLER, invoice, moment, status, story, structure
from tests.structures.worlds import BASE, NOW, TODAY, mails, person, siret


def taken(session: Session, *events: object) -> list[Outcome]:
    return take(session, events, base_url=BASE, now=NOW)


def results(outcomes: list[Outcome]) -> list[str]:
    return [one.result.value for one in outcomes]


def reason(session: Session, event: object) -> str:
    """Why one event is refused."""
    (outcome,) = taken(session, event)
    assert outcome.result is Result.REFUSED, outcome
    return outcome.reason


def what_is_known(session: Session) -> list[Any]:
    """Everything the intake has written, but numbers of rows and moments of writing."""
    steps = select(StatusChange.status, StatusChange.at, StatusChange.reason)
    return [
        sorted(session.execute(select(Structure.siret, Structure.name, Structure.active))),
        sorted(session.execute(select(Service.code, Service.name, Service.active))),
        sorted(session.execute(select(Invoice.number, Invoice.status, Invoice.status_at))),
        session.execute(steps.order_by(StatusChange.at)).all(),
        sorted(session.execute(select(Event.kind, func.count()).group_by(Event.kind))),
        sorted(session.scalars(select(IntakeEvent.id))),
    ]


def test_a_whole_story_is_taken(session: Session) -> None:
    assert results(taken(session, *story())) == ["accepted"] * 9
    made = session.scalars(select(Invoice)).one()
    assert (made.status, made.amount, made.service_code) == (
        "MISE_EN_PAIEMENT",
        Decimal("120.50"),
        "A",
    )
    assert session.scalar(select(func.count()).select_from(StatusChange)) == 7
    assert all(one.origin == Origin.INTAKE for one in session.scalars(select(Structure)))
    assert all(one.verified_at for one in session.scalars(select(Structure)))


def test_the_same_sent_twice_changes_nothing(session: Session) -> None:
    taken(session, *story())
    before = what_is_known(session)
    assert results(taken(session, *story())) == ["duplicate"] * 9
    assert what_is_known(session) == before
    assert results(taken(session, structure("n", siret(52).digits), structure("n", SELLER))) == [
        "accepted",
        "duplicate",
    ]


def test_the_order_of_lines_does_not_matter(session: Session) -> None:
    with session.begin_nested() as straight:
        taken(session, *story())
        expected = what_is_known(session)
        straight.rollback()
    for seed in range(6):
        with session.begin_nested() as shuffled:
            events = story()
            random.Random(seed).shuffle(events)
            assert set(results(taken(session, *events))) == {"accepted"}
            assert what_is_known(session) == expected
            shuffled.rollback()


def test_the_order_of_sendings_does_not_matter(session: Session) -> None:
    with session.begin_nested() as straight:
        taken(session, *story())
        expected = what_is_known(session)
        straight.rollback()
    for seed in range(6):
        with session.begin_nested() as shuffled:
            events = story()
            random.Random(seed).shuffle(events)
            said = [one for event in events for one in taken(session, event)]
            assert Counter(results(said))["accepted"] == 9
            assert Counter(results(said))["refused"] == 0
            assert what_is_known(session) == expected
            shuffled.rollback()


def test_what_waits_says_what_for_and_is_told_when_it_is_applied(session: Session) -> None:
    (waits,) = taken(session, status("t", "MISE_A_DISPOSITION", 28))
    assert waits.result is Result.WAITING
    assert "F-1" in waits.reason
    assert results(taken(session, status("t", "MISE_A_DISPOSITION", 28))) == ["duplicate"]
    (waits,) = taken(session, invoice("i"))
    assert waits.result is Result.WAITING
    assert session.scalar(select(Invoice)) is None
    assert results(taken(session, structure("s1", SELLER))) == ["accepted"]
    last = taken(session, structure("s2", BUYER))
    assert [(one.id, one.result.value) for one in last] == [
        ("s2", "accepted"),
        ("i", "accepted"),
        ("t", "accepted"),
    ]
    assert session.scalars(select(IntakeEvent).where(IntakeEvent.waiting.is_not(None))).all() == []


def test_a_waiting_line_that_turns_out_wrong_is_told(session: Session) -> None:
    taken(session, status("t", "BROUILLON", 1))
    last = taken(session, structure("s1", SELLER), structure("s2", BUYER), invoice("i"))
    assert (last[3].id, last[3].result) == ("t", Result.REFUSED)
    assert session.scalars(select(Invoice.status)).one() == "DEPOSEE"


def test_a_status_with_the_wrong_year_waits_without_end(session: Session) -> None:
    taken(session, status("t", "MISE_A_DISPOSITION", 3, year=2025))
    last = taken(session, structure("s1", SELLER), structure("s2", BUYER), invoice("i"))
    assert results(last) == ["accepted"] * 3
    again = invoice("j", issued_on="2025-12-01", days=300)
    assert results(taken(session, again)) == ["accepted", "accepted"]
    both = taken(session, status("u", "SERVICE_FAIT", 1))
    assert both[0].result is Result.REFUSED
    assert "2025" in both[0].reason


def test_an_impossible_status_is_refused_whatever_the_order(session: Session) -> None:
    taken(session, *story())
    assert "ne devient pas" in reason(session, status("x", "MANDATEE", 1))
    assert "ne devient pas" in reason(session, status("y", "BROUILLON", 25))
    assert "n’est publié" not in reason(session, status("z", "REJETEE", 1, reason="Non."))
    assert session.scalars(select(Invoice.status)).one() == "MISE_EN_PAIEMENT"
    # Refused is not remembered: corrected, the same identifier is taken.
    assert results(taken(session, status("x", "SERVICE_FAIT", 12))) == ["accepted"]


def test_steps_may_be_missing_and_come_late(session: Session) -> None:
    taken(session, *story()[:3])
    assert results(taken(session, status("late", "MANDATEE", 10))) == ["accepted"]
    assert results(taken(session, status("mid", "MISE_A_DISPOSITION", 20))) == ["accepted"]
    assert session.scalars(select(Invoice.status)).one() == "MANDATEE"


def test_what_is_older_than_what_is_known_changes_nothing(session: Session) -> None:
    taken(session, structure("new", SELLER, 5, name="Neuf", services=[]))
    assert results(taken(session, structure("old", SELLER, 50, name="Vieux"))) == ["accepted"]
    assert session.scalars(select(Structure.name)).one() == "Neuf"
    taken(session, structure("newer", SELLER, 1, name="Tout neuf", active=False))
    assert not session.scalars(select(Structure.active)).one()


def test_services_follow_what_is_told(session: Session) -> None:
    told = [{"code": "A", "name": "Un"}, {"code": "B", "name": "Deux"}]
    taken(session, structure("1", SELLER, 9, services=told))
    taken(session, structure("2", SELLER, 8))
    assert session.scalar(select(func.count()).select_from(Service)) == 2
    taken(
        session, structure("3", SELLER, 7, services=[{"code": "B", "name": "B", "active": False}])
    )
    assert session.execute(select(Service.code, Service.name, Service.active)).all() == [
        ("B", "B", False)
    ]


def test_what_waits_for_two_structures_does_not_hide_what_waits_for_one(session: Session) -> None:
    third = siret(52).digits
    stuck = [invoice(f"a{n}", f"A-{n}", recipient=third) for n in range(BATCH)]
    taken(session, *stuck)
    taken(session, structure("s2", BUYER), invoice("z", "Z-1"))
    late = taken(session, structure("s1", SELLER))[1:]
    assert [(one.id, one.result.value) for one in late] == [("z", "accepted")]
    assert Counter(results(taken(session, structure("s3", third)))) == {"accepted": BATCH + 1}


def test_a_refused_identifier_is_told_back_shortened(session: Session) -> None:
    (outcome,) = taken(session, invoice("x" * 10_000))
    assert outcome.result is Result.REFUSED
    assert len(outcome.id) == 100


def test_an_amount_never_changes_and_an_address_may(session: Session) -> None:
    taken(session, *story()[:3], structure("s3", siret(53).digits))
    assert "autre montant" in reason(session, invoice("again", days=10, amount="99"))
    moved = invoice("moved", days=9, recipient=siret(53).digits)
    assert results(taken(session, moved)) == ["accepted"]
    assert session.scalars(select(Invoice)).one().recipient.siret == siret(53).digits
    assert results(taken(session, invoice("older", days=20))) == ["accepted"]
    assert session.scalars(select(Invoice)).one().recipient.siret == siret(53).digits


def test_a_declared_structure_gives_no_right_once_it_is_known(session: Session) -> None:
    squatter = person(session)
    what = Declaration(SELLER, "Moi", Nature.PRIVATE)
    declare(session, squatter, what, now=NOW)
    session.commit()
    assert results(taken(session, structure("s2", BUYER), invoice("i"))) == ["accepted", "waiting"]
    assert results(taken(session, structure("s1", SELLER))) == ["accepted", "accepted"]
    mine = session.scalars(select(Membership)).one()
    assert mine.state == MembershipState.PENDING
    assert mails(session) == [(squatter.email, "attachment-to-confirm")]


def test_a_replaced_structure_is_not_made_active_again(session: Session) -> None:
    chief = person(session)
    taken(session, structure("s1", SELLER, 50))
    old = session.scalars(select(Structure)).one()
    session.add(
        Membership(
            user_id=chief.id, structure_id=old.id, role="principal", state="active", asked_at=NOW
        )
    )
    session.flush()
    change(session, chief, old.id, siret(50, 2).digits, "", today=TODAY, now=NOW)
    assert "a changé de SIRET" in reason(session, structure("again", SELLER, 0))
    assert results(taken(session, structure("closed", SELLER, 0, active=False))) == ["accepted"]
    assert results(taken(session, structure("new", siret(50, 2).digits, 0))) == ["accepted"]
    assert sorted(session.execute(select(Structure.siret, Structure.active))) == [
        (SELLER, False),
        (siret(50, 2).digits, True),
    ]


WRONG: list[tuple[object, str]] = [
    (None, "objet JSON"),
    ([], "objet JSON"),
    ({}, "id"),
    ({"id": 3}, "id"),
    ({"id": "x" * 101}, "100 caractères"),
    ({"id": "a\x00b"}, "illisible"),
    ({"id": "\ud800"}, "illisible"),
    ({"id": "a", "type": "payment"}, "type"),
    ({"id": "a", "type": ["status"]}, "type"),
    (structure("a", SELLER, at="2026-11-24T10:00:00"), "décalage"),
    (structure("a", SELLER, at="hier"), "décalage"),
    (structure("a", SELLER, at=5), "décalage"),
    (structure("a", SELLER, at="0001-01-01T00:00:00+14:00"), "décalage"),
    (structure("a", SELLER, -2), "à venir"),
    (structure("a", "123"), "14 chiffres"),
    (structure("a", SELLER[:-1] + str((int(SELLER[-1]) + 1) % 10)), "clé"),
    (structure("a", made_up(PRACTICE, 101).digits), "s’exercer"),
    (structure("a", SELLER, nature="mixte"), "nature"),
    (structure("a", SELLER, name=" "), "name"),
    (structure("a", SELLER, name="x" * 201), "200"),
    (structure("a", SELLER, active="oui"), "true ou false"),
    (structure("a", SELLER, local_authority=True), "publique"),
    (structure("a", SELLER, services={"code": "A"}), "liste"),
    (structure("a", SELLER, services=[{"code": "A", "name": "A"}] * 2), "même code"),
    (invoice("a", recipient=SELLER), "même SIRET"),
    (invoice("a", amount="1,50"), "montant"),
    (invoice("a", amount="NaN"), "montant"),
    (invoice("a", amount="1e400"), "montant"),
    (invoice("a", amount=Decimal("1.005")), "deux décimales"),
    (invoice("a", amount=exact("1e999999999")), "montant"),
    (invoice("a", amount=exact("1e-99999999999999999999")), "montant"),
    (invoice("a", amount="1e-999999999999999999"), "montant"),
    (invoice("a", amount="1_000.00"), "montant"),
    (invoice("a", amount="١٢"), "montant"),
    (invoice("a", amount=True), "montant"),
    (invoice("a", issued_on="24/11/2026"), "issued_on"),
    (invoice("a", number=""), "number"),
    (invoice("a", status="PAYEE"), "inconnu"),
    (invoice("a", status="SUSPENDUE"), "motif"),
    (status("a", "SUSPENDUE", 3), "motif"),
    (status("a", "MANDATEE", 3, year="2026"), "year"),
    (status("a", "MANDATEE", 3, reason=4), "texte lisible"),
]


@pytest.mark.parametrize(("event", "words"), WRONG)
def test_each_fault_has_its_reason(session: Session, event: object, words: str) -> None:
    assert words in reason(session, event)
    assert session.scalar(select(func.count()).select_from(IntakeEvent)) == 0


def test_a_refused_line_stops_no_other(session: Session) -> None:
    said = taken(session, None, structure("s1", SELLER), {"id": "bad"}, structure("s2", BUYER))
    assert results(said) == ["refused", "accepted", "refused", "accepted"]
    assert [one.id for one in said] == ["", "s1", "bad", "s2"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=6,
)
FIELDS = st.sampled_from(sorted({name for event in story() for name in event}))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 8), name=FIELDS, value=VALUES)
def test_whatever_a_field_holds_is_accepted_or_refused(
    session: Session, place: int, name: str, value: object
) -> None:
    with session.begin_nested() as trial:
        events = story()
        events[place][name] = value
        said = taken(session, *events)
        assert len(said) >= 9
        assert all(one.reason for one in said if one.result is Result.REFUSED)
        json.dumps([one.reason for one in said]).encode()
        trial.rollback()


def test_moments_are_kept_in_utc(session: Session) -> None:
    assert moment(0).endswith("+00:00")
    taken(session, *story()[:2], {**invoice("i"), "at": "2026-11-01T02:00:00+02:00"})
    assert session.scalars(select(StatusChange.at)).one().isoformat() == "2026-11-01T00:00:00+00:00"


def test_an_invoice_told_again_ends_the_same_in_any_order(session: Session) -> None:
    """Told a second time with another status, it takes that status, whichever came first."""
    taken(session, structure("s1", SELLER), structure("s2", BUYER))
    for number, order in (("F-1", (0, 1)), ("F-2", (1, 0))):
        told = [
            invoice(f"{number} early", number, days=30),
            invoice(f"{number} late", number, days=20, status="MISE_A_DISPOSITION"),
        ]
        for place in order:
            assert results(taken(session, told[place])) == ["accepted"]
    steps = (
        select(Invoice.number, StatusChange.status, StatusChange.at)
        .join(Invoice, Invoice.id == StatusChange.invoice_id)
        .order_by(Invoice.number, StatusChange.at)
    )
    found = [row.status for row in session.execute(steps)]
    assert found == ["DEPOSEE", "MISE_A_DISPOSITION"] * 2
    assert set(session.scalars(select(Invoice.status))) == {"MISE_A_DISPOSITION"}


def test_an_address_told_again_gives_no_status(session: Session) -> None:
    """Without a status, an invoice told again only changes its address."""
    taken(session, structure("s1", SELLER), structure("s2", BUYER), invoice("a", days=30))
    taken(session, status("b", "A_RECYCLER", 25), invoice("c", days=20, service="B"))
    assert session.scalars(select(Invoice.status)).one() == "A_RECYCLER"
