"""The facts of a signature that cannot be judged: the report says why, and the others are judged."""

from communaute.domain.signatures.facts import SignatureFacts, TechnicalOutcome
from communaute.domain.signatures.judging.certificates import clean
from communaute.domain.signatures.vocabulary import Format, Integrity, SubIndication, Verdict


_FAULTS = {
    "byte_range": (Verdict.FAILED, SubIndication.FORMAT_FAILURE),
    "content_type": (Verdict.FAILED, SubIndication.FORMAT_FAILURE),
    "sha1_envelope": (Verdict.INDETERMINATE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    "unreadable": (Verdict.INDETERMINATE, SubIndication.GENERIC),
}


def unreadable_signature(name: str, fault: str) -> SignatureFacts:
    """Give the facts of a signature with a structural `fault` (a key of wording.FAULTS)."""
    verdict, sub = _FAULTS[fault]
    outcome = TechnicalOutcome(verdict, sub, "basic")
    return SignatureFacts(
        clean(name), Format.PKCS7, None, Integrity.UNKNOWN, outcome, None, faults=(fault,)
    )
