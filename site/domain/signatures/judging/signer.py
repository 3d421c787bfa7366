"""The facts of one signer, whatever the file: certificate, chain, revocation, services, level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESStatus, AdESSubIndic
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.facts import (
    CertificateFacts,
    RevocationFacts,
    ServiceAtTime,
    SignatureFacts,
    TechnicalOutcome,
)
from communaute.domain.signatures.judging import chains, revocation
from communaute.domain.signatures.judging.certificates import (
    clean,
    facts_of,
    is_for_other_purposes,
)
from communaute.domain.signatures.judging.chains import revoked_authority_at, statements_on
from communaute.domain.signatures.judging.policies import Evidence, Policies
from communaute.domain.signatures.judging.timestamps import Token
from communaute.domain.signatures.vocabulary import (
    Format,
    Integrity,
    Level,
    RevocationStatus,
    SubIndication,
    Verdict,
)


_VERDICTS = {
    AdESStatus.PASSED: Verdict.PASSED,
    AdESStatus.INDETERMINATE: Verdict.INDETERMINATE,
    AdESStatus.FAILED: Verdict.FAILED,
}


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


def facts_of_signer(
    name: str,
    form: Format,
    found: Assessment,
    policies: Policies,
    proven_at: datetime | None,
    algorithms: tuple[str, str],
    faults: tuple[str, ...] = (),
) -> SignatureFacts:
    """Put together what was found of one signer; the caller adds times and what is covered.

    `algorithms` are the names of the digest and of the mechanism; `faults` what the reader of
    the format objects to (see wording.FAULTS).
    """
    digest, mechanism = algorithms
    chain = chain_of(found, policies.evidence)
    return SignatureFacts(
        name=clean(name),
        format=form,
        level=None,
        integrity=found.integrity,
        outcome=found.outcome,
        certificate=facts_of(found.signer) if found.signer is not None else None,
        chain=_shown(chain),
        anchored=found.anchored,
        revocation=_revocation(found, policies.evidence),
        digest_algorithm=clean(digest),
        signature_algorithm=clean(mechanism),
        service_at_signing=_service(found, policies, proven_at or policies.at),
        service_at_issuance=_service_at_issuance(found, policies),
        faults=(*faults, *_faults(found, policies, proven_at or policies.at)),
    )


def chain_of(found: Assessment, known: Evidence) -> list[x509.Certificate]:
    """List the signer's chain: the validated one, else the one presented, else nothing."""
    if found.path is not None:
        return chains.from_path(found.path)
    if found.signer is None:
        return []
    return chains.as_presented(found.signer, known.certificates)


def level_of(
    facts: SignatureFacts,
    found: Assessment,
    carried: Evidence,
    tokens: Sequence[Token],
    later: Sequence[Token],
) -> Level | None:
    """Name the baseline level; None for a format that has none.

    `later` are the document or archive time stamps made over everything else.
    """
    if facts.format not in {Format.PADES, Format.CADES, Format.XADES}:
        return None
    archived = any(token.intact for token in later)
    if not (archived or any(token.intact for token in tokens)):
        return Level.B_B
    if not chains.revocation_data_for_all(chain_of(found, carried), carried):
        return Level.B_T
    return Level.B_LTA if archived else Level.B_LT


def _shown(chain: Sequence[x509.Certificate]) -> tuple[CertificateFacts, ...]:
    return tuple(facts_of(certificate) for certificate in chain)


def _revocation(found: Assessment, evidence: Evidence) -> RevocationFacts:
    if found.path is None:
        return RevocationFacts(RevocationStatus.UNKNOWN)
    spoken = statements_on(found.path, evidence)
    return revocation.summary(spoken[0][1]) if spoken else RevocationFacts(RevocationStatus.UNKNOWN)


def _service(found: Assessment, policies: Policies, at: datetime) -> ServiceAtTime | None:
    if found.path is None or not found.anchored:
        return None
    return policies.trust.describe_service(found.path, at)


def _service_at_issuance(found: Assessment, policies: Policies) -> ServiceAtTime | None:
    if found.signer is None:
        return None
    return _service(found, policies, found.signer.not_valid_before)


def _faults(found: Assessment, policies: Policies, moment: datetime) -> tuple[str, ...]:
    faults: tuple[str, ...] = ()
    if found.signer is not None and is_for_other_purposes(found.signer):
        faults += ("other_purpose",)
    if found.path is not None and revoked_authority_at(
        statements_on(found.path, policies.evidence), moment
    ):
        faults += ("revoked_authority",)
    return faults
