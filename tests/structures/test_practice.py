"""The practice account: an invented set, alone, limited, gone after a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.siret.changing import change, undo
from communaute.domain.structures import invented, lifecycle, listing, practice
from communaute.domain.structures.errors import (
    Forbidden,
    NotFound,
    PracticeOver,
    TooManyPractices,
)
from communaute.domain.structures.numbers import Siret, is_practice
from communaute.domain.structures.timeline import timeline
from communaute.extensions import Base
from communaute.models import Invoice, Membership, PracticeSet, Structure, User
from tests.structures.worlds import NOW, TODAY, guest, invoice, mails, person, structure


LATER = NOW + timedelta(hours=25)


def rows(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


def test_the_set_is_what_the_exercise_needs(session: Session) -> None:
    visitor = guest(session)
    found = practice.state(session, visitor, NOW)
    company = listing.details(session, visitor, found.structure.id)
    assert [len(company.services), len(company.people), len(company.spaces)] == [3, 4, 6]
    assert len(company.mandates) == 1
    assert {one.kind.value for one in company.connections} == {"technical-account", "edi"}
    assert company.invoices == 12
    assert company.is_manager
    exchanged = listing.invoices_of(session, visitor, company.structure.id).lines
    assert {one.sent for one in exchanged} == {True, False}
    assert len({one.status for one in exchanged}) >= 9


def test_what_is_invented_looks_like_nobody(session: Session) -> None:
    visitor = guest(session)
    made = session.scalars(select(Structure)).all()
    assert all(is_practice(Siret(one.siret)) for one in made)
    assert all("invent" in one.name for one in made)
    people = session.scalars(select(User)).all()
    assert all(one.contact_address.endswith(".example") for one in people)
    assert [one.id for one in people if one.active] == [visitor.id]


def test_invented_invoices_follow_the_table(session: Session) -> None:
    visitor = guest(session)
    invented = session.scalars(select(Invoice.id)).all()
    assert invented
    for one in invented:
        told = timeline(session, visitor, one)
        assert all(step.expected for step in told.steps), told.invoice.number
        assert all(
            step.reason for step in told.steps if lifecycle.status(step.status).reason_required
        )


def test_reset_puts_everything_back(session: Session) -> None:
    visitor = guest(session)
    before = rows(session)
    found = practice.state(session, visitor, NOW)
    change(
        session,
        visitor,
        found.structure.id,
        found.suggested_siret.digits,
        "",
        today=TODAY,
        now=NOW,
    )
    after = practice.reset(session, visitor, NOW)
    assert rows(session) == before
    assert after.structure.siret == invented.OLD_SIRET
    assert after.receipts == ()
    assert after.expires_at == found.expires_at


def test_erasing_leaves_the_real_world_and_other_guests_alone(session: Session) -> None:
    chief = person(session)
    known = structure(session, principal=chief)
    invoice(session, known, structure(session))
    other = guest(session)
    before = rows(session)
    visitor = guest(session)
    practice.erase(session, visitor)
    assert rows(session) == before
    assert practice.state(session, other, NOW)
    with pytest.raises(Forbidden):
        practice.erase(session, chief)


def test_after_a_day_it_is_gone(session: Session) -> None:
    before = rows(session)
    visitor = guest(session)
    session.commit()
    with pytest.raises(PracticeOver, match="24 heures"):
        practice.state(session, visitor, LATER)
    assert practice.purge(session, NOW) == 0
    assert practice.purge(session, LATER) == 1
    assert rows(session) == before
    assert practice.purge(session, LATER) == 0


def test_two_guests_have_the_same_siret_and_never_meet(session: Session) -> None:
    first, second = guest(session), guest(session)
    theirs = practice.state(session, second, NOW)
    assert practice.state(session, first, NOW).structure.siret == theirs.structure.siret
    with pytest.raises(NotFound):
        listing.details(session, first, theirs.structure.id)


def test_guests_are_limited_from_one_address_and_in_all(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice, "FROM_ONE_CLIENT", 2)
    monkeypatch.setattr(practice, "IN_ALL", 3)
    guest(session, "here")
    guest(session, "here")
    with pytest.raises(TooManyPractices, match="votre réseau"):
        guest(session, "here")
    guest(session, "there")
    with pytest.raises(TooManyPractices, match="en ce moment"):
        guest(session, "elsewhere")
    assert session.scalar(select(func.count()).select_from(PracticeSet)) == 3


def test_nothing_done_in_practice_writes_a_mail(session: Session) -> None:
    visitor = guest(session)
    found = practice.state(session, visitor, NOW)
    done = change(
        session,
        visitor,
        found.structure.id,
        found.suggested_siret.digits,
        "",
        today=TODAY,
        now=NOW,
    )
    undo(session, visitor, done.code, now=NOW)
    practice.reset(session, visitor, NOW)
    assert mails(session) == []
    assert session.scalar(select(func.count()).select_from(Membership)) == 4
