"""Check what a signature refers to: each reference is found, transformed, digested, compared."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import Hash
from lxml import etree
from signxml.algorithms import DigestAlgorithm
from signxml.exceptions import InvalidInput

from communaute.domain.signatures.detect import Digests
from communaute.domain.signatures.xades import transforms
from communaute.domain.signatures.xades.canonical import (
    DEFAULT,
    Method,
    Unsupported,
    inherits,
    method_of,
)
from communaute.domain.signatures.xades.parsing import SignedXml, ds, text_of
from communaute.domain.signatures.xades.transforms import Data, Nodes


MOST_REFERENCES = 300
_POINTER = re.compile(r"#xpointer\(id\((['\"])([^'\"]+)\1\)\)")
_WHOLE_POINTER = "#xpointer(/)"


@dataclass(frozen=True)
class Files:
    """The other files that references may name."""

    find: Callable[[str | None], bytes | None]
    """Give the file of a reference; None when it is not at hand."""
    by_name: bool = False
    """Whether a name is that of one file (in a container); else the only file answers to all."""
    digests: Digests | None = None
    """Those of the only file, when its owner kept it."""


class Standing(StrEnum):
    """What became of one reference."""

    MATCHES = "matches"
    DIFFERS = "differs"
    MISSING = "missing"
    UNSUPPORTED = "unsupported"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Reference:
    """One reference of a signature, or of a manifest that it signs."""

    node: etree._Element
    signature: etree._Element
    standing: Standing
    target: etree._Element | None = None
    """The element of the file it points at, the root for the whole document."""
    whole: bool = False
    weak: bool = False
    """Digested with an algorithm no longer relied upon."""
    but: str = ""
    """The fault of one that matches, but not as XML Signature has it (see wording.FAULTS)."""

    @property
    def uri(self) -> str | None:
        """What it names; None when it names nothing."""
        found: str | None = self.node.get("URI")
        return found

    @property
    def is_outside(self) -> bool:
        """Whether it points at another file."""
        if self.uri is None:
            return self.target is None
        return self.uri != "" and not self.uri.startswith("#")


def references_of(
    document: SignedXml, signature: etree._Element, files: Files
) -> tuple[Reference, ...]:
    """Check the references of a signature, and those of the manifests it signs.

    Raises ValueError when there are none, or more than a reader should follow.
    """
    nodes = signature.findall(f"{ds('SignedInfo')}/{ds('Reference')}")
    if not nodes or len(nodes) > MOST_REFERENCES:
        raise ValueError("references")
    found = [check(document, signature, node, files) for node in nodes]
    for reference in tuple(found):
        manifest = reference.target
        if manifest is not None and manifest.tag == ds("Manifest"):
            listed = manifest.findall(ds("Reference"))[:MOST_REFERENCES]
            found += [check(document, signature, node, files) for node in listed]
    return tuple(found) if files.by_name else tuple(_one_of_several(found))


def _one_of_several(found: list[Reference]) -> Iterator[Reference]:
    """Of several files that were signed one was given: the others are missing, not altered."""
    matched = any(one.is_outside and one.standing is Standing.MATCHES for one in found)
    for one in found:
        absent = matched and one.is_outside and one.standing is Standing.DIFFERS
        yield replace(one, standing=Standing.MISSING) if absent else one


def check(
    document: SignedXml, signature: etree._Element, node: etree._Element, files: Files
) -> Reference:
    """Check one reference. Never raises on hostile input."""
    found = _located(document, signature, node)
    if found.standing is not Standing.MATCHES:
        return found
    algorithm = _algorithm(node)
    if algorithm is None:
        return replace(found, standing=Standing.UNSUPPORTED)
    found = replace(found, weak=algorithm is DigestAlgorithm.SHA1)
    if found.target is None and files.digests is not None:
        return replace(found, standing=_by_digest(node, algorithm, files.digests))
    try:
        content = octets(found, files)
    except Unsupported:
        return replace(found, standing=Standing.UNSUPPORTED)
    if content is None:
        return replace(found, standing=Standing.MISSING)
    expected = _expected(node)
    if compare_digest(digested(content, algorithm), expected):
        return found
    for fault, other in _otherwise(found):
        if compare_digest(digested(other, algorithm), expected):
            return replace(found, but=fault)
    return replace(found, standing=Standing.DIFFERS)


def _otherwise(found: Reference) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes that honest programs digest instead, with the fault that each stands for.

    All that the reference points at is in them: whichever fits, nothing of it was changed. Yet
    the digest is not the one of XML Signature 1.1 (4.4.3.2 and 4.4.3.3), which others compute.
    """
    if found.target is None:
        return
    nodes = Nodes(found.target, found.whole, comments=False, own=found.signature)
    for fault, data, method in _ways(found, nodes):
        with suppress(Unsupported):
            yield fault, transforms.apply(data, found.node, method)


