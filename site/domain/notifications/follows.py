"""Follow a page, or the dates of a training or of a theme; with an account, or with an address alone.

An address without an account is written to once it has answered a mail that asked (double opt-in).
What one follows is a row read by the settings, the sender and the page that each mail leads to.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, false, or_, select, update
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.notifications.settings import DeadLink, TooMany, WrongChoice
from communaute.mailing import outbox
from communaute.mailing.messages import notifications as mails
from communaute.models.accounts import User
from communaute.models.columns import insert_once
from communaute.models.follows import Follow, Follower


class SubjectKind(StrEnum):
    """What may be followed. The values are in addresses and in rows: keep them."""

    PAGE = "page"
    TRAINING = "formation"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to follow: a page by its address, a training or a theme by its word."""

    kind: SubjectKind
    key: str

    def __str__(self) -> str:
        """As rows and forms keep it."""
        return f"{self.kind}:{self.key}"

    @classmethod
    def read(cls, text: str) -> "Subject":
        """From a row or a form. Raises WrongChoice for what is none."""
        kind, _, key = text.partition(":")
        if kind not in list(SubjectKind) or not 0 < len(key) < LONGEST:
            raise WrongChoice("Choisissez ce que vous voulez suivre.", field="subject")
        return cls(SubjectKind(kind), key)


LONGEST = 180
# Our own rules: an answer is awaited two days, one mail an hour asks for it, and nobody follows more.
WITHIN = timedelta(days=2)
APART = timedelta(hours=1)
MOST, MOST_AWAITED = 100, 20
# What was stopped can be put back meanwhile.
STOPPED_KEPT = timedelta(days=30)
DEAD = "Ce lien n’est pas (ou plus) le bon : plus rien n’est suivi avec lui."
ALIVE = (Follow.confirmed_at.is_not(None), Follow.stopped_at.is_(None))


def ask(
    session: Session, email: str, subject: Subject, label: str, base_url: str, now: datetime
) -> None:
    """Ask an address whether it wants to follow something; nothing is followed until it answers.

    One mail an hour to an address, whoever asks: its page lists all that was asked meanwhile. An
    address that follows this already is not written to.
    """
    # The account whose address this is: one person is one follower.
    owner = session.scalar(select(User).where(User.email == email.lower()))
    follower = _held(session, owner if owner is not None and owner.is_active else None, email)
    row = _row(session, follower, subject, now)
    if row.confirmed_at is not None and row.stopped_at is None:
        return
    row.asked_at, row.confirmed_at, row.stopped_at = now, None, None
    session.flush()
    # However much a stranger asks, the page of a mail lists the latest only.
    waiting = Follow.follower_id == follower.id, Follow.confirmed_at.is_(None)
    latest = select(Follow.id).where(*waiting).order_by(Follow.asked_at.desc()).limit(MOST_AWAITED)
    session.execute(delete(Follow).where(*waiting, Follow.id.not_in(latest)))
    if clock.is_recent(follower.asked_at, now, APART):
        return
    follower.asked_at = now
    message = mails.follow_asked(
        to=email, what=label, link=page_of(base_url, follower), until=now + WITHIN
    )
    outbox.post(session, message, key=f"follow-asked-{follower.id}-{now.timestamp()}", due=now)


def start(session: Session, user: User, subject: Subject, now: datetime) -> None:
    """Follow something with an account, whose address is confirmed: at once. Raises TooMany."""
    follower = of_user(session, user)
    row = _row(session, follower, subject, now)
    if row.confirmed_at is None or row.stopped_at is not None:
        row.confirmed_at, row.stopped_at = now, None
    _refuse_more(session, follower)


def of_user(session: Session, user: User) -> Follower:
    """An account's follower, made if need be: what its sign-in address followed alone is taken over."""
    own = session.scalar(select(Follower).where(Follower.user_id == user.id))
    alone = select(Follower).where(Follower.email == user.email.lower())
    if own is None and (found := session.scalar(alone.with_for_update())):
        found.user_id, found.email = user.id, None
        session.flush()
    return _held(session, user, "")


def with_key(session: Session, key: str, *, hold: bool = False) -> Follower:
    """Whose page a mail's link opens, held with `hold`. Raises DeadLink."""
    wanted = select(Follower).where(Follower.key == key)
    if hold:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted) if len(key) == KEY_LENGTH else None
    if found is None:
        raise DeadLink(DEAD)
    return found


def page_of(base_url: str, follower: Follower) -> str:
    """The page that a follower's mails lead to: confirm, stop, put back."""
    return f"{base_url}/outils/notifications/suivis/{follower.key}"


def address_of(session: Session, follower: Follower) -> str:
    """Where a follower is written to."""
    user = session.get(User, follower.user_id) if follower.user_id else None
    return user.contact_address if user else follower.email or ""


