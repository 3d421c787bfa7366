"""Read and keep one person's settings; leave from a mail, and undo it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.notifications import places
from communaute.domain.notifications.choices import DEFAULT_HOUR, HOURS, Choices
from communaute.domain.notifications.topics import Topic
from communaute.models.accounts import User
from communaute.models.columns import insert_once
from communaute.models.notifications import NotificationSetting


def row_of(session: Session, user: User) -> NotificationSetting | None:
    """A person's row, to read; None for somebody who has chosen nothing."""
    return session.get(NotificationSetting, user.id)


KNOWN = frozenset(topic.value for topic in Topic)
DEFAULTS: dict[str, object] = {
    "weekly": False,
    "hour": DEFAULT_HOUR,
    "working_days": True,
    "silenced": [],
    "next_structures": True,
    "exceptions": [],
    "sent_to": 0,
    "read_to": 0,
}


def choices_of(session: Session, user: User) -> Choices:
    """What a person chose; the defaults for a person who has chosen nothing."""
    row = row_of(session, user)
    return read(row) if row else Choices()


def read(row: NotificationSetting) -> Choices:
    """A row as a value. A topic that no longer exists silences nothing."""
    return Choices(
        receives=row.next_at is not None,
        weekly=row.weekly,
        hour=row.hour,
        working_days=row.working_days,
        silenced=frozenset(Topic(name) for name in row.silenced if name in KNOWN),
        next_structures=row.next_structures,
        exceptions=frozenset(row.exceptions),
    )


def save(session: Session, user: User, choices: Choices, now: datetime) -> Choices:
    """Keep a person's choices; answers them.

    Saved while digests are being sent, they count for this person's digest if it is not yet written,
    and for the next one otherwise: the row is held by whoever writes either.
    Raises WrongChoice (an hour that is not offered).
    """
    if choices.hour not in HOURS:
        raise WrongChoice(
            f"Choisissez une heure entre {HOURS.start} h et {HOURS.stop - 1} h.", field="hour"
        )
    if choices.receives:
        # What has happened until now is in its place before the box is ticked: it is not told.
        places.give_places(session)
    row = held(session, user.id)
    before = read(row)
    row.weekly, row.hour, row.working_days = choices.weekly, choices.hour, choices.working_days
    row.silenced = sorted(choices.silenced)
    row.next_structures, row.exceptions = choices.next_structures, sorted(choices.exceptions)
    if choices.receives and not before.receives:
        # What happened before is not told: it can be read on the site.
        row.sent_to, row.since = places.last_place(session), now
    row.next_at = choices.due_after(now) if choices.receives else None
    session.flush()
    return choices


def held(session: Session, user_id: int) -> NotificationSetting:
    """A person's row, made if need be, held until the transaction ends."""
    # Two pages saved at once by one person make one row.
    session.execute(insert_once(session, NotificationSetting), {"user_id": user_id, **DEFAULTS})
    wanted = select(NotificationSetting).where(NotificationSetting.user_id == user_id)
    fresh = {"populate_existing": True}
    return session.scalars(wanted.with_for_update(), execution_options=fresh).one()


# What the verbs of notifications refuse.


class WrongChoice(DomainError):
    """A setting that cannot be."""


class DeadLink(DomainError):
    """A link of a mail, or of a feed, that opens nothing (any more)."""


class TooMany(DomainError):
    """Nobody needs so many of them."""
