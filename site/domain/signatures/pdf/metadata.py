"""The description of a document that readers show: title, author, subject, keywords."""

from lxml import etree
from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.objects import State, entry


_IN_INFO = ("/Title", "/Author", "/Subject", "/Keywords")
_IN_XMP = (
    "{http://purl.org/dc/elements/1.1/}title",
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://purl.org/dc/elements/1.1/}description",
    "{http://purl.org/dc/elements/1.1/}subject",
    "{http://ns.adobe.com/pdf/1.3/}Keywords",
)
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
Description = tuple[tuple[str, ...], ...]


def same_description(old: State, new: State) -> bool:
    """Say whether readers show the same description; programs that sign write the rest anew.

    What is not readable is compared as it stands.
    """
    if [_text(old, key) for key in _IN_INFO] != [_text(new, key) for key in _IN_INFO]:
        return False
    before, after = _packet(old), _packet(new)
    if before == after:
        return True
    # Whoever adds a packet repeats what the other description says: nothing new is shown.
    told, again = _told(before), _told(after)
    # iText 5 keeps the bytes of a packed description and forgets to say that they are packed.
    if again is None and _stored(old) == _stored(new):
        return True
    known = {text for key in _IN_INFO for text in [_text(old, key)] if text}
    if told is None or again is None:
        return False
    return all(
        one == other or (not one and set(other) <= known)
        for one, other in zip(told, again, strict=True)
    )


def _text(state: State, key: str) -> str:
    return str(entry(state, entry(state, state.trailer_view, "/Info"), key) or "")


def _packet(state: State) -> bytes:
    stream = entry(state, state.root, "/Metadata")
    return stream.data if isinstance(stream, generic.StreamObject) else b""


def _stored(state: State) -> bytes:
    stream = entry(state, state.root, "/Metadata")
    return stream.encoded_data if isinstance(stream, generic.StreamObject) else b""


def _told(packet: bytes) -> Description | None:
    """The texts of the description in an XMP packet; None when it cannot be read."""
    if not packet:
        return ((),) * len(_IN_XMP)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(packet.strip(b" \t\r\n\x00\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return tuple(
        tuple(
            text
            for one in root.iter(_RDF)
            for text in (
                one.get(name, ""),
                *("".join(e.itertext()).strip() for e in one.iter(name)),
            )
            if text
        )
        for name in _IN_XMP
    )
