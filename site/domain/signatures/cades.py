"""Read the signatures of a CMS file, attached or detached: each signer gives its own facts."""

import logging
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms, core

from communaute.domain.signatures import cms_reading
from communaute.domain.signatures.archive import archive_tokens
from communaute.domain.signatures.cascade import Assessment, assess
from communaute.domain.signatures.cms_split import one_per_signer
from communaute.domain.signatures.evidence import from_signed_data
from communaute.domain.signatures.library import Evidence, Policies, digest, useful_anchors
from communaute.domain.signatures.signer_facts import facts_of_signer, level_of
from communaute.domain.signatures.timestamps import Token, check, imprint_of, proven
from communaute.domain.signatures.unreadable import unreadable_signature
from communaute.domain.signatures.values import (
    Error,
    Format,
    Integrity,
    Limits,
    SignatureFacts,
    SubIndication,
    TechnicalOutcome,
    UnusableDocument,
    Verdict,
)


logger = logging.getLogger(__name__)


async def read(
    der: bytes, document: bytes | None, policies: Policies, limits: Limits
) -> list[SignatureFacts]:
    """Give the facts of every signer of a CMS; `document` is what a detached one signs.

    Raises UnusableDocument: unreadable, unsupported, no_signature, too_many_signatures.
    """
    whole = _load(der)
    alone = _split(der, limits)
    carried = _carried(whole)
    anchors = Evidence(useful_anchors(policies.trust, carried.certificates))
    known = policies.with_evidence(carried).with_evidence(anchors)
    return [
        await _facts(f"Signature {rank}", signed_data, document, known, carried)
        for rank, signed_data in enumerate(alone, start=1)
    ]


def _load(der: bytes) -> cms.SignedData:
    try:
        signed_data = cms.ContentInfo.load(der)["content"]
        kind = signed_data["encap_content_info"]["content_type"].native
    except Exception:  # asn1crypto raises many kinds on hostile files, RecursionError included.
        raise UnusableDocument(Error.UNREADABLE) from None
    if kind == "tst_info":  # A time-stamp token alone is nobody's signature.
        raise UnusableDocument(Error.UNSUPPORTED)
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
    document: bytes | None,
    policies: Policies,
    carried: Evidence,
) -> SignatureFacts:
    try:
        (signer,) = alone["signer_infos"]
        tokens = await _tokens(signer, policies)
        content = _content(alone, document)
        archived = await archive_tokens(alone, content, policies) if content is not None else []
        proven_at, source = proven(tokens, archived)
        found = await _assess(alone, document, policies, proven_at)
        form = _format(signer)
        facts = facts_of_signer(name, form, signer, found, policies, proven_at)
        return replace(
            facts,
            level=level_of(facts, found, carried, tokens, archived),
            declared_at=cms_reading.declared_time(signer),
            proven_at=proven_at,
            time_source=source,
            timestamps=tuple(token.facts for token in (*tokens, *archived)),
        )
    except Exception as reason:
        logger.info("a signature cannot be judged: %s", type(reason).__name__)
        return unreadable_signature(name, "unreadable")


async def _tokens(signer: cms.SignerInfo, policies: Policies) -> list[Token]:
    imprint = imprint_of(signer["signature"].native)
    checked = [
        await check(token, imprint, policies, "signature")
        for token in cms_reading.signature_tokens(signer)
    ]
    return [token for token in checked if token is not None]


def _content(alone: cms.SignedData, document: bytes | None) -> bytes | None:
    inside = alone["encap_content_info"]["content"]
    return document if isinstance(inside, core.Void) else bytes(inside)


async def _assess(
    alone: cms.SignedData, document: bytes | None, policies: Policies, proven_at: datetime | None
) -> Assessment:
    content = alone["encap_content_info"]["content"]
    attached = not isinstance(content, core.Void)
    if attached and document is not None and bytes(content) != document:
        return _not_assessed(Verdict.FAILED, SubIndication.HASH_FAILURE, Integrity.HASH_MISMATCH)
    if not attached and document is None:
        return _not_assessed(
            Verdict.INDETERMINATE, SubIndication.SIGNED_DATA_NOT_FOUND, Integrity.UNKNOWN
        )
    algorithm = alone["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    raw = None if attached or document is None else digest(algorithm, document)
    return await assess(alone, raw, policies, proven_at)


def _not_assessed(verdict: Verdict, sub: SubIndication, integrity: Integrity) -> Assessment:
    return Assessment(TechnicalOutcome(verdict, sub, "basic"), integrity, None)


def _format(signer: cms.SignerInfo) -> Format:
    # EN 319 122-1, 5.2.2: without it a signature is a CMS one, which the arrêté does not admit.
    return Format.CADES if cms_reading.names_its_certificate(signer) else Format.PKCS7
