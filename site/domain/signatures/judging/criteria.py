"""The five points of article 5 of the arrêté du 22 mars 2019, answered from the facts."""

from collections.abc import Mapping
from datetime import datetime

from communaute.domain.signatures.facts import SignatureFacts
from communaute.domain.signatures.judging.verdict import Ruling, is_qualified, reference_time
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Format,
    Integrity,
    RevocationStatus,
    SubIndication,
    Verdict,
)


_WEAK = {
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
}

# Faults that leave open whether what is read is what was signed.
_OPEN = {"may_be_attributes", "beside", "nothing_signed", "other_document", "part_signed"}
_OPEN |= {"announced_missing", "line_ends", "signed_as_text"}


def answers(facts: SignatureFacts, ruling: Ruling, now: datetime) -> dict[Criterion, Answer]:
    """Answer the five points. The first says a holder is presented, never who it should be."""
    return {
        Criterion.IDENTITY: identity(facts),
        Criterion.CERTIFICATE_CATEGORY: certificate_category(facts),
        Criterion.FORMAT: signature_format(facts),
        Criterion.VALIDITY: validity(facts, ruling, now),
        Criterion.INTEGRITY: integrity(facts),
    }


# What these points say is of whoever signed: of the document read only if it is the one signed.
_OF_WHAT_WAS_SIGNED = frozenset(
    {Criterion.IDENTITY, Criterion.CERTIFICATE_CATEGORY, Criterion.VALIDITY}
)


def leans_on_integrity(criterion: Criterion, given: Mapping[Criterion, Answer]) -> bool:
    """Say whether a « yes » holds only for what was signed, which is not shown to be what is read."""
    return (
        criterion in _OF_WHAT_WAS_SIGNED
        and given[criterion] is Answer.YES
        and given[Criterion.INTEGRITY] is not Answer.YES
    )


def acceptable(ruling: Ruling, given: dict[Criterion, Answer]) -> bool:
    """Say whether the signature meets the arrêté: it passed, and the five answers are yes."""
    return ruling.verdict is Verdict.PASSED and all(a is Answer.YES for a in given.values())


def identity(facts: SignatureFacts) -> Answer:
    """1°: a verified chain names the holder. A pseudonym names nobody."""
    if facts.certificate is None or not facts.anchored:
        return Answer.UNDETERMINED
    if not facts.certificate.holder:
        return Answer.NO
    return Answer.UNDETERMINED if facts.certificate.pseudonym else Answer.YES


def certificate_category(facts: SignatureFacts) -> Answer:
    """2°: qualified when it was issued and when it signed (article 2, II, 1°).

    The second category of article 2 (equivalent authorities) is left to the reader.
    """
    if not facts.anchored:
        return Answer.UNDETERMINED
    both = is_qualified(facts.service_at_signing) and is_qualified(facts.service_at_issuance)
    return Answer.YES if both else Answer.NO


def signature_format(facts: SignatureFacts) -> Answer:
    """3°: PAdES, CAdES or XAdES (article 3)."""
    if "unreadable" in facts.faults:
        return Answer.UNDETERMINED
    return Answer.NO if facts.format in {Format.PKCS7, Format.XMLDSIG} else Answer.YES


def validity(facts: SignatureFacts, ruling: Ruling, now: datetime) -> Answer:
    """4°: neither expired nor revoked at the date of signing."""
    certificate = facts.certificate
    if certificate is None or not facts.anchored:
        return Answer.UNDETERMINED
    if ruling.rule in {"revoked", "too_early"}:
        return Answer.NO
    if ruling.rule == "too_late":
        return Answer.NO if facts.proven_at else Answer.UNDETERMINED
    claimed = facts.proven_at or facts.declared_at or now
    if not certificate.not_before <= claimed <= certificate.not_after:
        return Answer.UNDETERMINED
    revoked = facts.revocation.status is RevocationStatus.REVOKED
    after = not revoked or (facts.revocation.revoked_at or now) > reference_time(facts, now)
    good = facts.outcome.verdict is Verdict.PASSED and "revoked_authority" not in facts.faults
    return Answer.YES if good and after else Answer.UNDETERMINED


def integrity(facts: SignatureFacts) -> Answer:
    """5°: the document is the one that was signed, but for what its author allowed."""
    if facts.integrity in {Integrity.HASH_MISMATCH, Integrity.BAD_SIGNATURE}:
        return Answer.NO
    revision = facts.revision
    if revision is not None and revision.changes_allowed is False:
        return Answer.NO
    if "byte_range" in facts.faults or "content_type" in facts.faults:
        return Answer.NO
    if facts.integrity is not Integrity.INTACT or facts.outcome.sub_indication in _WEAK:
        return Answer.UNDETERMINED
    if _OPEN & set(facts.faults):
        return Answer.UNDETERMINED
    if revision is None:
        return Answer.YES
    doubtful = revision.unsigned_appearance or revision.values_filled
    return Answer.UNDETERMINED if doubtful or revision.changes_allowed is None else Answer.YES
