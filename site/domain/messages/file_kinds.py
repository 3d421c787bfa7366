"""What the bytes of a file are: PDF, PNG or JPEG, and nothing else besides.

A file that is two things at once (an image that ends with an archive, a PDF that begins as a page) is
refused, and so is a PDF that runs something or hides a file.
"""

import io
import re
import zlib
from bisect import bisect_left
from collections.abc import Iterator

from PIL import Image

from communaute.domain.messages.errors import FileRefused


MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
CALLED = {"pdf": "un PDF", "png": "une image PNG", "jpeg": "une image JPEG"}
EXTENSIONS = {"pdf": ("pdf",), "png": ("png",), "jpeg": ("jpg", "jpeg")}
BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
# An image larger than any screen or sheet is there to exhaust its readers.
MOST_PIXELS = 40_000_000
WANTED = "Joignez un PDF, une image PNG ou une image JPEG."
DOUBLE = (
    "Ce fichier contient autre chose que ce qu’il annonce. Ouvrez-le, enregistrez-le de nouveau sous un "
    "autre nom, puis joignez ce nouveau fichier."
)


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
            f"Le nom de ce fichier ne dit pas ce qu’il est : son contenu est {CALLED[kind]}. Renommez-le "
            f"en « .{EXTENSIONS[kind][0]} », ou joignez le bon fichier."
        )
    if RUNS.search(content) or ZIP_END in content[-ZIP_REACH:]:
        raise FileRefused(DOUBLE)
    {"pdf": refuse_pdf, "png": refuse_png, "jpeg": refuse_jpeg}[kind](content)
    return kind


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

    Its pixels are not decoded: a small file may unfold to hundreds of megabytes.
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
