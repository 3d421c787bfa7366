"""Leave from a mail, without signing in: a signed link names a person and what the mail was about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from itsdangerous import BadData
from sqlalchemy.orm import Session

from communaute.domain import tokens
from communaute.domain.notifications import settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.topics import Topic
from communaute.models.accounts import User


PURPOSE = "notifications-leave"
DEAD = "Ce lien n’est pas (ou plus) le bon. Prenez celui de votre dernier récapitulatif, ou vos réglages."


def link(secret: str, base_url: str, user_id: int) -> str:
    """The address by which a person leaves: opened, it shows a page; posted, it leaves."""
    return f"{base_url}/outils/notifications/quitter/{signing(secret)(user_id)}"


def signing(secret: str) -> Callable[[int], str]:
    """What makes the last part of such an address."""
    return partial(tokens.token_of, secret, PURPOSE)


def who(session: Session, secret: str, token: str) -> User:
    """The person whom a link names. Raises DeadLink (forged, or the account is gone)."""
    try:
        number = tokens.value_of(secret, PURPOSE, token)
    except BadData:
        raise settings.DeadLink(DEAD) from None
    user = session.get(User, number)
    if user is None or user.is_guest:
        raise settings.DeadLink(DEAD)
    return user


def leave(
    session: Session, user: User, now: datetime, topic: Topic | None = None, structure: int = 0
) -> Choices:
    """Leave everything, or one topic, or one structure; what was before is kept for `undo`.

    Only the digest is touched: mails about passwords and trainings are no part of these settings.
    """
    row = settings.held(session, user.id)
    before = settings.read(row)
    if topic is not None:
        after = replace(before, silenced=before.silenced | {topic})
    elif structure:
        followed = before.follows(structure)
        after = replace(before, exceptions=before.exceptions ^ {structure}) if followed else before
    else:
        after = replace(before, receives=False)
    if after != before:
        row.before = {
            "receives": before.receives,
            "silenced": sorted(before.silenced),
            "exceptions": sorted(before.exceptions),
        }
    return settings.save(session, user, after, now)


def can_undo(session: Session, user: User) -> bool:
    """Whether something was left that may be put back."""
    row = settings.row_of(session, user)
    return row is not None and row.before is not None


def undo(session: Session, user: User, now: datetime) -> Choices:
    """Put back what the last `leave` changed; nothing when it was undone already."""
    row = settings.held(session, user.id)
    kept, row.before = row.before, None
    choices = settings.read(row)
    if not kept:
        return choices
    before = replace(
        choices,
        receives=bool(kept["receives"]),
        silenced=frozenset(Topic(name) for name in kept["silenced"] if name in settings.KNOWN),
        exceptions=frozenset(kept["exceptions"]),
    )
    return settings.save(session, user, before, now)
