"""Read the signatures of an XML file: each gives its own facts, whatever the others are worth."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from communaute.domain.signatures.detect import Content, Digests, is_same
from communaute.domain.signatures.facts import (
    Limits,
    SignatureFacts,
    SignedScope,
    unreadable_signature,
)
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.judging.policies import Policies, useful_anchors
from communaute.domain.signatures.judging.signer import facts_of_signer, level_of
from communaute.domain.signatures.judging.timestamps import Token, proven
from communaute.domain.signatures.vocabulary import Extent, Format
from communaute.domain.signatures.xades.assessment import assessed, with_references
from communaute.domain.signatures.xades.canonical import DEFAULT, Unsupported, of_document
from communaute.domain.signatures.xades.parsing import (
    SIGNATURE,
    NotXml,
    SignedXml,
    ds,
    is_xades,
    only_child,
    parse,
    read_signed,
    text_of,
)
from communaute.domain.signatures.xades.properties import (
    Properties,
    carried_by,
    properties_of,
    unread,
)
from communaute.domain.signatures.xades.references import (
    Files,
    Reference,
    Standing,
    octets,
    references_of,
)
from communaute.domain.signatures.xades.scope import scope_of
from communaute.domain.signatures.xades.stamps import Stamped, archive_tokens, signature_tokens


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Context:
    """What the signatures of one file share."""

    document: SignedXml
    files: Files
    policies: Policies
    given: Content | None
    """The document that was sent with the file."""


async def read_xml(
    xml: bytes, given: Content | None, policies: Policies, limits: Limits
) -> list[SignatureFacts]:
    """Give the facts of every signature of an XML file; `given` is what a detached one signs.

    Raises UnusableDocument: unreadable, too_large, no_signature, too_many_signatures.
    """
    other = None if given == xml else given  # the same file, sent twice
    files = Files(lambda _: other if isinstance(other, bytes) else None)
    if isinstance(other, Digests):
        files = replace(files, digests=other)
    return await read_xml_with(xml, files, policies, limits, given=other)


async def read_xml_with(
    xml: bytes, files: Files, policies: Policies, limits: Limits, given: Content | None = None
) -> list[SignatureFacts]:
    """Do the same with the `files` that references may name, those of a container."""
    document = read_signed(xml, limits.signatures)
    context = _Context(document, files, policies, given)
    return [
        await _facts(_name(document, signature), signature, context)
        for signature in document.signatures
    ]


def _name(document: SignedXml, signature: etree._Element) -> str:
    rank = document.signatures.index(signature) + 1
    parent = signature.getparent()
    if parent is None or not is_xades(parent, "CounterSignature"):
        return f"Signature {rank}"
    holder = next(signature.iterancestors(SIGNATURE), None)
    of = f" de la signature {document.signatures.index(holder) + 1}" if holder is not None else ""
    return f"Contre-signature {rank}{of}"


async def _facts(name: str, signature: etree._Element, context: _Context) -> SignatureFacts:
    try:
        return await _judged(name, signature, context)
    except Exception as reason:  # hostile input raises anything, and the others go on
        logger.info("a signature cannot be judged: %s", type(reason).__name__)
        return replace(unreadable_signature(name, "unreadable"), format=Format.XADES)


async def _judged(name: str, signature: etree._Element, context: _Context) -> SignatureFacts:
    references = references_of(context.document, signature, context.files)
    properties = properties_of(signature, references)
    carried = carried_by(signature)
    anchors = Evidence(useful_anchors(context.policies.trust, carried.certificates))
    policies = context.policies.with_evidence(carried).with_evidence(anchors)
    over = Stamped(signature, references, context.files)
    tokens, archived = await _stamps(over, properties, policies)
    proven_at, source = proven(tokens, archived)
    found, algorithms = await assessed(signature, properties, carried, policies, proven_at)
    found = with_references(found, references)
    form = _format(properties, references, signature)
    facts = facts_of_signer(name, form, found, policies, proven_at, algorithms)
    scope = scope_of(context.document, signature, references)
    return replace(
        facts,
        level=level_of(facts, found, carried, tokens, archived) if properties else None,
        unread=unread(properties) if properties is not None else (),
        value=text_of(only_child(signature, ds("SignatureValue"))),
        declared_at=properties.declared_at if properties is not None else None,
        proven_at=proven_at,
        time_source=source,
        timestamps=tuple(token.facts for token in (*tokens, *archived)),
        scope=scope,
        faults=(*facts.faults, *_faults(references, scope, context)),
    )


async def _stamps(
    over: Stamped, properties: Properties | None, policies: Policies
) -> tuple[list[Token], list[Token]]:
    if properties is None or properties.unsigned is None:
        return [], []
    return (
        await signature_tokens(over, properties.unsigned, policies),
        await archive_tokens(over, properties.unsigned, policies),
    )


def _format(
    properties: Properties | None, references: Sequence[Reference], signature: etree._Element
) -> Format:
    # The certificate is signed in a property or, as first versions had it, in KeyInfo.
    key = signature.find(ds("KeyInfo"))
    signed = key is not None and any(one.target is key for one in references)
    bound = properties is not None and (signed or properties.names_a_certificate)
    return Format.XADES if bound else Format.XMLDSIG


def _faults(
    references: Sequence[Reference], scope: SignedScope, context: _Context
) -> Iterator[str]:
    standings = {one.standing for one in references}
    if Standing.UNSUPPORTED in standings:
        yield "unsupported_transform"
    if Standing.AMBIGUOUS in standings:
        yield "ambiguous_reference"
    if standings != {Standing.MATCHES}:
        return
    if scope.extent is Extent.NOTHING:
        yield "nothing_signed"
    elif scope.left_out:
        yield "part_signed"
    yield from sorted({one.but for one in references} - {""})
    if context.given is not None and not _is_over(context.given, scope, references, context.files):
        yield "other_document"


def _is_over(
    given: Content, scope: SignedScope, references: Sequence[Reference], files: Files
) -> bool:
    """Say whether a document sent with a signature is what the signature is over."""
    if scope.extent is Extent.SIGNATURE or any(one.is_outside for one in references):
        return True
    if isinstance(given, Digests):
        return any(is_same(octets(one, files) or b"", given) for one in references)
    wanted = {given, *_canonical(given)}
    return any(octets(one, files) in wanted for one in references)


def _canonical(given: bytes) -> Iterator[bytes]:
    try:
        yield of_document(parse(given), DEFAULT)
    except (NotXml, Unsupported):
        return
