"""Who may be written to: the direction, the invoices, the filters, and why not the others."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from communaute.domain.messages.audience import NOT_EXCHANGED, audience
from communaute.domain.messages.values import Filters, Reason, few
from communaute.domain.siret.changing import change
from communaute.domain.structures.statuses import STATUSES
from communaute.models import Invoice, Nature, Structure, User
from tests.messages.worlds import NOON, sent, supplier, town
from tests.structures import worlds


def found(session: Session, sender: Structure, filters: Filters = Filters()) -> set[int]:  # noqa: B008
    return set(audience(session, sender, filters, NOON).ids)


def why(session: Session, sender: Structure, filters: Filters = Filters()) -> dict[int, Reason]:  # noqa: B008
    left = audience(session, sender, filters, NOON).left_out
    return {one.id: reason for reason, some in left.items() for one in some}


def other(session: Session, nature: Nature) -> Structure:
    return worlds.structure(session, worlds.fresh(), nature=nature)


def test_a_public_structure_writes_to_its_suppliers_whatever_they_are(session: Session) -> None:
    _, commune = town(session)
    private, public = other(session, Nature.PRIVATE), other(session, Nature.PUBLIC)
    for one in (private, public):
        worlds.invoice(session, one, commune)
    customer = other(session, Nature.PUBLIC)
    worlds.invoice(session, commune, customer)
    assert found(session, commune) == {private.id, public.id}
    assert why(session, commune) == {customer.id: Reason.DIRECTION}


def test_a_private_one_writes_to_its_public_customers_alone(session: Session) -> None:
    firm = other(session, Nature.PRIVATE)
    public, private, seller = (
        other(session, Nature.PUBLIC),
        other(session, Nature.PRIVATE),
        other(session, Nature.PRIVATE),
    )
    worlds.invoice(session, firm, public)
    worlds.invoice(session, firm, private)
    worlds.invoice(session, seller, firm)
    assert found(session, firm) == {public.id}
    assert why(session, firm) == {private.id: Reason.DIRECTION, seller.id: Reason.DIRECTION}


@pytest.mark.parametrize("status", NOT_EXCHANGED)
def test_an_invoice_that_never_arrived_is_no_exchange(session: Session, status: str) -> None:
    assert status in STATUSES
    _, commune = town(session)
    supplier(session, commune, status)
    assert found(session, commune) == set()


def test_nobody_without_an_invoice(session: Session) -> None:
    _, commune = town(session)
    other(session, Nature.PRIVATE)
    assert found(session, commune) == set()
    assert why(session, commune) == {}


def test_filters_by_service_day_and_status(session: Session) -> None:
    _, commune = town(session)
    _, old = supplier(session, commune, "REJETEE")
    _, new = supplier(session, commune)
    for firm, service, day in ((old, "A", date(2025, 1, 5)), (new, "B", date(2026, 11, 1))):
        invoice = session.query(Invoice).filter(Invoice.sender_id == firm.id).one()
        invoice.service_code, invoice.issued_on = service, day
    session.flush()
    assert found(session, commune, Filters(service="A")) == {old.id}
    assert found(session, commune, Filters(since=date(2026, 1, 1))) == {new.id}
    assert found(session, commune, Filters(status="REJETEE")) == {old.id}
    assert found(session, commune, Filters("A", date(2026, 1, 1))) == set()
    assert why(session, commune, Filters(service="A")) == {new.id: Reason.FILTERED}


def renamed(session: Session, user: User, structure: Structure) -> Structure:
    """The structure under its next SIRET."""
    company = int(structure.siret[5:8])
    new = worlds.siret(company, 900 + structure.id % 90).digits
    done = change(session, user, structure.id, new, NOON.date(), today=NOON.date(), now=NOON)
    return session.get_one(Structure, done.new_id)


def test_a_siret_change_loses_nobody_on_either_side(session: Session) -> None:
    user, commune = town(session)
    boss, firm = supplier(session, commune)
    moved = renamed(session, boss, renamed(session, boss, firm))
    assert found(session, commune) == {moved.id}
    here = renamed(session, user, commune)
    assert found(session, here) == {moved.id}


def test_an_inactive_partner_without_successor_is_left_out(session: Session) -> None:
    _, commune = town(session)
    _, firm = supplier(session, commune)
    firm.active = False
    session.flush()
    assert why(session, commune) == {firm.id: Reason.INACTIVE}


def test_once_a_week_whatever_the_sender_is_called_now(session: Session) -> None:
    user, commune = town(session)
    _, firm = supplier(session, commune)
    sent(session, user, commune)
    assert why(session, commune) == {firm.id: Reason.RECENT}
    later = NOON + timedelta(days=7, minutes=12)
    assert audience(session, commune, Filters(), later).ids == {firm.id}
    here = renamed(session, user, commune)
    assert why(session, here) == {firm.id: Reason.RECENT}


def test_once_a_week_whatever_the_recipient_is_called_now(session: Session) -> None:
    user, commune = town(session)
    boss, firm = supplier(session, commune)
    sent(session, user, commune)
    heir = renamed(session, boss, firm)
    assert why(session, commune) == {heir.id: Reason.RECENT}


def test_a_practice_and_the_real_world_never_meet(session: Session) -> None:
    _, commune = town(session)
    guest = worlds.guest(session)
    invented = session.query(Structure).filter(Structure.practice_id == guest.practice_id).first()
    assert invented is not None
    worlds.invoice(session, invented, commune)
    assert found(session, commune) == set()


@pytest.mark.parametrize(
    ("count", "said"), [(0, "moins de 5"), (4, "moins de 5"), (5, "5"), (12, "12")]
)
def test_fewer_than_five_is_no_figure(count: int, said: str) -> None:
    assert few(count) == said
