"""Document time stamps of a PDF: the times they prove, and validation long after (B-LTA)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.facts import TechnicalOutcome
from communaute.domain.signatures.judging.policies import Evidence, Policies, useful_anchors
from communaute.domain.signatures.judging.signer import outcome_of
from communaute.domain.signatures.judging.timestamps import Token
from communaute.domain.signatures.pdf.objects import Reference
from communaute.domain.signatures.pdf.revisions import ByteRange


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


def stamps_over(covered: ByteRange, stamps: Sequence[Stamp]) -> list[Stamp]:
    """Pick the stamps that cover a whole signature, its value included."""
    return [s for s in stamps if covered.end <= s.covered.gap_start]


async def long_term(
    signature: EmbeddedPdfSignature, context: PdfContext
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
            signature,
            PdfSignatureValidationSpec(spec),
            timing_info=context.policies.timing(),
        )
    except Exception:  # Whatever stops the library proves nothing: the first outcome stands.
        return outcome_of(None, "long_term"), None, None
    path = result.api_status.validation_path if result.api_status is not None else None
    outcome = outcome_of(result.ades_subindic, "long_term", result.failure_msg)
    return outcome, result.best_signature_time, path
