"""The clock a day ahead, then back: nobody waits for that day, nothing is done twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from communaute import create_app
from communaute.domain import clock as clocks
from communaute.domain.accounts import lockout
from communaute.domain.accounts.lockout import Attempt, What
from communaute.domain.context import Context
from communaute.domain.notifications import sending, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.structures.events import EventKind, happened
from communaute.extensions import db
from communaute.mailing.sending import Postman, Sender
from communaute.mailing.transports import Unreachable
from communaute.models import Delivery, DeliveryState, Step
from tests.accounts.people import Person
from tests.conftest import settings_for
from tests.mailing.conftest import Clock, MakeSender, post_many
from tests.mailing.memory import MemoryTransport
from tests.structures import worlds


# Real parts that take their time.
pytestmark = pytest.mark.slow


NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_happened_tomorrow_is_not_recent() -> None:
    hour = timedelta(hours=1)
    assert clocks.is_recent(NOON, NOON, hour)
    assert clocks.is_recent(NOON + timedelta(minutes=1), NOON, hour)  # the clock of another host
    assert not clocks.is_recent(NOON - hour, NOON, hour)
    assert not clocks.is_recent(NOON + DAY, NOON, hour)
    assert not clocks.is_recent(None, NOON, hour)


def test_a_link_asked_for_tomorrow_is_mailed_again_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings_for(tmp_path), TESTING=True)
    with app.app_context():
        db.create_all()
    today = clocks.now()
    monkeypatch.setattr(clocks, "now", lambda: today + DAY)
    someone = Person(app).sign_up()
    monkeypatch.setattr(clocks, "now", lambda: today)
    again = Person(app, someone.email)
    for _ in range(2):  # one an hour, as always
        again.send("/compte/confirmation", courriel=someone.email)
    assert someone.mails() == ["confirm-address"] * 2
    with app.app_context():
        asked = select(func.count()).select_from(Step).where(Step.kind == "confirm")
        assert db.session.scalar(asked) == 2
        db.session.remove()
        db.engine.dispose()


def test_failures_of_tomorrow_shut_no_door(session: Session) -> None:
    attempt = Attempt.of(
        "secret", What.PASSWORD, "lea@exemple.example", device="", network="10.0.0.0/24"
    )
    for _ in range(lockout.FROM_ONE_CLIENT):
        lockout.note_failure(session, attempt, NOON + DAY)
    session.flush()
    with pytest.raises(lockout.TooManyAttempts):
        lockout.refuse_too_many(session, attempt, NOON + DAY)
    lockout.refuse_too_many(session, attempt, NOON)


def test_nobody_is_told_twice(session: Session) -> None:
    user = worlds.person(session)
    made = worlds.structure(session, worlds.fresh(), principal=user)
    settings.save(session, user, Choices(receives=True), NOON)
    happened(session, EventKind.DECLARED, made.id, NOON)
    session.commit()
    for now in (NOON + DAY, NOON + 2 * DAY, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY):
        sending.send_due(Context(session, now, worlds.BASE, "secret"))
    assert len(list(session.scalars(select(Delivery)))) == 1


class Absent(MemoryTransport):
    """A mail server that cannot be reached."""

    def send(self, mail: object) -> str:
        raise Unreachable("nobody there")


def test_a_pause_is_no_longer_than_a_pause(
    session: Session, sender_with: MakeSender, clock: Clock
) -> None:
    post_many(session, 2, clock())
    transport: MemoryTransport = Absent()

    def make() -> Sender:
        return sender_with(transport)

    clock.move(days=1)
    postman = Postman(make, clock)
    assert postman.wake() == 1  # the server cannot be reached: a pause
    transport = MemoryTransport()
    assert postman.wake() == 0
    clock.move(days=-1)
    assert postman.wake() == 1  # the other mail; the first is tried again in its time
    assert len(transport.sent) == 1


def test_a_mail_in_hand_since_tomorrow_is_shown_to_people(
    session: Session, sender_with: MakeSender, clock: Clock
) -> None:
    post_many(session, 1, clock())
    taken = {"state": DeliveryState.SENDING, "claim": "x", "claimed_at": clock() + DAY}
    session.execute(update(Delivery).values(**taken))
    session.commit()
    sender_with(MemoryTransport()).run()
    assert list(session.scalars(select(Delivery.state))) == [DeliveryState.UNCERTAIN]
