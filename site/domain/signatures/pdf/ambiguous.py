"""What two programs would not read alike in the bytes added to a signed PDF.

pyHanko gives one reading, which is compared with what was signed; another program may repair the
file, take the second of two entries, or leave generations aside. Such an update is not known.
"""

import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionData

from communaute.domain.signatures.pdf.objects import State, entry


_BLANK = b" \t\r\n\x00\x0c"
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,10})[ \t\r\n\x00\x0c]+[0-9]{1,5}[ \t\r\n\x00\x0c]+obj\b")
_TOKEN = re.compile(
    rb"(?:[\s\x00]+|%[^\r\n]*)|(?P<begin><<|\[)|(?P<end>>>|\])|(?P<name>/[^\s\x00()<>\[\]{}/%]*)"
    rb"|(?P<hex><[^>]*>)|(?P<string>\()|(?P<word>[^\s\x00()<>\[\]{}/%]+)|."
)
_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_INDEX = re.compile(rb"/Index[\s\x00]*\[([0-9\s\x00]*)\]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ROW = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?:[ \r\n]{2}|\n)")
_SUBSECTION = re.compile(rb"[\s\x00]*([0-9]+)[ \t]+([0-9]+)[ \t]*(?:\r\n|\r|\n)")
_TRAILER = re.compile(rb"\btrailer\b")
_DATA = re.compile(rb"[\s\x00]*(?:%[^\r\n]*[\r\n]+[\s\x00]*)*stream(\r\n|\n)?")
_AFTER_DATA = re.compile(rb"[\s\x00]*endstream\b")


def read_in_two_ways(document: bytes, reader: PdfFileReader, revision: int, start: int) -> bool:
    """Say whether other programs may see in what follows `start` what pyHanko does not compare.

    `revision` is the signed one, which ends there. Bytes that belong to no revision are read by
    programs that repair files; a hybrid section (ISO 32000-1, 7.5.8.4) is read in two ways.
    """
    added = range(revision + 1, reader.xrefs.total_revisions)
    last_mark = document.rfind(b"%%EOF") + len(b"%%EOF")
    unexplained = document[last_mark if added else start :]
    return (
        bool(unexplained.strip(_BLANK))
        or any(_is_hybrid(reader, n) for n in added)
        or _holds_objects_that_no_table_names(document, reader, start, added)
        or any(not _has_plain_rows(document, reader, n) for n in added)
        or not stand_apart(document, [one.end() for one in _TRAILER.finditer(document, start)])
        or any(not _is_read_alike(document, reader, n) for n in added)
    )


def _holds_objects_that_no_table_names(
    document: bytes, reader: PdfFileReader, start: int, added: range
) -> bool:
    """Say whether a program that repairs a file would find other objects in the added bytes.

    One row that cannot be read in a table is enough to have some look for objects themselves.
    """
    sections = [reader.xrefs.get_xref_data(n) for n in added]
    sections += [one.hybrid.xref_data for one in sections if one.hybrid is not None]
    named = {(n, at) for one in sections for n, (_, at) in one.standard_xrefs.items()}
    tables = {reader.xrefs.get_startxref_for_revision(n) for n in added}
    last: dict[int, int] = {}
    for found in _OBJECT.finditer(document, start):
        number, at = int(found[1]), found.start()
        while at not in tables and (number, at) not in named:
            at -= 1
            if at < start or document[at] not in _BLANK:
                return True
        last[number] = at
    # Of several, such a program takes the last that stands in the file.
    used = {n: at for one in sections for n, (_, at) in one.standard_xrefs.items()}
    return any(used.get(n, at) != at for n, at in last.items())


def _is_hybrid(reader: PdfFileReader, revision: int) -> bool:
    """Say whether a hybrid section gives an object in its table and another in its stream.

    Programs that write compressed files add such a section to a document that has some: what
    is only in the stream is not read at all by programs that know only tables.
    """
    data = reader.xrefs.get_xref_data(revision)
    if data.hybrid is None:
        return False
    streamed = data.hybrid.xref_data
    again = {**streamed.standard_xrefs, **streamed.xrefs_in_objstm}
    return any(again.get(number, place) != place for number, place in data.standard_xrefs.items())


def _has_plain_rows(document: bytes, reader: PdfFileReader, revision: int) -> bool:
    """Say whether a table names each number once, in rows that anybody reads; a stream, once too."""
    at = reader.xrefs.get_startxref_for_revision(revision)
    found = re.compile(rb"[\s\x00]*xref\b").match(document, at)
    if found is None:
        return _has_plain_index(document, at)
    at, numbers = found.end(), list[int]()
    while section := _SUBSECTION.match(document, at):
        at, first, count = section.end(), int(section[1]), int(section[2])
        for number in range(first, first + count):
            row = _ROW.match(document, at)
            if row is None:
                return False
            at = row.end()
            numbers.append(number)
    return len(numbers) == len(set(numbers))


