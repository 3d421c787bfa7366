"""The facts of one signer, whatever the file: certificate, chain, revocation, services, level."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESStatus, AdESSubIndic
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from communaute.domain.signatures.facts import (
    RevocationFacts,
    ServiceAtTime,
    SignatureFacts,
    TechnicalOutcome,
    clean,
)
from communaute.domain.signatures.judging import revocation
from communaute.domain.signatures.judging.certificates import facts_of, is_for_other_purposes
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.judging.revocation import Statement
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

    def held(self, verdict: Verdict, sub: SubIndication, integrity: Integrity) -> "Assessment":
        """Give what is left of it once it is held to more than its value: no path, no anchor."""
        outcome = TechnicalOutcome(verdict, sub, self.outcome.step)
        return replace(self, outcome=outcome, integrity=integrity, path=None, anchored=False)

    def of_value(self) -> "Assessment":
        """The same of an envelope made here around what was signed: what does not fit is the value."""
        if self.integrity is not Integrity.HASH_MISMATCH:
            return self
        sub = SubIndication.SIG_CRYPTO_FAILURE
        return self.held(Verdict.FAILED, sub, Integrity.BAD_SIGNATURE)


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
        chain=tuple(map(facts_of, chain)),
        anchored=found.anchored,
        revocation=_revocation(found, policies.evidence),
        digest_algorithm=clean(digest),
        signature_algorithm=clean(mechanism),
        service_at_signing=_service(found, policies, proven_at or policies.at),
        service_at_issuance=(
            _service(found, policies, found.signer.not_valid_before) if found.signer else None
        ),
        faults=(*faults, *_faults(found, policies, proven_at or policies.at)),
    )


def chain_of(found: Assessment, known: Evidence) -> list[x509.Certificate]:
    """List the signer's chain: the validated one, else the one presented, else nothing."""
    if found.path is not None:
        return list(reversed(list(found.path.iter_certs(include_root=True))))
    if found.signer is None:
        return []
    return as_presented(found.signer, known.certificates)


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
    if not revocation_data_for_all(chain_of(found, carried), carried):
        return Level.B_T
    return Level.B_LTA if archived else Level.B_LT


def _revocation(found: Assessment, evidence: Evidence) -> RevocationFacts:
    if found.path is None:
        return RevocationFacts(RevocationStatus.UNKNOWN)
    spoken = statements_on(found.path, evidence)
    return revocation.summary(spoken[0][1]) if spoken else RevocationFacts(RevocationStatus.UNKNOWN)


def _service(found: Assessment, policies: Policies, at: datetime) -> ServiceAtTime | None:
    if found.path is None or not found.anchored:
        return None
    return policies.trust.describe_service(found.path, at)


def _faults(found: Assessment, policies: Policies, moment: datetime) -> tuple[str, ...]:
    faults: tuple[str, ...] = ()
    if found.signer is not None and is_for_other_purposes(found.signer):
        faults += ("other_purpose",)
    # The authorities between the signer and the anchor.
    above = statements_on(found.path, policies.evidence)[1:] if found.path is not None else []
    if any(s.revoked_at is not None and s.revoked_at <= moment for _, said in above for s in said):
        faults += ("revoked_authority",)
    return faults


# The certificates that came with a signature, whether or not they lead to an anchor, and what issuers said of each.


_LONGEST = 10


def as_presented(
    signer: x509.Certificate, others: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """List signer, issuer, issuer of the issuer… among `others`: signatures checked, trust not."""
    chain = [signer]
    while len(chain) < _LONGEST and chain[-1].subject.hashable != chain[-1].issuer.hashable:
        issuer = next((c for c in others if issued(c, chain[-1])), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
    return chain


def issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    """Say whether the key of one certificate signed the other."""
    if issuer.subject.hashable != subject.issuer.hashable:
        return False
    try:
        DefaultSignatureValidator().validate_signature(
            subject.signature,
            subject["tbs_certificate"].dump(),
            issuer.public_key,
            subject["signature_algorithm"],
        )
    except Exception:
        return False
    return True


def revocation_data_for_all(chain: Sequence[x509.Certificate], carried: Evidence) -> bool:
    """Say whether `carried` has revocation data on every certificate but the last of `chain`.

    That is what makes a signature B-LT: the presence of a security store alone is not enough.
    """
    pairs = list(pairwise(chain))
    return bool(pairs) and all(
        revocation.statements(certificate, issuer, carried) for certificate, issuer in pairs
    )


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
