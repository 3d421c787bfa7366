"""Open a container without believing it: what two programs would not read alike is refused.

A ZIP says the same thing in two places, and holds what it likes in between; each way to make
it show one file to the verifier and another to the reader is refused by its name, before
anything is unpacked (ISO/IEC 21320-1 forbids most of them).
"""

import codecs
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from unicodedata import normalize

from communaute.domain.signatures.facts import UnusableDocument
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.vocabulary import Error


# Our own limits: a container of a procurement file holds tens of documents, not thousands.
MOST_FILES = 200
MOST_BYTES = 100 * 1024 * 1024
MOST_RATIO = 100
_DEEPEST = 20
_MIMETYPE = "mimetype"
_END, _END_SIZE = b"PK\x05\x06", 22
_RECORD, _RECORD_SIZE = b"PK\x06\x06", 56
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_CENTRAL = b"PK\x01\x02"
_DESCRIPTOR = b"PK\x07\x08"
_ENCRYPTED, _STREAMED = 0x1 | 0x40 | 0x2000, 0x8  # encrypted: plainly, strongly, the directory
_PATCHED = 0x20  # what it holds is a change to another file, which no unpacker reads
_IN_EXTRA = 0xFFFFFFFF
_UNICODE_PATH = 0x7075
_OF_WINDOWS = 0
# Read now: the confined child that verifies may open no file.
for _alphabet in ("cp437", "utf-8-sig"):
    codecs.lookup(_alphabet)
# EN 319 162-1, 4.4.3 and A.7; container, metadata, rights and encryption are those of OCF, and
# hashcodes those of the Estonian containers.
_ABOUT = re.compile(
    r"META-INF/([^/]*(signature|manifest|timestamp|evidencerecord|hashcodes)[^/]*"
    r"|container|metadata|rights|encryption)\.(xml|p7s|p7m|tst|ers|rdf|mf)",
    re.IGNORECASE,
)
_LEFTOVER = re.compile(
    r"(?:\A|/)(?:__MACOSX/|\.DS_Store\Z|Thumbs\.db\Z|desktop\.ini\Z)", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True)
class Container:
    """The files of a container, by name, unpacked."""

    files: Mapping[str, bytes]

    @property
    def mimetype(self) -> str:
        """What the container says it is; empty when it does not."""
        said = self.files.get(_MIMETYPE, b"")[:100].decode("utf-8-sig", "replace")
        return said.strip()

    @property
    def documents(self) -> tuple[str, ...]:
        """The names of the files that people read, in order."""
        return tuple(n for n in self.files if n != _MIMETYPE and not is_meta(n))

    @property
    def written(self) -> tuple[str, ...]:
        """Those among them that no system leaves in the folders it archives (macOS, Windows)."""
        return tuple(name for name in self.documents if not _LEFTOVER.search(name))

    def meta(self, pattern: str) -> tuple[str, ...]:
        """The names in META-INF/ that match, whatever their case."""
        wanted = re.compile(f"META-INF/{pattern}", re.IGNORECASE)
        return tuple(name for name in self.files if wanted.fullmatch(name))


def is_meta(name: str) -> bool:
    """Say whether a file is about the container, not in it.

    Its folder is not enough: a document put in META-INF/ is read, and nobody signed it.
    """
    return _ABOUT.fullmatch(name) is not None


