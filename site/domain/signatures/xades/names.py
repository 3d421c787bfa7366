"""The names that XML signatures are written with, and the small readings every file here needs."""

from collections.abc import Iterator

from lxml import etree


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
