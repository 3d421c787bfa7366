"""What happened, read on the site: unread first, and how far one has read."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from communaute.domain.notifications import happenings, places, settings
from communaute.domain.notifications.digest import Line, told_line
from communaute.domain.paging import page_among
from communaute.models.accounts import User
from communaute.models.notifications import NotificationSetting
from communaute.models.structures import Event, Membership


PAGE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, and whether it has been read."""

    event_id: int
    line: Line
    structure: str
    unread: bool


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """A page of what happened. `unread` counts all that is unread, whatever is asked for."""

    entries: tuple[Entry, ...]
    unread: int
    total: int
    page: int
    pages: int
    can_undo: bool


def read(
    session: Session, user: User, *, unread_only: bool = False, structure: int = 0, page: int = 1
) -> Inbox:
    """What happened to a person's structures: unread first, then the latest first.

    A digest that was opened has marked nothing as read: only `mark_all_read` does.
    """
    row = settings.row_of(session, user)
    read_to = row.read_to if row else 0
    unread = or_(Event.place.is_(None), Event.place > read_to)
    asked: list[ColumnElement[bool]] = [Membership.user_id == user.id]
    if unread_only:
        asked.append(unread)
    if structure:
        asked.append(Event.structure_id == structure)
    total = _count(session, asked)
    page, pages = page_among(page, total, PAGE)
    ordered = happenings.concerning().where(*asked)
    ordered = ordered.order_by(unread.desc(), Event.at.desc(), Event.id.desc())
    rows = happenings.read(session, ordered.offset((page - 1) * PAGE).limit(PAGE))
    return Inbox(
        entries=tuple(
            Entry(one.event_id, told_line(one), one.structure, not one.place or one.place > read_to)
            for _, one in rows
        ),
        unread=_count(session, [Membership.user_id == user.id, unread]),
        total=total,
        page=page,
        pages=pages,
        can_undo=row is not None and row.read_before is not None,
    )


def _count(session: Session, asked: list[ColumnElement[bool]]) -> int:
    wanted = happenings.concerning().where(*asked).with_only_columns(func.count())
    return session.scalar(wanted) or 0


def unread_count(session: Session, user: User) -> int:
    """How many events are unread: the figure of the list itself."""
    row = settings.row_of(session, user)
    unread = or_(Event.place.is_(None), Event.place > (row.read_to if row else 0))
    return _count(session, [Membership.user_id == user.id, unread])


def mark_all_read(session: Session, user: User) -> None:
    """All that is there now is read; what it was before can be put back. Commits places first."""
    reached = places.give_places(session)
    row = settings.held(session, user.id)
    if row.read_to != reached:
        row.read_before, row.read_to = row.read_to, reached


def undo_read(session: Session, user: User) -> None:
    """Put back what the last `mark_all_read` changed; nothing when it was undone already."""
    row = settings.held(session, user.id)
    if row.read_before is not None:
        row.read_to, row.read_before = row.read_before, None


def latest(session: Session, user: User, most: int = 50) -> list[happenings.Happening]:
    """The latest events, for the feed."""
    ordered = (
        happenings.concerning()
        .where(Membership.user_id == user.id)
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(most)
    )
    return [one for _, one in happenings.read(session, ordered)]


def owner_of_feed(session: Session, key: str) -> User | None:
    """Whose feed a key opens; None for a key that opens nothing (any more)."""
    if not 40 <= len(key) <= 43:
        return None
    found = session.scalar(
        select(User)
        .join(NotificationSetting, NotificationSetting.user_id == User.id)
        .where(NotificationSetting.feed_key == key)
    )
    return found if found is not None and found.is_active else None


def new_feed(session: Session, user: User, key: str) -> None:
    """Open the feed by a new key; the former address opens nothing from now on."""
    settings.held(session, user.id).feed_key = key
