"""Read the signatures of a CMS file, attached or detached: each signer gives its own facts."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms, core

from communaute.domain.signatures.cms import signer_info
from communaute.domain.signatures.cms.counter import counter_signatures
from communaute.domain.signatures.cms.lines import as_a_text, ended_otherwise
from communaute.domain.signatures.cms.validation import assess, stamps_of
from communaute.domain.signatures.der import attributes, one_per_signer, raw_values
from communaute.domain.signatures.detect import Content, Digests, digest, is_same
from communaute.domain.signatures.facts import (
    Limits,
    SignatureFacts,
    TechnicalOutcome,
    UnusableDocument,
    unreadable_signature,
)
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.judging.evidence import Evidence, from_signed_data
from communaute.domain.signatures.judging.policies import Policies, useful_anchors
from communaute.domain.signatures.judging.signer import Assessment, facts_of_signer, level_of
from communaute.domain.signatures.judging.timestamps import Token, check, proven
from communaute.domain.signatures.vocabulary import Error, Format, Integrity, SubIndication, Verdict


logger = logging.getLogger(__name__)


async def read_cms(
    der: bytes,
    document: Content | None,
    policies: Policies,
    limits: Limits,
    stamps: Sequence[Token] = (),
) -> list[SignatureFacts]:
    """Give the facts of every signer of a CMS; `document` is what a detached one signs.

    `stamps` are time stamps over the whole file, kept elsewhere.

    Raises UnusableDocument: unreadable, unsupported, no_signature, too_many_signatures.
    """
    whole = _load(der)
    alone = _split(der, limits)
    carried = _carried(whole)
    anchors = Evidence(useful_anchors(policies.trust, carried.certificates))
    known = policies.with_evidence(carried).with_evidence(anchors)
    found: list[SignatureFacts] = []
    others: list[tuple[bytes, str]] | None = None
    for rank, signed_data in enumerate(alone, start=1):
        name = f"Signature {rank}"
        facts = await _facts(name, signed_data, document, known, carried, stamps)
        if facts.integrity is Integrity.HASH_MISMATCH and isinstance(document, bytes):
            others = _others(document) if others is None else others
            for text, fault in others:
                again = await _facts(name, signed_data, text, known, carried, stamps)
                if again.integrity is Integrity.INTACT:
                    facts = replace(again, faults=(*again.faults, fault))
                    break
        found.append(facts)
        found += await counter_signatures(name, signed_data, known, carried)
    if len(found) > limits.signatures:
        raise UnusableDocument(Error.TOO_MANY_SIGNATURES)
    return found


def _others(document: bytes) -> list[tuple[bytes, str]]:
    """List what may have been signed in place of a document, each with the fault it then has."""
    read = as_a_text(document)
    lines = [(text, "line_ends") for text in ended_otherwise(document)]
    return lines if read is None else [*lines, (read, "signed_as_text")]


def content_of(der: bytes) -> bytes | None:
    """Give what a CMS holds; None when its content is apart, or cannot be read."""
    try:
        inside = cms.ContentInfo.load(der)["content"]["encap_content_info"]["content"]
        return None if isinstance(inside, core.Void) else bytes(inside)
    except Exception:  # as in _load
        return None


def _load(der: bytes) -> cms.SignedData:
    try:
        signed_data = cms.ContentInfo.load(der)["content"]
        kind = signed_data["encap_content_info"]["content_type"].native
    except Exception:  # asn1crypto raises many kinds on hostile files, RecursionError included.
        raise UnusableDocument(Error.UNREADABLE) from None
    if kind == "tst_info":  # A time-stamp token alone is nobody's signature.
        raise UnusableDocument(Error.UNSUPPORTED, no_verdict.TIME_STAMP_ALONE)
    return signed_data


def _split(der: bytes, limits: Limits) -> list[cms.SignedData]:
    try:
        pieces = one_per_signer(der, limits.signatures)
    except (ValueError, TypeError):
        raise UnusableDocument(Error.UNREADABLE) from None
    if not pieces:
        raise UnusableDocument(Error.NO_SIGNATURE)
    if len(pieces) > limits.signatures:
        raise UnusableDocument(Error.TOO_MANY_SIGNATURES)
    return [cms.SignedData.load(piece) for piece in pieces]


def _carried(signed_data: cms.SignedData) -> Evidence:
    try:
        return from_signed_data(signed_data)
    except Exception:
        return Evidence()


async def _facts(
    name: str,
    alone: cms.SignedData,
    document: Content | None,
    policies: Policies,
    carried: Evidence,
    stamps: Sequence[Token],
) -> SignatureFacts:
    try:
        (signer,) = alone["signer_infos"]
        tokens = await stamps_of(signer, policies)
        inside = alone["encap_content_info"]["content"]
        content = document if isinstance(inside, core.Void) else bytes(inside)
        archived = await archive_tokens(alone, content, policies) if content is not None else []
        archived += stamps
        proven_at, source = proven(tokens, archived)
        found = await _assess(alone, document, policies, proven_at)
        facts = facts_of_signer(
            name,
            _format(signer),
            found,
            policies,
            proven_at,
            signer_info.algorithms(signer),
            signer_info.faults(signer, _kind(alone), content),
        )
        return replace(
            facts,
            level=level_of(facts, found, carried, tokens, archived),
            value=signer_info.value(signer),
            unread=signer_info.unread(signer),
            declared_at=signer_info.declared_time(signer),
            proven_at=proven_at,
            time_source=source,
            timestamps=tuple(token.facts for token in (*tokens, *archived)),
        )
    except Exception as reason:
        logger.info("a signature cannot be judged: %s", type(reason).__name__)
        return unreadable_signature(name, "unreadable")


def _kind(alone: cms.SignedData) -> str:
    return str(alone["encap_content_info"]["content_type"].native)


async def _assess(
    alone: cms.SignedData, document: Content | None, policies: Policies, proven_at: datetime | None
) -> Assessment:
    content = alone["encap_content_info"]["content"]
    attached = not isinstance(content, core.Void)
    if attached and document is not None and not is_same(bytes(content), document):
        return _not_assessed(Verdict.FAILED, SubIndication.HASH_FAILURE, Integrity.HASH_MISMATCH)
    algorithm = alone["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    unknown = isinstance(document, Digests) and algorithm not in document.values
    if not attached and (document is None or unknown):
        return _not_assessed(
            Verdict.INDETERMINATE, SubIndication.SIGNED_DATA_NOT_FOUND, Integrity.UNKNOWN
        )
    raw = None if attached or document is None else digest(algorithm, document)
    whole = document if isinstance(document, bytes) else None
    return await assess(alone, raw, policies, proven_at, whole)


def _not_assessed(verdict: Verdict, sub: SubIndication, integrity: Integrity) -> Assessment:
    return Assessment(TechnicalOutcome(verdict, sub, "basic"), integrity, None)


def _format(signer: cms.SignerInfo) -> Format:
    # EN 319 122-1, 5.2.2: without it a signature is a CMS one, which the arrêté does not admit.
    return Format.CADES if signer_info.names_its_certificate(signer) else Format.PKCS7


# Archive time stamps of a CMS signature: what they cover (ETSI EN 319 122-1, 5.5.3).

# ats-hash-index-v3 (EN 319 122-1) and its first form (TS 101 733).
_HASH_INDEXES = ("0.4.0.19122.1.5", "0.4.0.1733.2.5")
# version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature
_COVERED_FIELDS = 6


async def archive_tokens(
    alone: cms.SignedData, content: Content, policies: Policies
) -> list[Token]:
    """Check the archive time stamps over the one signer of `alone`, who signed `content`.

    A token that covers something else is not intact. What its index lists besides the
    signature is not checked: the token then proves the time of the signature alone.
    """
    (signer,) = alone["signer_infos"]
    found = []
    for token in signer_info.archive_tokens(signer):
        imprint = _imprint(alone, signer, content, token)
        try:
            found.append(await check(token, imprint, policies, "document"))
        except KeyError:  # its digest of the document was not sent: it proves nothing here
            continue
    return [token for token in found if token is not None]


def _imprint(
    alone: cms.SignedData, signer: cms.SignerInfo, content: Content, token: cms.SignedData
) -> Callable[[str], bytes]:
    def computed(algorithm: str) -> bytes:
        (stamper,) = token["signer_infos"]
        held = stamper["unsigned_attrs"]
        index = [one for oid in _HASH_INDEXES for one in attributes(held, oid)]
        fields = list(raw_values(signer.contents))[:_COVERED_FIELDS]
        kind: bytes = alone["encap_content_info"]["content_type"].dump()
        covered = [kind, digest(algorithm, content), *fields, *index]
        return digest(algorithm, b"".join(covered))

    return computed
