"""What an update adds beside what is drawn, and does not draw by itself."""

import re
from collections.abc import Iterator

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.objects import State, entry, followed


# The lists of resources (ISO 32000-1, 7.8.3, table 33).
_LISTS = frozenset(
    f"/{name}"
    for name in ("ColorSpace", "ExtGState", "Font", "Pattern", "Properties", "Shading", "XObject")
)
_OF_GROUP = frozenset({"/Type", "/S", "/CS", "/I", "/K"})
_DEVICES = ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK")
_NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def is_plain_group(state: State, value: object) -> bool:
    """Say whether a page's group only has its colours blended in those of a device (11.6.6).

    iText adds one where a picture of the signature is transparent.
    """
    found = followed(state, value)
    if isinstance(found, generic.StreamObject) or not isinstance(found, generic.DictionaryObject):
        return False
    space = entry(state, found, "/CS")
    plain = _OF_GROUP.issuperset(found) and entry(state, found, "/S") == "/Transparency"
    return plain and (space is None or space in _DEVICES)


def is_of_resources(where: str) -> bool:
    """Say whether a place is in a list of resources: fonts, pictures, colours."""
    above, _, last = where.rpartition("/")
    return above.endswith("/Resources") and f"/{last}" in _LISTS


def names_drawn(state: State) -> frozenset[str]:
    """Give every name that something drawn may call a resource by, in a state.

    A name that is in none of its streams was never called: whatever comes under it is not seen.
    """
    return frozenset(
        "/" + _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name[1]).decode("latin-1")
        for stream in _streams(state)
        for name in _NAME.finditer(stream.data)
    )


def _streams(state: State) -> Iterator[generic.StreamObject]:
    for revision in range(state.revision + 1):
        for place in state.reader.xrefs.explicit_refs_in_revision(revision):
            try:
                found = state.get_object(place)
            except KeyError:  # freed since
                continue
            if isinstance(found, generic.StreamObject) and not _holds_pixels(found):
                yield found


def _holds_pixels(stream: generic.StreamObject) -> bool:
    return stream.get("/Subtype") == "/Image" or any(key.startswith("/Length1") for key in stream)
