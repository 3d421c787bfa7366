"""Canonical XML: the bytes that are digested or signed for a piece of a document.

libxml2 canonicalises; what it leaves to its caller is which nodes are in (W3C Canonical XML
1.0, 2.4: a piece inherits the xml: attributes of the elements around it).
"""

from dataclasses import dataclass

from lxml import etree

from communaute.domain.signatures.xades.parsing import EXCLUSIVE


_XML = "{http://www.w3.org/XML/1998/namespace}"
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
_COMMENTS = "WithComments"
_NO_PREFIX = "#default"
"""The default namespace, in a list of prefixes (Exclusive XML Canonicalization, 4)."""


_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
)


class Unsupported(Exception):
    """A method or a transform that is not applied here: the signature cannot be decided."""


@dataclass(frozen=True)
class Method:
    """One way to canonicalise."""

    exclusive: bool = False
    comments: bool = False
    version_11: bool = False
    prefixes: tuple[str, ...] = ()
    apart: bool = False
    """Whether a piece inherits nothing: some programs take it out of its document first."""


DEFAULT = Method()
"""What applies when a reference names none (XML Signature 1.1, 4.4.3.2)."""


def method_of(named: etree._Element | None) -> Method:
    """Read the method that a CanonicalizationMethod or a Transform names.

    None, or an element that names nothing, is the default. Raises Unsupported.
    """
    algorithm = "" if named is None else named.get("Algorithm", "")
    if named is None or not algorithm:
        return DEFAULT
    base, comments = algorithm, algorithm.endswith(_COMMENTS)
    if comments:
        base = algorithm.removesuffix(_COMMENTS).removesuffix("#")
    if base in {EXCLUSIVE, EXCLUSIVE.removesuffix("#")}:
        listed = named.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
        prefixes = tuple(listed.get("PrefixList", "").split()) if listed is not None else ()
        return Method(exclusive=True, comments=comments, prefixes=prefixes)
    if base in {_INCLUSIVE, _INCLUSIVE_11}:
        return Method(comments=comments, version_11=base == _INCLUSIVE_11)
    raise Unsupported(algorithm)


def is_method(algorithm: str) -> bool:
    """Say whether an algorithm is a canonicalisation known here."""
    try:
        method_of(etree.Element("named", Algorithm=algorithm))
    except Unsupported:
        return False
    return bool(algorithm)


def of_element(element: etree._Element, method: Method) -> bytes:
    """Canonicalise an element where it stands. Raises Unsupported."""
    if method.exclusive or element.getparent() is None:
        return _canonical(element, method)
    inherited = {} if method.apart else _inherited(element, method)
    # Where a default namespace comes from above, libxml2 writes xmlns="" below the children.
    text = etree.tostring(element, encoding="utf-8", with_tail=False)
    element = etree.fromstring(text, _PARSER)
    for name, value in inherited.items():
        element.set(name, value)
    return _canonical(element, method)


def of_document(root: etree._Element, method: Method) -> bytes:
    """Canonicalise a whole document, with what stands around its root. Raises Unsupported."""
    return _canonical(root.getroottree(), method)


def inherits(element: etree._Element) -> bool:
    """Say whether elements around a piece have attributes that it inherits."""
    return bool(_inherited(element, DEFAULT))


def _inherited(element: etree._Element, method: Method) -> dict[str, str]:
    found: dict[str, str] = {}
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if name.startswith(_XML) and element.get(name) is None:
                found.setdefault(name, value)
    if not method.version_11:
        return found
    if f"{_XML}base" in found:  # to be joined with the element's own (C14N 1.1, 2.4)
        raise Unsupported("xml:base")
    return {name: value for name, value in found.items() if name != f"{_XML}id"}


def _canonical(node: etree._Element | etree._ElementTree, method: Method) -> bytes:
    prefixes = list(method.prefixes)
    if _NO_PREFIX in prefixes:
        # lxml passes on only the words that it has met in a document: this one is met here.
        etree.fromstring(f'<met xmlns:it="{_NO_PREFIX}"/>')
    try:
        canonical: bytes = etree.tostring(
            node,
            method="c14n",
            exclusive=method.exclusive,
            with_comments=method.comments,
            inclusive_ns_prefixes=prefixes or None,
        )
    except (etree.C14NError, ValueError) as reason:
        raise Unsupported("not canonicalised") from reason
    return canonical