def awaited(session: Session, follower: Follower, now: datetime) -> list[Subject]:
    """What a mail has asked about and nobody has answered yet."""
    return _subjects(
        session, follower, Follow.confirmed_at.is_(None), Follow.asked_at > now - WITHIN
    )


def followed(session: Session, follower: Follower) -> list[Subject]:
    """What is followed."""
    return _subjects(session, follower, *ALIVE)


def of_account(session: Session, user: User) -> list[Subject]:
    """What an account follows; to read."""
    own = session.scalar(select(Follower).where(Follower.user_id == user.id))
    return followed(session, own) if own else []


def stopped(session: Session, follower: Follower) -> list[Subject]:
    """What was stopped last, and may be put back."""
    return _subjects(session, follower, _last_stopped(follower))


def confirm(
    session: Session, follower: Follower, chosen: Collection[Subject], now: datetime
) -> int:
    """Answer a mail that asked: what is chosen is followed, the rest forgotten; how many are.

    Raises TooMany.
    """
    waiting = awaited(session, follower, now)
    for subject in waiting:
        row = _row(session, follower, subject, now)
        if subject in chosen:
            row.confirmed_at = now
        else:
            session.delete(row)
    followed_now = [one for one in waiting if one in chosen]
    if followed_now:
        # Whoever refuses everything was asked for by somebody else: the hour goes on.
        follower.asked_at = None
    _refuse_more(session, follower)
    return len(followed_now)


def stop(session: Session, follower: Follower, subject: Subject | None, now: datetime) -> None:
    """Follow one thing no more, or nothing at all."""
    own = update(Follow).where(Follow.follower_id == follower.id, *ALIVE)
    if subject is not None:
        own = own.where(Follow.subject == str(subject))
    session.execute(own.values(stopped_at=now))
    follower.stopped_at = now


def put_back(session: Session, follower: Follower) -> None:
    """Follow again what was stopped last; nothing when it was put back already. Raises TooMany."""
    own = update(Follow).where(Follow.follower_id == follower.id, _last_stopped(follower))
    session.execute(own.values(stopped_at=None))
    follower.stopped_at = None
    _refuse_more(session, follower)


def choose(
    session: Session,
    user: User,
    offered: Collection[Subject],
    chosen: Collection[Subject],
    now: datetime,
) -> None:
    """Make an account follow, of what a form offered, what it chose. Raises TooMany."""
    before = set(of_account(session, user))
    for subject in offered:
        if subject in chosen and subject not in before:
            start(session, user, subject, now)
        elif subject in before and subject not in chosen:
            stop(session, of_user(session, user), subject, now)


def purge(session: Session, now: datetime) -> int:
    """Erase what nobody has confirmed in time, what was stopped long ago, and those who follow nothing."""
    over = or_(
        Follow.confirmed_at.is_(None) & (Follow.asked_at < now - WITHIN),
        Follow.stopped_at < now - STOPPED_KEPT,
    )
    gone = session.scalars(delete(Follow).where(over).returning(Follow.id)).all()
    idle = Follower.id.not_in(select(Follow.follower_id))
    quiet = or_(Follower.asked_at.is_(None), Follower.asked_at < now - WITHIN)
    session.execute(delete(Follower).where(idle, quiet))
    return len(gone)


KEY_LENGTH = 43


def _held(session: Session, user: User | None, email: str) -> Follower:
    """The follower of an account or of an address, made if need be, held until the transaction ends."""
    owner = {"user_id": user.id} if user else {"email": email.lower()}
    fresh = {"key": secrets.token_urlsafe(32), "told_to": 0, **owner}
    session.execute(insert_once(session, Follower), fresh)
    wanted = select(Follower).filter_by(**owner).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def _row(session: Session, follower: Follower, subject: Subject, now: datetime) -> Follow:
    own = Follow.follower_id == follower.id
    found = session.scalar(select(Follow).where(own, Follow.subject == str(subject)))
    if found is not None:
        return found
    row = Follow(follower_id=follower.id, subject=str(subject), asked_at=now)
    session.add(row)
    session.flush()
    return row


def _refuse_more(session: Session, follower: Follower) -> None:
    session.flush()
    if len(followed(session, follower)) > MOST:
        raise TooMany(f"On ne suit pas plus de {MOST} pages à la fois. Arrêtez-en une d’abord.")


def _subjects(session: Session, follower: Follower, *which: ColumnElement[bool]) -> list[Subject]:
    own = select(Follow.subject).where(Follow.follower_id == follower.id, *which)
    return [Subject.read(text) for text in session.scalars(own.order_by(Follow.id))]


def _last_stopped(follower: Follower) -> ColumnElement[bool]:
    return Follow.stopped_at == follower.stopped_at if follower.stopped_at else false()
