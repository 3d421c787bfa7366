"""The address one is written to, apart from the one that signs in: confirmed before it serves."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post
from communaute.models.accounts import User


def ask(session: Session, address: str, *, link: str, within: timedelta, now: datetime) -> None:
    """Send the link that proves the address."""
    message = messages.confirm_contact(to=address, link=link, until=now + within)
    mark = hashlib.sha256(link.encode()).hexdigest()[:24]
    post(session, message, key=f"confirm-contact-{mark}", due=now)


def owner(session: Session, mark: str) -> User | None:
    """Whose link this is; None once they have closed all their sessions."""
    return session.scalar(select(User).where(User.fs_uniquifier == mark))


def confirm(session: Session, mark: str, address: str) -> bool:
    """Write to this address from now on; False when the link is nobody's any more."""
    user = owner(session, mark)
    if user is None:
        return False
    user.contact_email = None if address == user.email else address
    return True
