"""One row that nothing can be made of: the others are served, and it is looked at again later.

A mail that cannot be made: `tests/mailing/test_outbox.py`. An event: `tests/notifications/test_sending.py`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.context import Context
from communaute.domain.newsletter.pace import Rates
from communaute.domain.newsletter.sending import ask, queue_due
from communaute.domain.notifications import sending, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.trainings import reminders
from communaute.extensions import db
from communaute.models import (
    Delivery,
    NotificationSetting,
    Registration,
    RegistrationState,
    Sending,
    SendingState,
    SessionPair,
)
from communaute.wiring import letter_desk
from tests.newsletter.readers import LETTER
from tests.structures import worlds
from tests.trainings.people import BILLS, WORKS, School


# Real parts that take their time.
pytestmark = pytest.mark.slow


NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def inside(app: Flask) -> Iterator[Session]:
    """A session within the application."""
    yield db.session()
    db.session.rollback()


def test_a_digest_that_cannot_be_made_keeps_no_other_back(inside: Session) -> None:
    people = [worlds.person(inside) for _ in range(3)]
    for user in people:
        made = worlds.structure(inside, worlds.fresh(), principal=user)
        settings.save(inside, user, Choices(receives=True), NOON)
        happened(inside, EventKind.DECLARED, made.id, NOON)
    broken = NotificationSetting.user_id == people[1].id
    inside.execute(update(NotificationSetting).where(broken).values(hour=99))
    inside.commit()

    def sent(now: datetime) -> dict[str, int]:
        return sending.send_due(Context(inside, now, worlds.BASE, "secret"))

    # Its own moment is past, and no moment can be made of its hour.
    inside.execute(update(NotificationSetting).values(next_at=NOON + timedelta(hours=1)))
    inside.commit()
    first = sent(NOON + timedelta(hours=2))
    assert (first["sent"], first["failed"]) == (2, 1)
    assert sent(NOON + timedelta(hours=3)).get("failed", 0) == 0
    # Mended, the next one tells what this one would have told.
    inside.execute(update(NotificationSetting).where(broken).values(hour=8))
    inside.commit()
    sent(NOON + timedelta(days=2))
    recipients = list(inside.scalars(select(Delivery.recipient)))
    assert sorted(recipients) == sorted(user.contact_address for user in people)


def test_a_training_that_cannot_be_settled_keeps_no_other_back(inside: Session) -> None:
    school = School(inside)
    broken, whole = (school.pair(1, page=page) for page in (BILLS, WORKS))
    for pair, who in ((broken, "lea"), (whole, "tom")):
        school.sign_up(pair, who)
    # Its count is wrong: to give a place back would bring it below nothing, which the base refuses.
    inside.execute(update(SessionPair).where(SessionPair.id == broken).values(taken=0))
    inside.commit()
    inside.expire_all()
    school.move(days=3)
    assert reminders.release_expired(school.context)["holds_released"] == 1
    states = [row.state for row in inside.scalars(select(Registration).order_by(Registration.id))]
    assert states == [RegistrationState.HELD, RegistrationState.EXPIRED]


def test_a_sending_that_cannot_be_queued_keeps_no_other_back(inside: Session) -> None:
    context = letter_desk.context()
    stuck = ask(context, LETTER, due=clock.now())
    other = ask(context, replace(LETTER, page="/newsletter/autre"), due=clock.now())
    stuck.pace = {"*": "jamais"}
    inside.commit()
    numbers = stuck.id, other.id
    queue_due(letter_desk.context(), Rates(0, 0))
    states = [inside.get_one(Sending, number).state for number in numbers]
    assert states == [SendingState.SCHEDULED, SendingState.LEAVING]