def open_container(content: bytes) -> Container:
    """Open a container. Raises UnusableDocument, whose sentence names what is refused."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        listed = archive.infolist()
        for one in listed:
            one.filename = _name(one)
        _require_one_reading(content, archive, listed)
        _require_bounds(listed)
        _require_names(listed)
        files = {one.filename: _unpacked(content, one) for one in listed if not one.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, struct.error, zlib.error, EOFError):
        raise UnusableDocument(Error.UNREADABLE) from None
    except (ValueError, RuntimeError, OSError):
        raise UnusableDocument(Error.UNREADABLE) from None
    return Container(files)


def _require_one_reading(
    content: bytes, archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]
) -> None:
    """Refuse what only one of two readers would see: before, after, between, or listed twice."""
    if not content.startswith(_LOCAL) and not content.startswith(_END):
        raise _refused("prefix")
    end = content.rfind(_END)
    comment = struct.unpack_from("<H", content, end + 20)[0]
    if end + _END_SIZE + comment != len(content):
        raise _refused("trailing")
    total, size, start, after = _directory(content, end)
    if total != len(listed) or archive.start_dir != start or start + size != after:
        raise _refused("directories")
    place = 0
    for one in sorted(listed, key=lambda entry: entry.header_offset):
        if one.header_offset != place:
            raise _refused("hidden")
        place = _end_of(content, one)
    if place != start:
        raise _refused("hidden")


def _directory(content: bytes, end: int) -> tuple[int, int, int, int]:
    """Give how many entries the directory lists, its size, its place, and where it must end.

    Each number may stand in the record before the end, in 64 bits (APPNOTE, 4.3.14 and 4.3.15),
    which then touches the directory and says nothing else than the end does.
    """
    said = struct.unpack_from("<HHHHII", content, end + 4)
    if content[max(end - _LOCATOR_SIZE, 0) : end][:4] != _LOCATOR:
        disks, (here, total, size, start) = said[:2], said[2:]
        if any(disks) or here != total:
            raise _refused("directories")
        return total, size, start, end
    record = end - _LOCATOR_SIZE - _RECORD_SIZE
    located = struct.unpack_from("<IQI", content, end - 16)
    if record < 0 or content[record : record + 4] != _RECORD or located != (0, record, 1):
        raise _refused("directories")
    length, *_, disk, other, here, total, size, start = struct.unpack_from(
        "<QHHIIQQQQ", content, record + 4
    )
    long = (disk, other, here, total, size, start)
    full = (0xFFFF,) * 4 + (_IN_EXTRA,) * 2
    if length != _RECORD_SIZE - 12 or disk or other or here != total:
        raise _refused("directories")
    if any(one not in {most, true} for one, most, true in zip(said, full, long, strict=True)):
        raise _refused("directories")
    return total, size, start, record


def _end_of(content: bytes, listed: zipfile.ZipInfo) -> int:
    """Give where an entry ends, once its own header says what the directory does."""
    at = listed.header_offset
    if content[at : at + 4] != _LOCAL:
        raise _refused("directories")
    fields = struct.unpack_from("<HHHHHIIIHH", content, at + 4)
    flags, method, crc, packed, unpacked, name_length, extra_length = (
        fields[n] for n in (1, 2, 5, 6, 7, 8, 9)
    )
    name = content[at + _LOCAL_SIZE : at + _LOCAL_SIZE + name_length]
    if name != _raw_name(listed) or method != listed.compress_type:
        raise _refused("directories")
    if (flags | listed.flag_bits) & _ENCRYPTED:
        raise UnusableDocument(Error.ENCRYPTED)
    if (flags | listed.flag_bits) & _PATCHED:
        raise UnusableDocument(Error.UNREADABLE)
    extra = content[at + _LOCAL_SIZE + name_length :][:extra_length]
    if any(other != _decoded(listed) for other in _names_in(extra, listed.extra)):
        raise _refused("names")
    announced = _long(extra) if _IN_EXTRA in (packed, unpacked) else (packed, unpacked)
    streamed = flags & _STREAMED  # its sizes and its sum may come after it
    real = listed.compress_size, listed.file_size
    if any(
        told != true and (told or not streamed) for told, true in zip(announced, real, strict=True)
    ):
        raise _refused("sizes")
    if crc != listed.CRC and (crc or not streamed):
        raise _refused("directories")
    end: int = at + _LOCAL_SIZE + name_length + extra_length + listed.compress_size
    return end + (_descriptor(content, end) if streamed else 0)


def _long(extra: bytes) -> tuple[int, int]:
    """Read the packed and unpacked sizes of an entry in the 64-bit form."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == 1 and length >= 16:
            unpacked, packed = struct.unpack_from("<QQ", extra, 4)
            return packed, unpacked
        extra = extra[4 + length :]
    raise _refused("sizes")


