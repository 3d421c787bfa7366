"""The files of a message: PDF, PNG or JPEG by what their bytes are, and nothing else besides.

A file that is two things at once (an image that ends with an archive, a PDF that begins as a page) is
refused, and so is a PDF that runs something or hides a file. What was read before is kept in the database and
goes with the message.
"""

import io
import re
import unicodedata
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime

from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.messages import rights
from communaute.domain.messages.errors import FileRefused
from communaute.domain.messages.values import FileLine
from communaute.domain.structures.errors import NotFound
from communaute.models.accounts import User
from communaute.models.messages import Message, MessageAttachment


MEGABYTE = 1024 * 1024
LARGEST, LARGEST_IN_ALL, MOST = 10 * MEGABYTE, 20 * MEGABYTE, 3
# All that the drafts of a structure may weigh; and in practice, where nobody is known.
LARGEST_DRAFTS, LARGEST_PRACTICE = 60 * MEGABYTE, 256 * 1024
LONGEST_NAME = 100
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
EXTENSIONS = {"pdf": ("pdf",), "png": ("png",), "jpeg": ("jpg", "jpeg")}
BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
# An image larger than any screen or sheet is there to exhaust its readers.
MOST_PIXELS = 40_000_000
WANTED = "Joignez un PDF, une image PNG ou une image JPEG."
DOUBLE = (
    "Ce fichier contient autre chose que ce qu’il annonce. Ouvrez-le, enregistrez-le de nouveau sous un "
    "autre nom, puis joignez ce nouveau fichier."
)


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


def kind_of(name: str, content: bytes) -> str:
    """`pdf`, `png` or `jpeg`, by the bytes. Raises FileRefused: another kind, or two at once."""
    if not content:
        raise FileRefused("Ce fichier est vide.")
    if len(content) > LARGEST:
        raise FileRefused(f"Ce fichier dépasse {LARGEST // MEGABYTE} Mo.")
    kind = next((kind for kind, begins in BEGINS.items() if content.startswith(begins)), "")
    if not kind:
        raise FileRefused(f"Ce fichier n’est ni un PDF, ni une image. {WANTED}")
    if name.rpartition(".")[2].lower() not in EXTENSIONS[kind]:
        raise FileRefused(
            f"Le nom de ce fichier ne dit pas ce qu’il est : son contenu est {_called(kind)}. Renommez-le "
            f"en « .{EXTENSIONS[kind][0]} », ou joignez le bon fichier."
        )
    if RUNS.search(content) or ZIP_END in content[-ZIP_REACH:]:
        raise FileRefused(DOUBLE)
    {"pdf": refuse_pdf, "png": refuse_png, "jpeg": refuse_jpeg}[kind](content)
    return kind


def _called(kind: str) -> str:
    return {"pdf": "un PDF", "png": "une image PNG", "jpeg": "une image JPEG"}[kind]


# What makes a browser or a server run a file, wherever it stands in it.
# The last character keeps the chance of meeting one in a coded image below one in a thousand.
RUNS = re.compile(rb"<(?:script|html|svg|iframe|object|embed|\?php|!doctype)[\s>/]", re.IGNORECASE)
ZIP_END = b"PK\x05\x06"
# The end of a ZIP is looked for from the end of a file: it and its longest comment.
ZIP_REACH = 22 + 65_535


def refuse_png(content: bytes) -> None:
    """A PNG is a chain of chunks that ends with IEND, and the file with it. Raises FileRefused."""
    at, last = 8, b""
    while at + 12 <= len(content) and last != b"IEND":
        size = int.from_bytes(content[at : at + 4], "big")
        last = content[at + 4 : at + 8]
        at += 12 + size
    if last != b"IEND" or at != len(content):
        raise FileRefused(DOUBLE)
    refuse_image(content, "PNG")


