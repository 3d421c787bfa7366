"""Gather the facts of one signature of a PDF."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.cms import signer_info
from communaute.domain.signatures.cms.validation import assess, stamps_of
from communaute.domain.signatures.facts import RevisionFacts, SignatureFacts, TechnicalOutcome
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.judging.policies import Policies, useful_anchors
from communaute.domain.signatures.judging.signer import (
    Assessment,
    facts_of_signer,
    level_of,
    outcome_of,
)
from communaute.domain.signatures.judging.timestamps import Token, proven
from communaute.domain.signatures.pdf.objects import Reference
from communaute.domain.signatures.pdf.revisions import ByteRange, revision_of, unknown_revision
from communaute.domain.signatures.vocabulary import Format, TimeSource, Verdict


logger = logging.getLogger(__name__)
_PADES = "/ETSI.CAdES.detached"
_SHA1 = "/adbe.pkcs7.sha1"


@dataclass(frozen=True)
class Stamp:
    """A document time stamp: its token, and the bytes it covers."""

    token: Token
    covered: ByteRange


@dataclass(frozen=True)
class PdfContext:
    """What the signatures of one PDF share."""

    document: bytes
    reader: PdfFileReader
    policies: Policies
    carried: Evidence
    """What the document itself brings, without the trust store's own data."""
    stamps: tuple[Stamp, ...]
    signed_fields: frozenset[Reference] = frozenset()
    """The fields that hold the signature of a person."""
    suspicious: set[int] = field(default_factory=set)
    """Revisions since which pyHanko found a change that it cannot explain."""


async def facts_of_signature(
    name: str, embedded: EmbeddedPdfSignature, covered: ByteRange, context: PdfContext
) -> SignatureFacts:
    """Gather the facts of one signature. Raises anything on hostile input: see `pades`."""
    revision = _revision(embedded, covered, context)
    tokens = await stamps_of(embedded.signer_info, context.policies)
    # Those that cover the whole of it, its value included.
    stamps = [stamp.token for stamp in context.stamps if covered.end <= stamp.covered.gap_start]
    when = proven(tokens, stamps)
    found = await assess(embedded.signed_data, embedded.compute_digest(), context.policies, when[0])
    # pyHanko would build on a stamp that our own rules refuse (see timestamps.py).
    sound = bool(stamps) and not any(token.objection for token in stamps)
    if found.outcome.verdict is Verdict.INDETERMINATE and sound:
        found, when = await _long_term(embedded, context, found, [*tokens, *stamps], when)
    proven_at, source = when
    signer = embedded.signer_info
    facts = facts_of_signer(
        name,
        _format(embedded),
        found,
        context.policies,
        proven_at,
        signer_info.algorithms(signer),
        signer_info.faults(signer, "data", covered.of(context.document)),
    )
    return replace(
        facts,
        level=level_of(facts, found, context.carried, tokens, stamps),
        value=signer_info.value(signer),
        unread=signer_info.unread(signer),
        declared_at=_declared(embedded),
        proven_at=proven_at,
        time_source=source,
        timestamps=tuple(token.facts for token in tokens),
        revision=revision,
    )


def _revision(
    embedded: EmbeddedPdfSignature, covered: ByteRange, context: PdfContext
) -> RevisionFacts:
    try:
        return revision_of(
            context.document,
            context.reader,
            embedded,
            covered,
            context.signed_fields,
            context.suspicious,
        )
    except Exception as reason:
        logger.info("revisions cannot be compared: %s", type(reason).__name__)
        return unknown_revision(context.document, covered)


async def _long_term(
    embedded: EmbeddedPdfSignature,
    context: PdfContext,
    found: Assessment,
    tokens: Sequence[Token],
    when: tuple[datetime | None, TimeSource],
) -> tuple[Assessment, tuple[datetime | None, TimeSource]]:
    proven_at, _ = when
    outcome, best, path = await _with_carried_proofs(embedded, context)
    if outcome.verdict is not Verdict.PASSED or best is None or path is None:
        return found, when
    better = replace(found, outcome=outcome, path=path, anchored=True)
    if proven_at is not None and proven_at <= best:
        return better, when
    of_that_time = [token for token in tokens if token.facts.at == best]
    if all(token.objection for token in of_that_time):
        return found, when
    return better, (best, _kind(of_that_time))


async def _with_carried_proofs(
    embedded: EmbeddedPdfSignature, context: PdfContext
) -> tuple[TechnicalOutcome, datetime | None, ValidationPath | None]:
    """Validate with the proofs the document accumulated (ETSI EN 319 102-1, 5.6).

    Only with what the document carries: fresh lists make pyHanko 0.38 refuse what they do
    not concern. The fresh ones are asked separately (see verdict.py). Gives the outcome,
    the proven time and the path.
    """
    useful = useful_anchors(context.policies.trust, context.carried.certificates)
    spec = context.policies.spec(Evidence(certificates=useful))
    try:
        result = await ades_lta_validation(
            embedded,
            PdfSignatureValidationSpec(spec),
            timing_info=context.policies.timing(),
        )
    except Exception:  # Whatever stops the library proves nothing: the first outcome stands.
        return outcome_of(None, "long_term"), None, None
    path = result.api_status.validation_path if result.api_status is not None else None
    outcome = outcome_of(result.ades_subindic, "long_term", result.failure_msg)
    return outcome, result.best_signature_time, path


def _kind(tokens: Sequence[Token]) -> TimeSource:
    on_signature = any(token.facts.covers == "signature" for token in tokens)
    return TimeSource.SIGNATURE_TIMESTAMP if on_signature else TimeSource.DOCUMENT_TIMESTAMP


def _sub_filter(embedded: EmbeddedPdfSignature) -> str:
    # Unlike indexing, `get` would not follow a reference.
    return str(embedded.sig_object["/SubFilter"]) if "/SubFilter" in embedded.sig_object else ""


def _format(embedded: EmbeddedPdfSignature) -> Format:
    # EN 319 142-1, 6.3: this sub-filter, and the certificate among what is signed.
    declared = _sub_filter(embedded) == _PADES
    # With another signer in its field, EU DSS calls none of them PAdES.
    signers = cms.ContentInfo.load(embedded.pkcs7_content)["content"]["signer_infos"]
    named = signer_info.names_its_certificate(embedded.signer_info)
    return Format.PADES if declared and len(signers) == 1 and named else Format.PKCS7


def _declared(embedded: EmbeddedPdfSignature) -> datetime | None:
    try:
        return signer_info.with_offset(embedded.self_reported_timestamp)
    except Exception:
        return signer_info.declared_time(embedded.signer_info)


def structural_fault(embedded: EmbeddedPdfSignature, covered: ByteRange | None) -> str | None:
    """Name what makes a signature impossible to judge, or None.

    A signature of a PDF covers all but its own value, and its CMS holds no other content.
    """
    if covered is None:
        return "byte_range"
    content = embedded.signed_data["encap_content_info"]
    if content["content_type"].native != "data":
        return "content_type"
    if _sub_filter(embedded) == _SHA1:
        return "sha1_envelope"
    return None
