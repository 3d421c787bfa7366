"""A sender, its partners, and messages between them."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.messages import drafts, preparing, sending
from communaute.domain.messages.values import Filters, Written
from communaute.models import (
    Delivery,
    Message,
    MessageReceipt,
    Nature,
    Structure,
    User,
)
from tests.structures import worlds


# A Tuesday at noon in Paris: within the hours.
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
AFTER = NOON + timedelta(minutes=11)
ALL = Written(
    subject="Nouveau code de service",
    body="Employez le code **S042** dès le 1er décembre.",
    concerns="les fournisseurs du service des sports",
    valid_until=date(2026, 12, 31),
)


def town(session: Session) -> tuple[User, Structure]:
    """A public structure and its principal manager."""
    user = worlds.person(session, "Lou")
    return user, worlds.structure(session, worlds.fresh(), nature=Nature.PUBLIC, principal=user)


def supplier(
    session: Session, of: Structure, status: str = "MISE_EN_PAIEMENT"
) -> tuple[User, Structure]:
    """A supplier of a public structure, with a manager, and one invoice."""
    user = worlds.person(session)
    made = worlds.structure(session, worlds.fresh(), principal=user)
    worlds.invoice(session, made, of, status)
    return user, made


def prepared(
    session: Session, user: User, sender: Structure, written: Written = ALL, now: datetime = NOON
) -> Message:
    """A message whose recipients are frozen."""
    draft = drafts.begin(session, user, sender.id, written, now)
    return preparing.prepare(session, user, sender.id, draft.id, draft.version, now)


def sent(
    session: Session, user: User, sender: Structure, written: Written = ALL, now: datetime = NOON
) -> Message:
    """A message that has left."""
    made = prepared(session, user, sender, written, now)
    assert send(session, now + timedelta(minutes=11)).get("sent") == 1
    session.refresh(made)
    return made


def send(session: Session, now: datetime = AFTER) -> dict[str, int]:
    """The periodic pass."""
    return sending.send_due(Context(session, now, worlds.BASE, "secret"))


def written_to(session: Session, message: Message) -> set[str]:
    """Whom mails about a message are for."""
    found = select(Delivery.recipient).where(Delivery.about == f"message {message.id}")
    return set(session.scalars(found))


def receipts(session: Session, message: Message) -> dict[int, tuple[str, str]]:
    """State and reason by structure."""
    rows = select(MessageReceipt).where(MessageReceipt.message_id == message.id)
    return {one.structure_id: (one.state, one.reason) for one in session.scalars(rows)}


def filtered(**given: object) -> Filters:
    """Filters."""
    return Filters(**given)  # type: ignore[arg-type]
