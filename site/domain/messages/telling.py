"""Tell the people of the structures that have received a message: an event for each, a mail for some.

The mail goes at once to the managers of each, and to whoever asked for notifications; to nobody who silenced
messages, or this sender. Our own rule: on Chorus Pro too, a principal manager cannot switch off
notifications of invoices. One mail a person, whatever the number of their structures.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Select, and_, insert, select
from sqlalchemy.orm import Session

from communaute.domain.messages.audience import lineage
from communaute.domain.notifications import leaving, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.topics import Topic
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.values import MANAGERS
from communaute.french.dates import PARIS, in_paris
from communaute.mailing.message import Message as Mail
from communaute.mailing.messages import messages as mails
from communaute.mailing.outbox import post_many
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageMute
from communaute.models.notifications import NotificationSetting
from communaute.models.structures import Event, Membership, MembershipState, Structure


def tell(
    session: Session,
    message: Message,
    structures: Collection[int],
    *,
    now: datetime,
    base_url: str,
    secret: str,
) -> int:
    """Write the events and post the mails; answers how many mails. None in practice."""
    details = {"sender": message.structure.name, "message": str(message.id)}
    session.execute(
        insert(Event.__table__),  # type: ignore[arg-type]
        [
            {"kind": EventKind.MESSAGE, "at": now, "structure_id": number, "details": details}
            for number in sorted(structures)
        ],
    )
    if message.structure.practice_id is not None:
        return 0
    posted = list(_mails(session, message, structures, now, base_url, secret))
    post_many(session, posted, due=now)
    return len(posted)


def _mails(
    session: Session,
    message: Message,
    structures: Collection[int],
    now: datetime,
    base_url: str,
    secret: str,
) -> Iterator[tuple[str, Mail]]:
    told: set[int] = set()
    sign, news = leaving.signing(secret), news_of(message, now, base_url)
    for number, name, user_id, email, contact, role, setting in session.execute(
        _people(message, structures)
    ):
        if user_id in told or not _wants(role, setting, number):
            continue
        told.add(user_id)
        mail = mails.arrived(
            news,
            to=contact or email,
            structure=name,
            structure_id=number,
            leave=f"{base_url}/outils/messages/quitter/{sign(user_id)}",
        )
        yield f"message-{message.id}-{user_id}", mail


def news_of(message: Message, now: datetime, base_url: str) -> mails.News:
    """What every mail about a message says: for sending, and to show its sender before."""
    last_day = message.valid_until or in_paris(now).date()
    return mails.News(
        number=message.id,
        sender=message.structure.name,
        siret=str(Siret(message.structure.siret)),
        subject=message.subject,
        corrects=message.what_changed if message.corrects_id else "",
        until=datetime.combine(last_day, time(23, 59), PARIS).astimezone(UTC),
        base_url=base_url,
    )


def _wants(role: str, setting: NotificationSetting | None, structure_id: int) -> bool:
    choices = settings.read(setting) if setting else Choices()
    asked = choices.receives or role in MANAGERS
    return asked and choices.wants(Topic.MESSAGE, structure_id)


def _people(message: Message, structures: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Everybody attached to these structures who may be written to, managers first."""
    # Joined rather than asked of each person: SQLite would look the sender's line up ten thousand times.
    muted = and_(
        MessageMute.user_id == User.id, MessageMute.structure_id.in_(lineage(message.structure_id))
    )
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Structure.id,
            Structure.name,
            User.id,
            User.email,
            User.contact_email,
            Membership.role,
            NotificationSetting,
        )
        .join(Membership, Membership.structure_id == Structure.id)
        .join(User, User.id == Membership.user_id)
        .outerjoin(NotificationSetting, NotificationSetting.user_id == User.id)
        .outerjoin(MessageMute, muted)
        .where(
            Structure.id.in_(structures),
            Membership.state == MembershipState.ACTIVE,
            User.active,
            User.confirmed_at.is_not(None),
            User.practice_id.is_(None),
            MessageMute.id.is_(None),
        )
        .order_by(Structure.id, User.id)
    )
    return wanted
