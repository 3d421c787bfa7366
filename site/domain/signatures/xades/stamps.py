"""Check the time stamps of a XAdES signature over the very bytes they cover (EN 319 132-1)."""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from asn1crypto import cms
from lxml import etree

from communaute.domain.signatures.cms.signer_info import MAX_TOKENS
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.judging.timestamps import Token, check, imprint_of
from communaute.domain.signatures.xades import canonical
from communaute.domain.signatures.xades.canonical import Method, Unsupported
from communaute.domain.signatures.xades.parsing import (
    ds,
    is_xades,
    only_child,
    text_of,
    xades_children,
)
from communaute.domain.signatures.xades.references import Files, Reference, octets


@dataclass(frozen=True)
class Stamped:
    """What the time stamps of one signature are made over."""

    signature: etree._Element
    references: Sequence[Reference]
    files: Files


async def signature_tokens(over: Stamped, added: etree._Element, policies: Policies) -> list[Token]:
    """Check the stamps over the value of the signature, ten at most.

    `added` is its UnsignedSignatureProperties.
    """
    value = only_child(over.signature, ds("SignatureValue"))
    found = []
    for node in xades_children(added, "SignatureTimeStamp"):
        content = _tolerated(lambda stamp: canonical.of_element(value, _method(stamp)), node)
        found += await _checked(node, content, policies, "signature")
    return found[:MAX_TOKENS]


async def archive_tokens(over: Stamped, added: etree._Element, policies: Policies) -> list[Token]:
    """Check the stamps over everything that precedes them (5.5.2.2), ten at most."""
    found = []
    for node in islice(xades_children(added, "ArchiveTimeStamp"), MAX_TOKENS):
        content = _tolerated(lambda stamp: _archived(over, added, stamp), node)
        found += await _checked(node, content, policies, "document")
    return found[:MAX_TOKENS]


def _method(stamp: etree._Element) -> Method:
    return canonical.method_of(stamp.find(ds("CanonicalizationMethod")))


def _tolerated(
    compute: Callable[[etree._Element], bytes | None], stamp: etree._Element
) -> bytes | None:
    try:
        return compute(stamp)
    except (Unsupported, ValueError):
        return None


async def _checked(
    stamp: etree._Element, content: bytes | None, policies: Policies, covers: str
) -> list[Token]:
    if content is None:  # what it covers is not known here: it proves nothing
        return []
    checked = [
        await check(token, imprint_of(content), policies, covers) for token in _tokens(stamp)
    ]
    return [token for token in checked if token is not None]


def _tokens(stamp: etree._Element) -> Iterator[cms.SignedData]:
    for node in islice(xades_children(stamp, "EncapsulatedTimeStamp"), MAX_TOKENS):
        try:
            token = cms.ContentInfo.load(base64.b64decode(text_of(node), validate=True))
            if token["content_type"].native == "signed_data":
                yield token["content"]
        except (binascii.Error, ValueError, TypeError):
            continue


def _archived(over: Stamped, added: etree._Element, stamp: etree._Element) -> bytes | None:
    """Put together what an archive stamp covers; None when a signed file is not at hand."""
    method = _method(stamp)
    info = only_child(over.signature, ds("SignedInfo"))  # not the references of manifests
    direct = (one for one in over.references if one.node.getparent() is info)
    signed = [octets(one, over.files, method) for one in direct]
    if any(part is None for part in signed):
        return None
    names = ("SignedInfo", "SignatureValue", "KeyInfo")
    nodes = [node for name in names for node in over.signature.findall(ds(name))]
    before = takewhile(lambda node: node is not stamp, added)
    nodes += [node for node in before if isinstance(node.tag, str)]
    nodes += list(_objects(over))
    return b"".join([*(part or b"" for part in signed), *(_canonical(n, method) for n in nodes)])


def _canonical(node: etree._Element, method: Method) -> bytes:
    return canonical.of_element(node, method)


def _objects(over: Stamped) -> Iterator[etree._Element]:
    """Yield every ds:Object but the one of the properties, as EU DSS and others do."""
    for holder in over.signature.findall(ds("Object")):
        if not any(is_xades(child, "QualifyingProperties") for child in holder):
            yield holder
