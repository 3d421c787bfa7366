"""Apply the transforms of a reference: from what it points at to the bytes that are digested.

Five are known: the three canonicalisations, base64, and three ways to leave signatures out. An
XPath is never evaluated: two well-known forms are recognised by their text. Any other transform
makes the reference undecided, never false.
"""

import base64
import binascii
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from communaute.domain.signatures.xades import canonical
from communaute.domain.signatures.xades.canonical import DEFAULT, Method, Unsupported
from communaute.domain.signatures.xades.parsing import (
    DSIG,
    FILTER2,
    SIGNATURE,
    XPATH,
    NotXml,
    ds,
    parse,
)


_BASE64 = f"{DSIG}base64"
_ENVELOPED = f"{DSIG}enveloped-signature"
_NOT_IN_SIGNATURE = re.compile(r"not\(ancestor-or-self::([\w.-]+):Signature\)")
_ALL_SIGNATURES = re.compile(r"/descendant::([\w.-]+):Signature|//([\w.-]+):Signature")
_BELOW_ROOT = re.compile(r"/\*/([\w.-]+):Signature")
_MOST_TRANSFORMS = 10
# Names that say nothing of what they hold; CONTENT is that of @firma, the Spanish State's program.
_MERE_HOLDERS = frozenset({ds("Object"), "CONTENT"})
_OF_OBJECT = frozenset({"Id", "MimeType", "Encoding"})

Chooses = Callable[[etree._Element], bool]


@dataclass(frozen=True)
class Nodes:
    """What a reference points at in a parsed document, before it is made into bytes."""

    element: etree._Element
    whole: bool
    """The whole document, with what stands around its root."""
    comments: bool
    own: etree._Element | None
    """The signature whose reference it is, while it stands in this document."""
    apart: bool = False
    """Whether it is read as if nothing stood around it."""
    before: bool = False
    """Whether it is read as it was before the signatures that follow its own were put there."""


Data = Nodes | bytes


def is_enveloped(reference: etree._Element) -> bool:
    """Say whether a reference leaves its own signature out."""
    return any(step.get("Algorithm") == _ENVELOPED for step in _steps(reference))


def is_canonicalised(reference: etree._Element) -> bool:
    """Say whether a reference says how bytes are made of what it points at."""
    return any(canonical.is_method(step.get("Algorithm", "")) for step in _steps(reference))


def _steps(reference: etree._Element) -> Iterator[etree._Element]:
    yield from reference.iterfind(f"{ds('Transforms')}/{ds('Transform')}")


def apply(data: Data, reference: etree._Element, method: Method = DEFAULT) -> bytes:
    """Give the bytes that the transforms of `reference` make of `data`.

    `method` makes bytes of nodes that no transform made bytes of. Raises Unsupported.
    """
    listed = reference.find(ds("Transforms"))
    steps = [] if listed is None else listed.findall(ds("Transform"))
    if len(steps) > _MOST_TRANSFORMS or (listed is not None and len(steps) != len(listed)):
        raise Unsupported("transforms")
    for step in steps:
        data = _step(data, step)
    return data if isinstance(data, bytes) else _bytes(data, method)


def _step(data: Data, step: etree._Element) -> Data:
    algorithm = step.get("Algorithm", "")
    if algorithm == _BASE64:
        return _decoded(data)
    if algorithm == _ENVELOPED:
        nodes = _nodes(data)
        if nodes.own is None or isinstance(data, bytes):
            raise Unsupported("enveloped elsewhere")
        gone = {nodes.own, *(_following(nodes.own) if nodes.before else ())}
        return _without(nodes, lambda signature: signature in gone)
    if algorithm in {XPATH, FILTER2}:
        return _without(_judged(data), _chosen(step, algorithm))
    if canonical.is_method(algorithm):
        return _bytes(_nodes(data), canonical.method_of(step))
    raise Unsupported(algorithm)