def _names_in(*extras: bytes) -> Iterator[str]:
    """Yield the names that an entry also has in its extra fields: some programs unpack under those."""
    for extra in extras:
        left = extra
        while len(left) >= 4:
            kind, length = struct.unpack_from("<HH", left)
            if kind == _UNICODE_PATH:  # a version, the sum of the name it stands for, then the name
                yield left[9 : 4 + length].decode("utf-8", "replace")
            left = left[4 + length :]


def _name(listed: zipfile.ZipInfo) -> str:
    """Give the name of an entry; programs of Windows part its folders in their own way."""
    name = _decoded(listed)
    return name.replace("\\", "/") if listed.create_system == _OF_WINDOWS else name


def _decoded(listed: zipfile.ZipInfo) -> str:
    """Decode a name: many programs write UTF-8 and do not say so (APPNOTE, appendix D, bit 11)."""
    try:
        return _raw_name(listed).decode()
    except UnicodeDecodeError:
        return listed.orig_filename


def _raw_name(listed: zipfile.ZipInfo) -> bytes:
    return listed.orig_filename.encode("utf-8" if listed.flag_bits & 0x800 else "cp437")


def _descriptor(content: bytes, at: int) -> int:
    signed = content[at : at + 4] == _DESCRIPTOR
    for length in (16, 24) if signed else (12, 20):
        if content[at + length : at + length + 4] in {_LOCAL, _CENTRAL}:
            return length
    raise _refused("hidden")


def _require_names(listed: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for one in listed:
        name = one.filename
        parts = name.rstrip("/").split("/")
        key = normalize("NFC", name.casefold())
        if key in seen:  # some systems know one file of that name
            raise _refused("twice")
        if ".." in parts or name.startswith("/") or _CONTROLS.search(name):
            raise _refused("path")
        if one.is_dir() and one.file_size:
            raise _refused("hidden")
        if stat.S_ISLNK(one.external_attr >> 16):  # unpacked, another file is read in its place
            raise _refused("path")
        if len(parts) > _DEEPEST:
            raise _refused("depth")
        seen.add(key)


def _require_bounds(listed: list[zipfile.ZipInfo]) -> None:
    if not listed:
        raise UnusableDocument(Error.NO_SIGNATURE, no_verdict.CONTAINER_UNSIGNED)
    if len(listed) > MOST_FILES:
        raise _refused("count", Error.TOO_LARGE)
    packed = sum(one.compress_size + _LOCAL_SIZE for one in listed)
    unpacked = sum(one.file_size for one in listed)
    if unpacked > MOST_BYTES:
        raise _refused("size", Error.TOO_LARGE)
    if unpacked > MOST_RATIO * packed:
        raise _refused("ratio", Error.TOO_LARGE)


def _unpacked(content: bytes, listed: zipfile.ZipInfo) -> bytes:
    """Unpack a file, which must fill its place and be as long as it announces.

    Only the two methods that ISO/IEC 21320-1 allows are known.
    """
    name, extra = struct.unpack_from("<HH", content, listed.header_offset + 26)
    start = listed.header_offset + _LOCAL_SIZE + name + extra
    found = packed = content[start : start + listed.compress_size]
    if listed.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        found = inflater.decompress(packed, listed.file_size + 1)
        if inflater.unused_data:  # a program that reads on would take them for another entry
            raise _refused("hidden")
        if not inflater.eof:
            raise _refused("sizes")
    elif listed.compress_type != zipfile.ZIP_STORED:
        raise _refused("method")
    if len(found) != listed.file_size or zlib.crc32(found) != listed.CRC:
        raise _refused("sizes")
    return found


def _refused(reason: str, error: Error = Error.UNREADABLE) -> UnusableDocument:
    return UnusableDocument(error, no_verdict.CONTAINER_REFUSED[reason])
