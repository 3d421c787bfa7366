"""Write: a draft is kept as it was typed, right or wrong, for every manager of the structure."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from communaute.domain.messages import files, rights, values
from communaute.domain.messages.audience import lineage
from communaute.domain.messages.errors import Changed, MessageRefused
from communaute.domain.siret.receipt import announcement
from communaute.domain.structures.errors import NotFound
from communaute.french.dates import in_paris
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageState
from communaute.models.siret import SiretChange


# Our own rule: more drafts than that are a machine's.
MOST_DRAFTS = 30
CHANGED = (
    "Quelqu’un de votre structure a modifié ce message entre-temps. Rien n’a été fait : relisez-le, "
    "puis recommencez."
)


def begin(
    session: Session,
    user: User,
    structure_id: int,
    written: values.Written,
    now: datetime,
    model: str = "",
) -> Message:
    """A new draft. Raises NotFound, Forbidden, MessageRefused (too many drafts)."""
    rights.sender(session, user, structure_id, now)
    return _added(session, user, structure_id, written, now, model=model)


def announce(session: Session, user: User, structure_id: int, code: str, now: datetime) -> Message:
    """The draft that announces a SIRET change: the one there is, or a new one.

    Raises NotFound (no such change of this structure), Forbidden.
    """
    rights.sender(session, user, structure_id, now)
    change = session.scalar(
        select(SiretChange).where(SiretChange.code == code, SiretChange.new_id == structure_id)
    )
    if change is None:
        raise NotFound(rights.NO_SUCH_MESSAGE)
    there = session.scalars(
        select(Message).where(Message.change_id == change.id).order_by(Message.id.desc()).limit(1)
    ).first()
    if there is not None and there.structure_id == structure_id:
        return there
    told = announcement(change.old, change.new, change.effective_on)
    written = values.Written(
        subject=told.subject[: values.LONGEST_SUBJECT],
        body=told.body,
        concerns="toutes les structures avec lesquelles nous échangeons des factures",
        valid_until=usual_validity(now),
    )
    made = _added(session, user, structure_id, written, now)
    made.change_id = change.id
    return made


def correct(
    session: Session, user: User, structure_id: int, message_id: int, now: datetime
) -> Message:
    """The draft that corrects a sent message: the one there is, or a new one.

    Raises NotFound, Forbidden, MessageRefused (not sent, or corrected often enough).
    """
    original = rights.own_message(session, user, structure_id, message_id, now)
    if original.state != MessageState.SENT:
        raise MessageRefused("Seul un message envoyé, et non retiré, se corrige.")
    first = original.corrects_id or original.id
    versions = session.scalars(select(Message).where(Message.corrects_id == first)).all()
    pending = [one for one in versions if one.state in (MessageState.DRAFT, MessageState.PREPARED)]
    if pending:
        return pending[0]
    if sum(one.sent_at is not None for one in versions) >= values.MOST_CORRECTIONS:
        raise MessageRefused(
            f"Ce message a déjà été corrigé {values.MOST_CORRECTIONS} fois : retirez-le, puis écrivez-en un autre "
            "la semaine prochaine."
        )
    made = _added(session, user, structure_id, read(original), now)
    made.corrects_id = first
    files.copy(session, original.id, made.id)
    return made


def _added(
    session: Session,
    user: User,
    structure_id: int,
    written: values.Written,
    now: datetime,
    model: str = "",
) -> Message:
    drafts = select(Message.id).where(*_of(structure_id))
    if len(session.scalars(drafts.limit(MOST_DRAFTS)).all()) >= MOST_DRAFTS:
        raise MessageRefused(
            f"Votre structure a déjà {MOST_DRAFTS} brouillons : effacez ceux qui ne servent plus."
        )
    made = Message(
        structure_id=structure_id,
        author_id=user.id,
        state=MessageState.DRAFT,
        model=model,
        created_at=now,
        updated_at=now,
        version=1,
    )
    _write(made, written)
    session.add(made)
    session.flush()
    return made


def save(
    session: Session,
    user: User,
    structure_id: int,
    message_id: int,
    written: values.Written,
    version: int,
    now: datetime,
) -> Message:
    """Keep what was typed. Raises NotFound, Forbidden, Changed (a colleague has saved it meanwhile)."""
    draft = rights.own_draft(session, user, structure_id, message_id, now)
    if draft.version != version:
        raise Changed(CHANGED)
    _write(draft, written)
    draft.author_id, draft.updated_at = user.id, now
    draft.version += 1
    session.flush()
    return draft


def erase(session: Session, user: User, structure_id: int, message_id: int, now: datetime) -> None:
    """Erase a draft and its files. Raises NotFound, Forbidden."""
    session.delete(rights.own_draft(session, user, structure_id, message_id, now))


def read(message: Message) -> values.Written:
    """What a message says, as a value."""
    return values.Written(
        subject=message.subject,
        body=message.body,
        concerns=message.concerns,
        valid_until=message.valid_until,
        urgent=message.urgent,
        urgent_reason=message.urgent_reason,
        what_changed=message.what_changed,
        filters=values.Filters.from_json(message.filters),
    )


def usual_validity(now: datetime) -> date:
    """Until when a message is proposed to be valid."""
    return in_paris(now + values.USUAL_VALIDITY).date()


def drafts_of(session: Session, structure_id: int) -> Sequence[Message]:
    """The drafts of a structure, the latest first."""
    own = select(Message).where(*_of(structure_id))
    return session.scalars(own.order_by(Message.updated_at.desc(), Message.id.desc())).all()


def _of(structure_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Its drafts, under whatever SIRET they were begun."""
    return Message.structure_id.in_(lineage(structure_id)), Message.state == MessageState.DRAFT


def _write(draft: Message, written: values.Written) -> None:
    """What fits is kept; the form says what is too long before."""
    draft.subject = written.subject[: values.LONGEST_SUBJECT]
    draft.body = written.body[: values.LONGEST_BODY]
    draft.concerns = written.concerns[: values.LONGEST_LINE]
    draft.valid_until = written.valid_until
    draft.urgent, draft.urgent_reason = written.urgent, written.urgent_reason[: values.LONGEST_LINE]
    draft.what_changed = written.what_changed[: values.LONGEST_NOTE]
    draft.filters = written.filters.as_json()
