"""The files of a message: read before (`file_kinds`), kept in the database, gone with the message."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.messages import rights
from communaute.domain.messages.errors import FileRefused
from communaute.domain.messages.file_kinds import MEGABYTE, kind_of
from communaute.domain.messages.values import FileLine
from communaute.domain.structures.errors import NotFound
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageAttachment


LARGEST_IN_ALL, MOST = 20 * MEGABYTE, 3
# All that the drafts of a structure may weigh; and in practice, where nobody is known.
LARGEST_DRAFTS, LARGEST_PRACTICE = 60 * MEGABYTE, 256 * 1024
LONGEST_NAME = 100


def add(
    session: Session,
    user: User,
    structure_id: int,
    message_id: int,
    name: str,
    content: bytes,
    now: datetime,
) -> MessageAttachment:
    """Join a file to a draft. Raises NotFound, Forbidden, FileRefused."""
    draft = rights.own_draft(session, user, structure_id, message_id, now)
    told = checked_name(name)
    kind = kind_of(told, content)
    there = of(session, draft.id)
    if len(there) >= MOST:
        raise FileRefused(f"Un message porte {MOST} fichiers au plus : retirez-en un d’abord.")
    if sum(one.size for one in there) + len(content) > LARGEST_IN_ALL:
        raise FileRefused(
            f"Les fichiers d’un message pèsent {LARGEST_IN_ALL // MEGABYTE} Mo au plus en tout."
        )
    _refuse_heavy(session, user, structure_id, len(content))
    made = MessageAttachment(
        message_id=draft.id, name=told, kind=kind, size=len(content), content=content
    )
    draft.version += 1
    draft.updated_at = now
    session.add(made)
    session.flush()
    return made


def _refuse_heavy(session: Session, user: User, structure_id: int, size: int) -> None:
    """Raise FileRefused when a structure, or a practice, keeps too much that it has not sent."""
    kept = (
        select(func.coalesce(func.sum(MessageAttachment.size), 0))
        .join(Message, Message.id == MessageAttachment.message_id)
        .where(Message.structure_id == structure_id)
    )
    if user.is_guest:
        if (session.scalar(kept) or 0) + size > LARGEST_PRACTICE:
            raise FileRefused(
                f"Dans l’entraînement, les fichiers pèsent {LARGEST_PRACTICE // 1024} ko au plus en tout."
            )
    elif (session.scalar(kept.where(Message.sent_at.is_(None))) or 0) + size > LARGEST_DRAFTS:
        raise FileRefused(
            f"Les brouillons de votre structure pèsent déjà {LARGEST_DRAFTS // MEGABYTE} Mo : effacez ceux "
            "qui ne servent plus."
        )


def remove(
    session: Session, user: User, structure_id: int, message_id: int, file_id: int, now: datetime
) -> None:
    """Take a file away from a draft; nothing when it is gone already. Raises NotFound, Forbidden."""
    draft = rights.own_draft(session, user, structure_id, message_id, now)
    found = session.get(MessageAttachment, file_id)
    if found is not None and found.message_id == draft.id:
        session.delete(found)
        draft.version += 1
        draft.updated_at = now
        session.flush()


def own(
    session: Session, user: User, structure_id: int, message_id: int, file_id: int, now: datetime
) -> MessageAttachment:
    """A file of one of the structure's own messages. Raises NotFound, Forbidden."""
    message = rights.own_message(session, user, structure_id, message_id, now)
    found = session.get(MessageAttachment, file_id)
    if found is None or found.message_id != message.id:
        raise NotFound(rights.NO_SUCH_MESSAGE)
    return found


def of(session: Session, message_id: int) -> tuple[FileLine, ...]:
    """The files of a message, without their bytes."""
    rows = session.execute(
        select(
            MessageAttachment.id,
            MessageAttachment.name,
            MessageAttachment.kind,
            MessageAttachment.size,
        )
        .where(MessageAttachment.message_id == message_id)
        .order_by(MessageAttachment.id)
    )
    return tuple(
        FileLine(id=number, name=name, kind=kind, size=size) for number, name, kind, size in rows
    )


def copy(session: Session, original: int, to: int) -> None:
    """The files of a message, for the version that corrects it."""
    kept = (MessageAttachment.name, MessageAttachment.kind, MessageAttachment.size)
    rows = select(*kept, MessageAttachment.content).where(MessageAttachment.message_id == original)
    session.add_all(
        MessageAttachment(message_id=to, name=name, kind=kind, size=size, content=content)
        for name, kind, size, content in session.execute(rows.order_by(MessageAttachment.id))
    )


def weight(session: Session) -> int:
    """What all files weigh, in bytes: staff look at it."""
    return session.scalar(select(func.coalesce(func.sum(MessageAttachment.size), 0))) or 0


def checked_name(typed: str) -> str:
    """The name as readers will see it: its last part, nothing that cannot be seen. Raises FileRefused."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", typed))[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    if not seen:
        raise FileRefused("Choisissez un fichier.")
    stem, dot, extension = seen.rpartition(".")
    if len(seen) > LONGEST_NAME:
        return f"{stem[: LONGEST_NAME - len(extension) - 1]}{dot}{extension}"[-LONGEST_NAME:]
    return seen
