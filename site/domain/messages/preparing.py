"""Before anything leaves: check, freeze who is written to, and ten minutes to recall it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.messages import rights, values
from communaute.domain.messages.audience import audience, corrected_audience, lineage
from communaute.domain.messages.drafts import CHANGED
from communaute.domain.messages.errors import Changed, Incomplete, MessageRefused, TooMany
from communaute.domain.messages.writing import blanks
from communaute.french.dates import PARIS, date_in_words, in_paris
from communaute.french.holidays import is_weekend_or_holiday, working_day_on_or_after
from communaute.french.numbers import number as written_number
from communaute.models.accounts import User
from communaute.models.messages import (
    Message,
    MessageAllowance,
    MessageReceipt,
    MessageState,
    ReceiptState,
)
from communaute.models.structures import Structure


RECALLED = "Ce message a déjà été rappelé : il est redevenu un brouillon, rien n’est parti."
INACTIVE = (
    "Cette structure n’est plus active : écrivez depuis celle qui l’a remplacée. Rien n’est parti."
)
TOO_LATE = (
    "Le message est déjà parti : il ne se rappelle plus. Vous pouvez le retirer, avec une note."
)


def prepare(
    session: Session,
    user: User,
    structure_id: int,
    message_id: int,
    version: int,
    now: datetime,
) -> Message:
    """Freeze who is written to; the message leaves in ten minutes, or when the hours next open.

    `version` is what the sender has read. Raises NotFound, Forbidden, Changed, Held, Incomplete,
    TooMany, MessageRefused (nobody to write to).
    """
    draft = rights.own_message(session, user, structure_id, message_id, now)
    if draft.state != MessageState.DRAFT or draft.version != version:
        raise Changed(CHANGED)
    if not draft.structure.active:
        raise MessageRefused(INACTIVE)
    rights.refuse_held(session, structure_id)
    at = leaves_at(now, draft.urgent)
    refuse_incomplete(draft, day_of(at))
    found = audience_of(session, draft, now)
    refuse_count(session, structure_id, found)
    session.execute(
        insert(MessageReceipt.__table__),  # type: ignore[arg-type]
        [
            {
                "message_id": draft.id,
                "structure_id": one.id,
                "state": ReceiptState.FROZEN,
                "reason": "",
            }
            for one in found.partners
        ],
    )
    draft.state, draft.author_id = MessageState.PREPARED, user.id
    draft.prepared_at, draft.sends_at, draft.updated_at = now, at, now
    draft.counts = {"frozen": found.count, "without_people": found.without_people}
    details = {"urgent": "oui"} if draft.urgent else {}
    target = f"message {draft.id}"
    audit.record(
        session, "message-prepared", now=now, actor=user.id, target=target, details=details
    )
    session.flush()
    return draft


def recall(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Message:
    """Take a prepared message back: it is a draft again, and nothing has left.

    Whoever comes second, another person or the sender of messages, finds it done.
    Raises NotFound, Forbidden, MessageRefused (recalled already, or gone).
    """
    found = rights.own_message(session, user, structure_id, message_id, now)
    if found.state != MessageState.PREPARED:
        raise MessageRefused(RECALLED if found.state == MessageState.DRAFT else TOO_LATE)
    session.execute(delete(MessageReceipt).where(MessageReceipt.message_id == found.id))
    found.state, found.version, found.updated_at = MessageState.DRAFT, found.version + 1, now
    found.prepared_at = found.sends_at = None
    found.counts = {}
    audit.record(session, "message-recalled", now=now, actor=user.id, target=f"message {found.id}")
    session.flush()
    return found


def audience_of(session: Session, message: Message, now: datetime) -> values.Audience:
    """Who a message is for, now."""
    sender = session.get_one(Structure, message.structure_id)
    if message.corrects_id is not None:
        return corrected_audience(session, sender, message.corrects_id)
    return audience(session, sender, values.Filters.from_json(message.filters), now)


def refuse_count(session: Session, structure_id: int, found: values.Audience) -> None:
    """Raise MessageRefused for nobody, TooMany above what the sender may write to at once."""
    if not found.partners:
        raise MessageRefused(
            "Aucune structure ne correspond : vous n’avez échangé de facture avec personne qui réponde "
            "à ces critères, ou vous leur avez écrit il y a moins d’une semaine."
        )
    most = most_recipients(session, structure_id)
    if found.count > most:
        raise TooMany(
            f"Ce message concerne {written_number(found.count)} structures, et un message en concerne "
            f"{written_number(most)} au plus. Précisez qui il concerne, ou demandez à l’administration du "
            "site, par la page Contact, de relever cette limite pour vous."
        )


def most_recipients(session: Session, structure_id: int) -> int:
    """How many structures a sender may write to at once, under whatever SIRET it was allowed."""
    raised = select(func.max(MessageAllowance.most)).where(
        MessageAllowance.structure_id.in_(lineage(structure_id))
    )
    return session.scalar(raised) or values.MOST_RECIPIENTS


def refuse_incomplete(message: Message, leaves_on: date) -> None:
    """Raise Incomplete, with a sentence for each field that cannot be sent as it is."""
    faults = dict(_faults(message, leaves_on))
    if faults:
        raise Incomplete(faults)


def _faults(message: Message, leaves_on: date) -> Iterator[tuple[str, str]]:
    if not message.subject.strip():
        yield "subject", "Écrivez l’objet : ce que le destinataire lit en premier."
    elif "://" in message.subject or "www." in message.subject.lower():
        yield "subject", "Un objet ne contient pas d’adresse de site : mettez-la dans le texte."
    if not message.body.strip():
        yield "body", "Écrivez le message."
    left = blanks(f"{message.subject}\n{message.body}")
    if left:
        yield "body", f"Il reste un passage à compléter : « {left[0]} »."
    to_all = message.corrects_id is None and values.Filters.from_json(message.filters).is_all
    if to_all and not message.concerns.strip():
        yield (
            "concerns",
            "Vous écrivez à tous vos partenaires : dites qui ce message concerne, pour que les autres "
            "ne s’inquiètent pas.",
        )
    if message.urgent and not message.urgent_reason.strip():
        yield "urgent_reason", "Dites pourquoi ce message ne peut pas attendre un jour ouvré."
    if message.corrects_id is not None and not message.what_changed.strip():
        yield "what_changed", "Dites ce qui change par rapport au premier message."
    yield from _validity_faults(message.valid_until, leaves_on)


def _validity_faults(until: date | None, leaves_on: date) -> Iterator[tuple[str, str]]:
    if until is None:
        yield "valid_until", "Donnez le dernier jour où ce message est utile."
    elif until < leaves_on:
        yield (
            "valid_until",
            f"Le message partira le {date_in_words(leaves_on)} : il doit être valable au moins ce jour-là.",
        )
    elif until > leaves_on + values.LONGEST_VALIDITY:
        latest = date_in_words(leaves_on + values.LONGEST_VALIDITY)
        yield "valid_until", f"Un message vaut un an au plus : donnez une date jusqu’au {latest}."


def leaves_at(now: datetime, urgent: bool) -> datetime:
    """When a message prepared now leaves: in ten minutes, within the hours unless it is urgent."""
    soonest = now + values.RECALLABLE
    return soonest if urgent else within_hours(soonest)


def day_of(moment: datetime) -> date:
    """The day of a moment, in Paris."""
    return in_paris(moment).date()


def within_hours(moment: datetime) -> datetime:
    """A moment between 7 and 20 h on a working day: this one, or the next opening (our own rule)."""
    local = in_paris(moment)
    day = local.date()
    if not is_weekend_or_holiday(day):
        if values.OPENS <= local.hour < values.CLOSES:
            return moment
        if local.hour < values.OPENS:
            return _opening(day)
    return _opening(working_day_on_or_after(day + timedelta(days=1)))


def _opening(day: date) -> datetime:
    return datetime.combine(day, time(values.OPENS), PARIS).astimezone(UTC)