def _decoded(data: Data) -> bytes:
    if isinstance(data, Nodes) and not _is_text(data.element):
        raise Unsupported("base64 of more than a text")  # what is not text is covered by nothing
    text = data if isinstance(data, bytes) else "".join(data.element.xpath(".//text()")).encode()
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, UnicodeEncodeError) as reason:
        raise Unsupported("base64") from reason


def _is_text(element: etree._Element) -> bool:
    """Whether an element says nothing but its text: neither name, attribute nor element."""
    return (
        element.tag in _MERE_HOLDERS
        and not set(element.attrib) - _OF_OBJECT
        and not any(isinstance(child.tag, str) for child in element)
    )


def _judged(data: Data) -> Nodes:
    """Give nodes whose signatures are judged here: those of another file, nobody looks into."""
    nodes = _nodes(data)
    if isinstance(data, bytes) and next(nodes.element.iter(SIGNATURE), None) is not None:
        raise Unsupported("signatures of another file")
    return nodes


def _nodes(data: Data) -> Nodes:
    if isinstance(data, Nodes):
        return data
    try:
        return Nodes(parse(data), whole=True, comments=True, own=None)
    except NotXml as reason:
        raise Unsupported("not XML") from reason


def _bytes(nodes: Nodes, method: Method) -> bytes:
    kept = replace(method, comments=method.comments and nodes.comments, apart=nodes.apart)
    if nodes.whole:
        return canonical.of_document(nodes.element, kept)
    return canonical.of_element(nodes.element, kept)


def _chosen(step: etree._Element, algorithm: str) -> Chooses:
    """Tell which signatures a well-known XPath leaves out. Raises Unsupported."""
    if len(step) != 1 or etree.QName(step[0]).localname != "XPath":
        raise Unsupported("XPath")
    (path,) = step
    text = "".join("".join(path.itertext()).split())
    if algorithm == XPATH:
        _require_prefix(path, _NOT_IN_SIGNATURE.fullmatch(text))
        return lambda _: True
    if path.get("Filter") != "subtract":
        raise Unsupported("Filter")
    below = _BELOW_ROOT.fullmatch(text)
    _require_prefix(path, below or _ALL_SIGNATURES.fullmatch(text))
    if below:
        return lambda signature: sum(1 for _ in signature.iterancestors()) == 1
    return lambda _: True


def _require_prefix(path: etree._Element, found: re.Match[str] | None) -> None:
    prefixes = [prefix for prefix in found.groups() if prefix] if found else []
    if [path.nsmap.get(prefix) for prefix in prefixes] != [DSIG]:
        raise Unsupported("XPath")


def _without(nodes: Nodes, chooses: Chooses) -> Nodes:
    """Copy the document and cut the chosen signatures out of it, keeping the text that follows."""
    if any(chooses(one) for one in _around(nodes)):
        raise Unsupported("a reference that leaves itself out")
    root = nodes.element.getroottree().getroot()
    signatures = list(root.iter(SIGNATURE))
    chosen = [rank for rank, one in enumerate(signatures) if chooses(one)]
    copied = copy.deepcopy(root.getroottree()).getroot()
    again = list(copied.iter(SIGNATURE))
    element = _same(nodes.element, root, copied)
    own = None if nodes.own is None else again[signatures.index(nodes.own)]
    for rank in chosen:
        _cut(again[rank])
    # One that was cut still names the document it came from: its ancestors tell.
    stands = own is not None and copied in {own, *own.iterancestors()}
    return replace(nodes, element=element, own=own if stands else None)


def _following(own: etree._Element) -> list[etree._Element]:
    signatures = list(own.getroottree().getroot().iter(SIGNATURE))
    return signatures[signatures.index(own) + 1 :]


def _around(nodes: Nodes) -> list[etree._Element]:
    return [one for one in (nodes.element, *nodes.element.iterancestors()) if one.tag == SIGNATURE]


def _same(element: etree._Element, root: etree._Element, copied: etree._Element) -> etree._Element:
    if element is root:
        return copied
    pairs = zip(root.iter(element.tag), copied.iter(element.tag), strict=True)
    return next(there for here, there in pairs if here is element)


def _cut(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
