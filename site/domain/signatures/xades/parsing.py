"""Parse signed XML without letting it harm its reader: no document type, entity nor network."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from communaute.domain.signatures.facts import UnusableDocument
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.vocabulary import Error
from communaute.domain.signatures.xades.names import SIGNATURE


XML_BYTES = 10 * 1024 * 1024
"""Our own limit on an XML file."""
# A wide and flat file costs four hundred times its size in memory: tags are counted beforehand.
_TAGS = 300_000
_ID_NAMES = frozenset({"Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"})
_PROLOG = 65_536
_DOCTYPE = re.compile(rb"\A(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL)


class NotXml(ValueError):
    """The bytes are not XML that may be read; `error` says why, `sentence` when there is more."""

    def __init__(self, error: Error = Error.UNREADABLE, sentence: str = "") -> None:
        super().__init__(error.value)
        self.error = error
        self.sentence = sentence


@dataclass(frozen=True)
class SignedXml:
    """A parsed file, its signatures in the order of the text, and what its identifiers name."""

    root: etree._Element
    signatures: tuple[etree._Element, ...]
    identified: dict[str, list[etree._Element]] = field(repr=False)


def parse(xml: bytes) -> etree._Element:
    """Parse XML into its root. Raises NotXml."""
    if len(xml) > XML_BYTES or xml.count(b"<") > _TAGS:
        raise NotXml(Error.TOO_LARGE, no_verdict.XML_TOO_LARGE)
    if _declares_type(xml):
        raise NotXml(Error.UNREADABLE, no_verdict.DOCUMENT_TYPE)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        strip_cdata=False,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as reason:
        raise NotXml from reason
    if root.getroottree().docinfo.doctype:
        raise NotXml(Error.UNREADABLE, no_verdict.DOCUMENT_TYPE)
    return root


def _declares_type(xml: bytes) -> bool:
    # Without its zeros and its mark, the beginning of a text in UTF-16 reads as ASCII.
    beginning = xml[:_PROLOG].translate(None, b"\0\xef\xbb\xbf\xff\xfe")
    return _DOCTYPE.match(beginning) is not None


def read_signed(xml: bytes, most: int) -> SignedXml:
    """Parse a file that holds signatures, `most` of them at most.

    Raises UnusableDocument: unreadable, unsupported, too_large, no_signature,
    too_many_signatures.
    """
    try:
        root = parse(xml)
    except NotXml as reason:
        raise UnusableDocument(reason.error, reason.sentence) from None
    if etree.QName(root).localname == "SignedDoc":
        # It is canonicalised in ways of its own: read as XAdES, honest files would look altered.
        raise UnusableDocument(Error.UNSUPPORTED, no_verdict.DIGIDOC)
    signatures = tuple(root.iter(SIGNATURE))
    if not signatures:
        raise UnusableDocument(Error.NO_SIGNATURE)
    if len(signatures) > most:
        raise UnusableDocument(Error.TOO_MANY_SIGNATURES)
    return SignedXml(root, signatures, _identified(root))


def _identified(root: etree._Element) -> dict[str, list[etree._Element]]:
    # Two elements under one identifier are how a signature is made to speak of another content.
    found: dict[str, list[etree._Element]] = defaultdict(list)
    for element in root.iter(etree.Element):
        for value in {element.get(name) for name in _ID_NAMES if element.get(name)}:
            found[value].append(element)
    return found
