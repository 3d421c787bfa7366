"""The rules: from the facts of a signature to its verdict. One table, read from top to bottom.

Pure: no library, no clock, no file. What the validation library answers is one fact among
others; each guard below stands for a wrong answer it was seen to give.

INDETERMINATE may also come from the facts, before these rules: the readers of `cms/`, `pdf/`,
`xades/` and `asic/` give it to what they could not validate, `facts.py` to what cannot be judged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from communaute.domain.signatures.facts import ServiceAtTime, SignatureFacts
from communaute.domain.signatures.vocabulary import (
    Coverage,
    Integrity,
    Modification,
    Qualified,
    RevocationStatus,
    SubIndication,
    Verdict,
)


@dataclass(frozen=True)
class Ruling:
    """What the table decided, and by which of its rules."""

    verdict: Verdict
    sub_indication: SubIndication | None
    rule: str


@dataclass(frozen=True)
class _Rule:
    name: str
    applies: Callable[[SignatureFacts, datetime], bool]
    verdict: Verdict
    sub_indication: SubIndication | None
    """None: the one the library gave."""


def judge(facts: SignatureFacts, now: datetime) -> Ruling:
    """Apply the first rule of the table that concerns `facts`; `now` is the time of validation."""
    rule = next(rule for rule in RULES if rule.applies(facts, now))
    sub = rule.sub_indication or facts.outcome.sub_indication
    if rule.verdict is Verdict.PASSED:
        return Ruling(rule.verdict, None, rule.name)
    return Ruling(rule.verdict, sub or SubIndication.GENERIC, rule.name)


def reference_time(facts: SignatureFacts, now: datetime) -> datetime:
    """Give the time at which the certificate had to be good: the proven one, else `now`."""
    return facts.proven_at or now


def _hash_mismatch(facts: SignatureFacts, _: datetime) -> bool:
    return facts.integrity is Integrity.HASH_MISMATCH


def _bad_signature(facts: SignatureFacts, _: datetime) -> bool:
    return facts.integrity is Integrity.BAD_SIGNATURE


def _covers_part_only(facts: SignatureFacts, _: datetime) -> bool:
    return facts.revision is not None and facts.revision.coverage is Coverage.PARTIAL


def _not_anchored(facts: SignatureFacts, _: datetime) -> bool:
    return not facts.anchored and facts.outcome.verdict is Verdict.PASSED


def _unknown_change(facts: SignatureFacts, _: datetime) -> bool:
    return facts.revision is not None and facts.revision.modification is Modification.UNKNOWN


def _unsigned_appearance(facts: SignatureFacts, _: datetime) -> bool:
    return facts.revision is not None and facts.revision.unsigned_appearance


def _forbidden_change(facts: SignatureFacts, _: datetime) -> bool:
    revision = facts.revision
    if revision is None:
        return False
    return revision.modification is Modification.OTHER or revision.changes_allowed is False


def _revoked(facts: SignatureFacts, now: datetime) -> bool:
    found = facts.revocation
    if found.status is not RevocationStatus.REVOKED:
        return False
    return found.revoked_at is None or found.revoked_at <= reference_time(facts, now)


def _too_early(facts: SignatureFacts, now: datetime) -> bool:
    certificate = facts.certificate
    return (
        (
            facts.anchored
            or facts.outcome.sub_indication is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
        )
        and certificate is not None
        and reference_time(facts, now) < certificate.not_before
    )


def _too_late(facts: SignatureFacts, now: datetime) -> bool:
    certificate = facts.certificate
    return (
        facts.anchored
        and certificate is not None
        and reference_time(facts, now) > certificate.not_after
    )


def _revocation_unknown(facts: SignatureFacts, _: datetime) -> bool:
    """The chain is found, and nobody said anything of the certificate: the usual case offline."""
    general = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    return (
        facts.anchored
        and facts.outcome.sub_indication is general
        and facts.revocation.status is RevocationStatus.UNKNOWN
    )


def _fault(name: str) -> Callable[[SignatureFacts, datetime], bool]:
    return lambda facts, _: name in facts.faults


_F, _I, _P = Verdict.FAILED, Verdict.INDETERMINATE, Verdict.PASSED
_S = SubIndication

RULES: tuple[_Rule, ...] = (
    # The bytes are not the ones that were signed, or not all of them are covered.
    _Rule("hash_mismatch", _hash_mismatch, _F, _S.HASH_FAILURE),
    _Rule("bad_signature", _bad_signature, _F, _S.SIG_CRYPTO_FAILURE),
    _Rule("failed", lambda f, _: f.outcome.verdict is Verdict.FAILED, _F, None),
    _Rule("partial", _covers_part_only, _F, _S.FORMAT_FAILURE),
    _Rule("forbidden_change", _forbidden_change, _F, _S.FORMAT_FAILURE),
    # Nothing proves that they are.
    _Rule("unsupported_transform", _fault("unsupported_transform"), _I, _S.GENERIC),
    _Rule("ambiguous_reference", _fault("ambiguous_reference"), _I, _S.SIGNED_DATA_NOT_FOUND),
    _Rule("no_certificate", lambda f, _: f.certificate is None, _I, None),
    _Rule("not_checked", lambda f, _: f.integrity is not Integrity.INTACT, _I, None),
    _Rule("no_signed_attributes", _fault("no_signed_attributes"), _I, _S.SIG_CONSTRAINTS_FAILURE),
    # It is sound, and over something else than what is read.
    _Rule("line_ends", _fault("line_ends"), _I, _S.GENERIC),
    _Rule("signed_as_text", _fault("signed_as_text"), _I, _S.GENERIC),
    _Rule("nothing_signed", _fault("nothing_signed"), _I, _S.SIG_CONSTRAINTS_FAILURE),
    _Rule("other_document", _fault("other_document"), _I, _S.SIGNED_DATA_NOT_FOUND),
    # The signer's certificate was not good at the time that counts.
    _Rule("revoked", _revoked, _I, _S.REVOKED_NO_POE),
    _Rule("authority_revoked", _fault("revoked_authority"), _I, _S.REVOKED_CA_NO_POE),
    _Rule("too_early", _too_early, _I, _S.NOT_YET_VALID),
    _Rule("too_late", _too_late, _I, _S.OUT_OF_BOUNDS_NO_POE),
    _Rule("revocation_unknown", _revocation_unknown, _I, None),
    _Rule("indeterminate", lambda f, _: f.outcome.verdict is Verdict.INDETERMINATE, _I, None),
    _Rule("not_anchored", _not_anchored, _I, _S.NO_CERTIFICATE_CHAIN_FOUND),
    _Rule("other_purpose", _fault("other_purpose"), _I, _S.CHAIN_CONSTRAINTS_FAILURE),
    # What was added to the document cannot be compared with what was signed.
    _Rule("unknown_change", _unknown_change, _I, _S.GENERIC),
    _Rule("announced_missing", _fault("announced_missing"), _I, _S.SIGNED_DATA_NOT_FOUND),
    _Rule("part_signed", _fault("part_signed"), _I, _S.GENERIC),
    _Rule("other_canonical", _fault("other_canonical"), _I, _S.GENERIC),
    _Rule("signed_after", _fault("signed_after"), _I, _S.GENERIC),
    _Rule("beside", _fault("beside"), _I, _S.GENERIC),
    _Rule("unsigned_appearance", _unsigned_appearance, _I, _S.GENERIC),
    _Rule("passed", lambda *_: True, _P, None),
)


def qualified(facts: SignatureFacts, ruling: Ruling) -> Qualified:
    """Say what eIDAS calls the signature: it takes a certificate qualified at both moments.

    Both are its issuance and the signing (algorithm of the Commission for trusted lists).
    """
    both = (facts.service_at_signing, facts.service_at_issuance)
    named = [qualified_at(facts, ruling, service) for service in both]
    return Qualified.NO if Qualified.NO in named else named[0]


def qualified_at(facts: SignatureFacts, ruling: Ruling, service: ServiceAtTime | None) -> Qualified:
    """Say the same going by one moment only.

    Never QES nor AdESQC for a signature that did not pass: it would be read as praise.
    """
    if not facts.anchored:
        return Qualified.UNDETERMINED
    if not is_qualified(service):
        return Qualified.NO
    if ruling.verdict is not Verdict.PASSED:
        return Qualified.UNDETERMINED
    return Qualified.QES if service and service.secure_device else Qualified.ADES_QC


def is_qualified(service: ServiceAtTime | None) -> bool:
    """Say whether a certificate was qualified for signatures (not seals, not web sites)."""
    return (
        service is not None
        and service.granted
        and service.certificate_qualified
        and service.certificate_type in {None, "esign"}
    )


_SEVERITY = {Verdict.PASSED: 0, Verdict.INDETERMINATE: 1, Verdict.FAILED: 2}


def worst(
    rulings: list[tuple[Verdict, SubIndication | None]],
) -> tuple[Verdict, SubIndication | None]:
    """Pick the verdict of a document: that of its worst signature (the first of equals)."""
    return max(rulings, key=lambda pair: _SEVERITY[pair[0]])
