"""The validation of one signature, step by step: as of now, then with a proven time.

These steps follow ETSI EN 319 102-1 (5.3 and 5.5). The library's own second step passes
certificates that had expired when they signed; this one asks for a statement of the
authority made after the proven time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, x509
from pyhanko.sign.ades.report import AdESStatus, AdESSubIndic
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.ades import AdESBasicValidationResult, ades_basic_validation
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from communaute.domain.signatures import revocation
from communaute.domain.signatures.library import Evidence, Policies, known_mechanism
from communaute.domain.signatures.revocation import Statement
from communaute.domain.signatures.values import (
    Integrity,
    SubIndication,
    TechnicalOutcome,
    Verdict,
)


_VERDICTS = {
    AdESStatus.PASSED: Verdict.PASSED,
    AdESStatus.INDETERMINATE: Verdict.INDETERMINATE,
    AdESStatus.FAILED: Verdict.FAILED,
}


# What issuers said of each certificate of a chain, from the signer up.
Spoken = list[tuple[x509.Certificate, list[Statement]]]


@dataclass(frozen=True)
class Assessment:
    """What the steps found of one signature."""

    outcome: TechnicalOutcome
    integrity: Integrity
    signer: x509.Certificate | None
    path: ValidationPath | None = None
    anchored: bool = False


def outcome_of(
    found: AdESSubIndic | None, step: str, reason: str | None = None
) -> TechnicalOutcome:
    """Translate a status of the library; a missing one is a malformed signature."""
    if found is None:
        return TechnicalOutcome(Verdict.FAILED, SubIndication.FORMAT_FAILURE, step, reason or "")
    verdict = _VERDICTS[found.status]
    sub = None if verdict is Verdict.PASSED else SubIndication(found.standard_name)
    return TechnicalOutcome(verdict, sub, step, str(reason or ""))


async def assess(
    signed_data: cms.SignedData,
    digest: bytes | None,
    policies: Policies,
    proven_at: datetime | None,
) -> Assessment:
    """Validate one signature as of now, then at its proven time when now does not suffice."""
    now = await _validate(signed_data, digest, policies, None)
    first = outcome_of(now.ades_subindic, "basic", now.failure_msg)
    integrity = _integrity(now, first)
    signer = _signer(signed_data)
    if integrity is Integrity.BAD_SIGNATURE and _label_misleads(signed_data, signer):
        return Assessment(_MISLABELLED, Integrity.UNKNOWN, signer)
    path = now.api_status.validation_path if now.api_status is not None else None
    if first.verdict is not Verdict.INDETERMINATE or integrity is not Integrity.INTACT:
        passed = first.verdict is Verdict.PASSED
        return Assessment(first, integrity, signer, path, anchored=passed and path is not None)
    shape = await _validate(signed_data, digest, policies, proven_at or policies.at)
    sound = outcome_of(shape.ades_subindic, "time").verdict is Verdict.PASSED
    if not sound or shape.api_status is None:
        return Assessment(first, integrity, signer, path)
    path = shape.api_status.validation_path
    known = good_at_proven_time(path, policies.evidence, proven_at)
    outcome = TechnicalOutcome(Verdict.PASSED, None, "time") if known else first
    return Assessment(outcome, integrity, signer, path, anchored=True)


async def _validate(
    signed_data: cms.SignedData,
    digest: bytes | None,
    policies: Policies,
    without_revocation_at: datetime | None,
) -> AdESBasicValidationResult[Any]:
    revocation_asked = without_revocation_at is None
    return await ades_basic_validation(
        signed_data,
        policies.spec(revocation=revocation_asked),
        timing_info=policies.timing(without_revocation_at),
        raw_digest=digest,
    )


def _integrity(result: AdESBasicValidationResult[Any], outcome: TechnicalOutcome) -> Integrity:
    if outcome.sub_indication is SubIndication.HASH_FAILURE:
        return Integrity.HASH_MISMATCH
    if outcome.sub_indication is SubIndication.SIG_CRYPTO_FAILURE:
        return Integrity.BAD_SIGNATURE
    status = result.api_status
    if status is not None and status.intact and status.valid:
        return Integrity.INTACT
    return Integrity.UNKNOWN


_MISLABELLED = TechnicalOutcome(
    Verdict.INDETERMINATE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "basic", "mislabelled"
)


def _label_misleads(signed_data: cms.SignedData, signer: x509.Certificate | None) -> bool:
    """Say whether « bad signature » is not the last word: the library says so of any mechanism
    it does not know, and of a label that contradicts the digest really used."""
    info = signed_data["signer_infos"][0]
    if signer is None or not known_mechanism(info["signature_algorithm"]):
        return True
    digest = info["digest_algorithm"]["algorithm"].native
    really = f"{digest}_ecdsa" if signer.public_key.algorithm == "ec" else "rsassa_pkcs1v15"
    try:
        DefaultSignatureValidator().validate_signature(
            info["signature"].native,
            info["signed_attrs"].untag().dump(),
            signer.public_key,
            algos.SignedDigestAlgorithm({"algorithm": really}),
            SignatureValidationContext(contextual_md_algorithm=digest),
        )
    except Exception:
        return False
    return True


def _signer(signed_data: cms.SignedData) -> x509.Certificate | None:
    try:
        return extract_certificate_info(signed_data).signer_cert
    except Exception:
        return None


def statements_on(
    path: ValidationPath, evidence: Evidence
) -> list[tuple[x509.Certificate, list[Statement]]]:
    """List, from the signer up to the anchor (left out), what issuers said of each certificate."""
    anchor = path.trust_anchor.authority
    chain = [c for c in path.iter_certs(include_root=False) if isinstance(c, x509.Certificate)]
    if not chain:  # The signer is the anchor itself: there is nobody to speak of it.
        return []
    above: list[x509.Certificate | None] = [
        anchor.certificate if isinstance(anchor, AuthorityWithCert) else None,
        *chain[:-1],
    ]
    pairs = [
        (certificate, revocation.statements(certificate, issuer, evidence) if issuer else [])
        for certificate, issuer in zip(chain, above, strict=True)
    ]
    return list(reversed(pairs))


def good_at_proven_time(
    path: ValidationPath | None, evidence: Evidence, proven_at: datetime | None
) -> bool:
    """Say whether authentic statements show the whole chain was not revoked at `proven_at`."""
    if path is None or proven_at is None:
        return False
    spoken = statements_on(path, evidence)
    if not spoken:
        return False
    (signer, of_signer), *above = spoken
    good = revocation.never_revoked(signer) and not any(said.revoked_at for said in of_signer)
    return (good or revocation.not_revoked_after(signer, of_signer, proven_at)) and all(
        revocation.good_around(authority, said, proven_at) for authority, said in above
    )


def revoked_authority_at(spoken: Spoken, moment: datetime) -> bool:
    """Say whether an authority between signer and anchor was revoked at `moment`."""
    return any(
        s.revoked_at is not None and s.revoked_at <= moment for _, said in spoken[1:] for s in said
    )
