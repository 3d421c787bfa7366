"""Tell followers of what has really changed: noted once, told once, whoever looks and however often."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text, tuple_
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.notifications import follows
from communaute.domain.notifications.choices import by_day
from communaute.french.numbers import plural
from communaute.mailing.message import Message
from communaute.mailing.messages.notifications import follow_changed
from communaute.mailing.outbox import post_many
from communaute.models.accounts import User
from communaute.models.follows import ContentChange, Follow, Follower


# One at a time: a change below the last one told is never committed later.
ONE_WRITER = "SELECT pg_advisory_xact_lock(4190416)"
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class News:
    """Something that changed, as content or dates say it. `mark` tells it from what changed before."""

    subject: follows.Subject
    mark: str
    at: datetime
    title: str
    text: str
    path: str


def mark_of(note: str) -> str:
    """The mark of a page's note: other words are another change, the same words are not."""
    return hashlib.sha256(note.encode()).hexdigest()[:16]


def note(session: Session, found: Iterable[News]) -> int:
    """Write down what is not yet noted; answers how many changes are new. Commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(ONE_WRITER))
    by_mark = {(str(one.subject), one.mark): one for one in found}
    wanted = tuple_(ContentChange.subject, ContentChange.mark)
    known = {
        (row.subject, row.mark)
        for row in session.execute(
            select(ContentChange.subject, ContentChange.mark).where(wanted.in_(list(by_mark)))
        )
    }
    fresh = [one for key, one in by_mark.items() if key not in known]
    session.add_all(ContentChange(**{**asdict(one), "subject": str(one.subject)}) for one in fresh)
    session.commit()
    return len(fresh)


def tell(context: Context) -> dict[str, int]:
    """Post one mail to each follower of what has changed since they were last told; counts.

    Each batch is one transaction: killed, it has done nothing. Safe to run twice. Commits by batch.
    """
    session, counts = context.session, Counter[str](told=0, changes=0)
    top = session.scalar(select(func.max(ContentChange.id))) or 0
    while _batch(context, top, counts):
        pass
    return dict(counts)


def _pending(top: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Follow.subject == ContentChange.subject,
        *follows.ALIVE,
        ContentChange.at > Follow.confirmed_at,
        ContentChange.id <= top,
        ContentChange.id > Follower.told_to,
    )


def _batch(context: Context, top: int, counts: Counter[str]) -> bool:
    session = context.session
    waiting = select(Follow.id).join(ContentChange, Follow.subject == ContentChange.subject)
    behind = waiting.where(Follow.follower_id == Follower.id, *_pending(top))
    wanted = select(Follower).where(behind.exists()).order_by(Follower.id).limit(BATCH)
    held = session.scalars(
        wanted.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
    ).all()
    news = _news_of(session, [one.id for one in held], top)
    numbers = [one.user_id for one in held if one.user_id]
    users = {user.id: user for user in session.scalars(select(User).where(User.id.in_(numbers)))}
    mails: list[tuple[str, Message]] = []
    for follower in held:
        user = users.get(follower.user_id or 0)
        to = user.contact_address if user else follower.email
        if to and (user is None or user.is_active):
            mails.append(
                (f"follow-{follower.id}-{top}", _message(context, follower, to, news[follower.id]))
            )
            counts["changes"] += len(news[follower.id])
        follower.told_to = top
    post_many(session, mails, due=by_day(context.now))
    counts["told"] += len(mails)
    session.commit()
    return bool(held)


def _news_of(session: Session, people: Sequence[int], top: int) -> dict[int, list[ContentChange]]:
    """The changes of each follower; one that two follows cover is said once."""
    wanted = (
        select(Follower.id, ContentChange)
        .join(Follow, Follow.follower_id == Follower.id)
        .join(ContentChange, Follow.subject == ContentChange.subject)
        .where(Follower.id.in_(people), *_pending(top))
        .order_by(ContentChange.id)
    )
    found: dict[int, dict[tuple[str, str], ContentChange]] = defaultdict(dict)
    for number, change in session.execute(wanted):
        found[number].setdefault((change.path, change.mark), change)
    return {number: list(own.values()) for number, own in found.items()}


def _message(
    context: Context, follower: Follower, to: str, news: Sequence[ContentChange]
) -> Message:
    dates = not news[0].subject.startswith(follows.SubjectKind.PAGE)
    one = "Nouvelle date" if dates else "Cette page a changé"
    many = plural(len(news), "nouveauté", "nouveautés") + " dans ce que vous suivez"
    return follow_changed(
        to=to,
        subject=f"{one} : {news[0].title}" if len(news) == 1 else many,
        lines=[
            {"text": f"{each.title} : {each.text}", "url": context.base_url + each.path}
            for each in news
        ],
        leave=follows.page_of(context.base_url, follower),
    )