def refuse_jpeg(content: bytes) -> None:
    """A JPEG is a chain of segments that ends with EOI, and the file with it. Raises FileRefused."""
    at = 2
    while True:
        marker, at = _marker(content, at)
        if marker == 0xD9:
            break
        if 0xD0 <= marker <= 0xD8 or marker == 0x01:
            continue
        size = int.from_bytes(content[at : at + 2], "big")
        if size < 2 or at + size > len(content):
            raise FileRefused(DOUBLE)
        at += size
        if marker == 0xDA:
            # Where the coded image ends: at the next marker that is none of its own.
            found = SCAN_END.search(content, at)
            if found is None:
                raise FileRefused(DOUBLE)
            at = found.start()
    if at != len(content):
        raise FileRefused(DOUBLE)
    refuse_image(content, "JPEG")


def _marker(content: bytes, at: int) -> tuple[int, int]:
    if at + 1 >= len(content) or content[at] != 0xFF:
        raise FileRefused(DOUBLE)
    while at + 1 < len(content) and content[at + 1] == 0xFF:
        at += 1
    if at + 1 >= len(content):
        raise FileRefused(DOUBLE)
    return content[at + 1], at + 2


SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def refuse_image(content: bytes, form: str) -> None:
    """Raise FileRefused for an image that does not open, or is larger than any use.

    Its points are not decoded: a small file may unfold to hundreds of megabytes.
    """
    unreadable = FileRefused(
        "Cette image ne s’ouvre pas. Enregistrez-la de nouveau, puis joignez-la."
    )
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise FileRefused(
                    "Cette image est trop grande : réduisez-la à 40 millions de points au plus."
                )
            image.verify()
    except FileRefused:
        raise
    except Exception:
        # Hostile bytes raise nearly anything, and more of it once something else in the process has
        # asked Pillow to put up with truncated images, as the maker of our PDF does.
        raise unreadable from None


# What a PDF must not do: run, start a program, carry a file, ask for what cannot be looked at.
ACTIVE = {
    b"JavaScript": "contient un programme",
    b"Rendition": "contient un élément animé",
    b"Launch": "lance un programme",
    b"EmbeddedFile": "contient un autre fichier",
    b"RichMedia": "contient un élément animé",
    b"XFA": "contient un formulaire actif",
    b"Encrypt": "est protégé par un mot de passe",
}
NAME = re.compile(rb"/([A-Za-z0-9_.#-]+)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
PDF_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
STREAM, STREAM_END = re.compile(rb"stream\r?\n"), re.compile(rb"endstream")
# What the objects of a PDF may unfold to: more is a trap.
MOST_UNFOLDED = 64 * MEGABYTE
# How far before its bytes the description of a stream is looked for.
HEAD = 4_096


def refuse_pdf(content: bytes) -> None:
    """A PDF ends with its own end, and does nothing but show pages. Raises FileRefused."""
    end = PDF_END.search(content[-2_048:])
    if end is None or int(end[1]) >= len(content):
        raise FileRefused(DOUBLE)
    for part in (content, *_objects(content)):
        for name in {ESCAPED.sub(_unescaped, found) for found in NAME.findall(part)}:
            if name in ACTIVE:
                raise FileRefused(
                    f"Ce PDF {ACTIVE[name]}. Imprimez-le « vers un fichier PDF », puis joignez ce fichier."
                )


def _objects(content: bytes) -> Iterator[bytes]:
    """The objects that a PDF packs, unfolded up to a bound. Raises FileRefused beyond it.

    Each byte is looked at once, whatever a file made on purpose holds.
    """
    left, looked, before = MOST_UNFOLDED, 0, 0
    ends = [one.start() for one in STREAM_END.finditer(content)]
    for found in STREAM.finditer(content):
        head, before = content[before : found.start()], found.end()
        place = bisect_left(ends, found.end())
        if place == len(ends):
            return
        if b"ObjStm" not in ESCAPED.sub(_unescaped, head[-HEAD:]):
            continue
        end = ends[place]
        looked += end - found.end()
        if looked > len(content):  # streams inside streams: made on purpose
            raise FileRefused(DOUBLE)
        unfolding = zlib.decompressobj()
        try:
            unfolded = unfolding.decompress(memoryview(content)[found.end() : end], left)
        except zlib.error:
            continue
        left -= len(unfolded)
        if left <= 0:
            raise FileRefused(DOUBLE)
        yield unfolded


def _unescaped(code: re.Match[bytes]) -> bytes:
    return bytes([int(code[1], 16)])