def _has_plain_index(document: bytes, at: int) -> bool:
    found = _OBJECT.match(document, at)
    end = None if found is None else value_end(document, found.end())
    if found is None or end is None:
        return False
    held = document[found.end() : end]
    index = _INDEX.search(held)
    if index is None:
        return b"/Index" not in held and b"#" not in held
    flat = [int(one) for one in index[1].replace(b"\0", b" ").split()]
    numbers = [n for a, b in zip(flat[::2], flat[1::2], strict=True) for n in range(a, a + b)]
    return len(numbers) == len(set(numbers))


def _is_read_alike(document: bytes, reader: PdfFileReader, revision: int) -> bool:
    """Say whether each object of a revision is one that anybody reads as pyHanko does."""
    section = reader.xrefs.get_xref_data(revision)
    data = [section] if section.hybrid is None else [section, section.hybrid.xref_data]
    state = reader.get_historical_resolver(revision)
    return all(
        _objects_are_apart(document, state, one)
        and all(_is_plain_stream_of_objects(state, one, held) for held in one.obj_streams_used)
        for one in data
    )


def _objects_are_apart(document: bytes, state: State, section: XRefSectionData) -> bool:
    """Say whether each object is plain, and none is within another."""
    end = 0
    for number, (generation, at) in sorted(
        section.standard_xrefs.items(), key=lambda named: named[1][1]
    ):
        place = generic.Reference(number, generation)
        found = _plain_end(document, state, place, at) if at >= end else None
        if found is None:
            return False
        end = found
    return True


def _plain_end(document: bytes, state: State, place: generic.Reference, at: int) -> int | None:
    """Give where an object ends; None unless it says each thing once, and a stream is as long as it says."""
    head = re.compile(
        rb"[\s\x00]*%d[\s\x00]+%d[\s\x00]+obj\b" % (place.idnum, place.generation)
    ).match(document, at)
    end = None if head is None else value_end(document, head.end())
    data = None if end is None else _DATA.match(document, end)
    if data is None:
        return end
    length = entry(state, state.get_object(place), "/Length")
    if data[1] is None or not isinstance(length, generic.NumberObject):
        return None
    after = _AFTER_DATA.match(document, data.end() + int(length))
    return None if after is None else after.end()


def _is_plain_stream_of_objects(state: State, section: XRefSectionData, number: int) -> bool:
    held = state.get_object(generic.Reference(number, 0))
    data, count, first = held.data, int(held["/N"]), int(held["/First"])
    head = [int(one) for one in data[:first].replace(b"\0", b" ").split()[: 2 * count]]
    numbers, places = head[::2], head[1::2]
    named = {
        found.ix_in_stream: n
        for n, found in section.xrefs_in_objstm.items()
        if found.obj_stream_id == number
    }
    return (
        len(numbers) == count == len(set(numbers))
        and all(rank < count and numbers[rank] == n for rank, n in named.items())
        and stand_apart(data, [first + place for place in places])
    )


def stand_apart(data: bytes, places: list[int]) -> bool:
    """Say whether the values that begin at some places are plain, and none is within another.

    What is within another would be read once for each that holds it: minutes for a file made so.
    """
    end = 0
    for place in sorted(places):
        found = value_end(data, place) if place >= end else None
        if found is None:
            return False
        end = found
    return True


def value_end(data: bytes, at: int) -> int | None:
    """Give where the value that begins at `at` ends; None when it says a key twice, or is none."""
    held: list[list[bytes]] = []
    while found := _TOKEN.match(data, at):
        at, text = found.end(), found[0]
        if found.lastgroup == "begin":
            held.append([text])
            continue
        if found.lastgroup is None:
            if text[:1] not in _BLANK + b"\x0b%":
                return None
            continue
        if found.lastgroup == "string":
            at = _string_end(data, at)
        elif found.lastgroup == "end" and not (held and _says_once(held.pop(), text)):
            return None
        if not held:
            return at
        if text == b"R":  # the two numbers before it are one value with it
            del held[-1][-2:]
        held[-1].append(_ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), text))
    return None


def _says_once(begun: list[bytes], end: bytes) -> bool:
    """Say whether an array, or a dictionary that names each of its keys once, ends here."""
    if begun[0] + end == b"[]":
        return True
    keys = begun[1::2]
    named = all(key.startswith(b"/") for key in keys)
    whole = begun[0] + end == b"<<>>" and len(begun) % 2 == 1
    return whole and named and len(keys) == len(set(keys))


def _string_end(data: bytes, at: int) -> int:
    depth = 1
    for found in _STRING.finditer(data, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return len(data)
