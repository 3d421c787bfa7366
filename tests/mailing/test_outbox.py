"""A mail is asked for in the transaction of the act that needs it, once for a key."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import retention
from communaute.mailing import outbox
from communaute.mailing.message import Priority, from_json, to_json
from communaute.mailing.outbox import post
from communaute.models import Delivery, DeliveryState
from tests.mailing.conftest import Clock, MakeSender, a_mail, post_many
from tests.mailing.memory import MemoryTransport


def read(session: Session, column: Any = Delivery.state) -> list[Any]:
    """A column of every delivery, in a transaction of its own: an open one would hold up senders."""
    session.rollback()
    found = list(session.scalars(select(column).order_by(Delivery.id)))
    session.rollback()
    return found


def states(session: Session) -> list[str]:
    return read(session)


def test_a_key_asked_twice_is_one_mail(session: Session, clock: Clock) -> None:
    assert post(session, a_mail(), key="une-fois", due=clock())
    assert not post(session, a_mail(), key="une-fois", due=clock())
    session.commit()
    assert len(states(session)) == 1


def test_an_act_undone_asks_for_nothing(session: Session, clock: Clock) -> None:
    post(session, a_mail(), key="defait", due=clock())
    session.rollback()
    assert states(session) == []


def test_a_mail_leaves_when_due_and_not_before(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post(session, a_mail(), key="demain", due=clock() + timedelta(days=1))
    session.commit()
    transport = MemoryTransport()
    sender_with(transport).run()
    assert transport.sent == []
    clock.move(days=1)
    sender_with(transport).run()
    assert len(transport.sent) == 1
    sender_with(transport).run()
    assert len(transport.sent) == 1


def test_who_waits_in_front_of_a_screen_goes_first(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post(session, a_mail(1, priority=Priority.MASS), key="1", due=clock() - timedelta(hours=1))
    post(session, a_mail(2), key="2", due=clock())
    post(session, a_mail(3, priority=Priority.PERSON_WAITING), key="3", due=clock())
    session.commit()
    transport = MemoryTransport()
    sender_with(transport).run()
    assert [str(mail["Subject"])[-1] for mail in transport.sent] == ["3", "2", "1"]


def test_what_a_mail_said_is_forgotten_once_sent(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 1, clock())
    assert read(session, Delivery.context)[0]
    sender_with(MemoryTransport()).run()
    kept = session.scalars(select(Delivery)).one()
    assert (kept.state, kept.context, kept.attempts) == (DeliveryState.SENT, {}, 1)


def test_an_expired_link_is_no_longer_sent(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post(session, a_mail(useless_after=clock() + timedelta(hours=1)), key="lien", due=clock())
    session.commit()
    clock.move(hours=1)
    transport = MemoryTransport()
    sender_with(transport).run()
    assert transport.sent == []
    assert states(session) == [DeliveryState.FAILED]


def test_a_mail_that_cannot_be_made_holds_up_no_other(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post(session, a_mail(template="nulle-part"), key="sans-gabarit", due=clock())
    post(session, a_mail(to="pas une adresse"), key="sans-adresse", due=clock())
    post(session, a_mail(), key="bon", due=clock())
    session.commit()
    sender_with(MemoryTransport()).run()
    assert states(session) == [DeliveryState.FAILED, DeliveryState.FAILED, DeliveryState.SENT]
    assert [stuck.key for stuck in outbox.stuck(session)] == ["sans-adresse", "sans-gabarit"]


def test_what_a_dead_worker_had_in_hand_is_for_people_to_decide(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    class Killed(BaseException):
        """Stands for kill -9: nothing after it runs in the sender."""

    class Deadly(MemoryTransport):
        def send(self, mail: object) -> str:
            raise Killed

    post_many(session, 2, clock())
    with pytest.raises(Killed):
        sender_with(Deadly()).run()
    assert states(session) == [DeliveryState.SENDING, DeliveryState.WAITING]
    transport = MemoryTransport()
    sender_with(transport).run()
    assert states(session) == [DeliveryState.SENDING, DeliveryState.SENT]
    clock.move(minutes=16)
    sender_with(transport).run()
    assert states(session) == [DeliveryState.UNCERTAIN, DeliveryState.SENT]
    assert len(transport.sent) == 1, "never a silent double"


def test_people_send_again_or_settle_what_is_stuck(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    for number in range(3):
        post(session, a_mail(number, template="nulle-part"), key=str(number), due=clock())
    session.commit()
    sender_with(MemoryTransport()).run()
    first, second, third = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    session.rollback()
    assert outbox.send_again(session, first.id, clock())
    assert outbox.settle(session, second.id, sent=True, now=clock())
    assert outbox.settle(session, third.id, sent=False, now=clock())
    assert not outbox.settle(session, third.id, sent=True, now=clock()), "already decided"
    session.commit()
    assert states(session) == [
        DeliveryState.WAITING,
        DeliveryState.SENT,
        DeliveryState.WITHDRAWN,
    ]


def test_what_waits_for_an_address_is_withdrawn_with_the_account(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 2, clock())
    assert outbox.withdraw(session, "quelquun0@exemple.example") == 1
    session.commit()
    transport = MemoryTransport()
    sender_with(transport).run()
    assert [str(mail["To"]) for mail in transport.sent] == ["quelquun1@exemple.example"]


def test_settled_mails_are_erased_after_thirty_days_and_waiting_ones_never(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 2, clock())
    sender_with(MemoryTransport()).run()
    post(session, a_mail(9), key="attend", due=clock() + timedelta(days=90))
    session.commit()
    assert retention.purge(session, clock() + timedelta(days=29))["deliveries"] == 0
    assert retention.purge(session, clock() + timedelta(days=31))["deliveries"] == 2
    assert states(session) == [DeliveryState.WAITING]


def test_values_come_back_as_they_were() -> None:
    given: dict[str, Any] = {
        "moment": datetime(2026, 11, 23, 9, tzinfo=UTC),
        "day": date(2026, 11, 23),
        "amount": Decimal("12.50"),
        "list": [1, "deux", None, True, {"in": date(2020, 1, 1)}],
    }
    assert from_json(to_json(given)) == given


def test_a_row_of_the_database_is_no_plain_value() -> None:
    with pytest.raises(TypeError, match="Delivery"):
        to_json({"row": Delivery()})  # type: ignore[dict-item]
