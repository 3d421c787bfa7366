"""Parse signed XML without letting it harm its reader: no document type, entity nor network; and its names."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from communaute.domain.signatures.facts import UnusableDocument
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.vocabulary import Error


DSIG = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
EVIDENCE_RECORDS = "urn:ietf:params:xml:ns:ers"
# ETSI TS 101 903 changed its namespace three times; EN 319 132-1 kept the last, and added 1.4.1.
XADES = frozenset(
    f"http://uri.etsi.org/01903/v{version}#" for version in ("1.1.1", "1.2.2", "1.3.2")
)
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
SIGNATURE = f"{{{DSIG}}}Signature"
XML = "{http://www.w3.org/XML/1998/namespace}"
XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_OF_SIGNATURES = (
    *(DSIG, "http://www.w3.org/2009/xmldsig11#", "http://www.w3.org/2001/04/xmlenc#"),
    *("http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2007/05/xmldsig-more#"),
    *("http://uri.etsi.org/", EVIDENCE_RECORDS),
)


def ds(name: str) -> str:
    """Give the qualified name of an element of XML Signature."""
    return f"{{{DSIG}}}{name}"


def is_xades(element: etree._Element, *names: str) -> bool:
    """Say whether `element` is one of these elements of XAdES, in any of its versions."""
    if not isinstance(element.tag, str):
        return False
    name = etree.QName(element)
    return name.localname in names and (name.namespace in XADES or name.namespace == XADES_141)


def of_signatures(element: etree._Element) -> bool:
    """Say whether the name of an element is one that signatures and their proofs are made of."""
    return (etree.QName(element).namespace or "").startswith(_OF_SIGNATURES)


def is_of_evidence_record(element: etree._Element) -> bool:
    """Say whether an element is one of an evidence record (RFC 6283)."""
    return isinstance(element.tag, str) and etree.QName(element).namespace == EVIDENCE_RECORDS


def xades_children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of `element` that XAdES calls one of `names`, in order."""
    return (child for child in element if is_xades(child, *names))


def xades_inside(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield what is called one of `names` anywhere in `element`, but not in a signature within."""
    for child in element:
        if is_xades(child, *names):
            yield child
        elif child.tag != SIGNATURE:
            yield from xades_inside(child, *names)


def only_child(element: etree._Element, name: str) -> etree._Element:
    """Give the one child called `name`. Raises ValueError when there is none, or several."""
    (child,) = element.findall(name)
    return child


def text_of(element: etree._Element) -> str:
    """Give the text of an element without its blanks, comments left out as canonical XML does."""
    return "".join("".join(element.xpath(".//text()")).split())


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