def _ways(found: Reference, nodes: Nodes) -> Iterator[tuple[str, Nodes, Method]]:
    with_comments = replace(nodes, comments=True)
    if not transforms.is_canonicalised(found.node):
        info = found.node.getparent()
        named = info.find(ds("CanonicalizationMethod")) if info is not None else None
        with suppress(Unsupported):
            yield "other_canonical", with_comments, method_of(named)
    elif next(nodes.element.iter(etree.Comment), None) is not None:
        yield "other_canonical", with_comments, DEFAULT
    if inherits(nodes.element):
        yield "other_canonical", replace(nodes, apart=True), DEFAULT
    if transforms.is_enveloped(found.node):
        yield "signed_after", replace(nodes, before=True), DEFAULT


def _by_digest(node: etree._Element, algorithm: DigestAlgorithm, known: Digests) -> Standing:
    """Compare with what the owner of the file computed: a file that is transformed is needed."""
    value = known.values.get(algorithm.name.lower())
    transformed = node.find(f"{ds('Transforms')}/{ds('Transform')}") is not None
    if value is None or transformed:
        return Standing.MISSING
    return Standing.MATCHES if compare_digest(value, _expected(node)) else Standing.DIFFERS


def octets(reference: Reference, files: Files, method: Method = DEFAULT) -> bytes | None:
    """Give the bytes that a reference digests; None when its file is not at hand.

    Raises Unsupported.
    """
    data = _data(reference, files)
    return None if data is None else transforms.apply(data, reference.node, method)


def digested(content: bytes, algorithm: DigestAlgorithm) -> bytes:
    """Digest with the algorithm that XML Signature names."""
    computed = Hash(algorithm.implementation())
    computed.update(content)
    return computed.finalize()


def _expected(node: etree._Element) -> bytes:
    value = node.find(ds("DigestValue"))
    try:
        return b"" if value is None else base64.b64decode(text_of(value), validate=True)
    except (binascii.Error, ValueError):
        return b""  # no digest at all: nothing fits it


def _data(reference: Reference, files: Files) -> Data | None:
    if reference.target is None:
        return files.find(reference.uri)
    comments = (reference.uri or "").startswith("#xpointer")
    return Nodes(reference.target, reference.whole, comments, reference.signature)


def _located(document: SignedXml, signature: etree._Element, node: etree._Element) -> Reference:
    found = Reference(node, signature, Standing.MATCHES)
    uri = found.uri
    # 6.6.4: the transform is only for the document that holds the signature.
    implied = uri is None and transforms.is_enveloped(node)
    if found.is_outside and not implied:
        return found
    if implied or uri in {"", _WHOLE_POINTER}:
        return replace(found, target=document.root, whole=True)
    pointer = _POINTER.fullmatch(uri or "")
    if pointer is None and (uri or "").startswith("#xpointer"):
        return replace(found, standing=Standing.UNSUPPORTED)
    named = document.identified.get(pointer[2] if pointer else (uri or "")[1:], [])
    if len(named) == 1:
        return replace(found, target=named[0])
    return replace(found, standing=Standing.AMBIGUOUS if named else Standing.MISSING)


def _algorithm(node: etree._Element) -> DigestAlgorithm | None:
    method = node.find(ds("DigestMethod"))
    try:
        return DigestAlgorithm(method.get("Algorithm") if method is not None else "")
    except (InvalidInput, ValueError):
        return None
