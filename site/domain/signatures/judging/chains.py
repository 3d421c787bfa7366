"""Order the certificates that came with a signature, whether or not they lead to an anchor."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from communaute.domain.signatures.judging import revocation
from communaute.domain.signatures.judging.policies import Evidence
from communaute.domain.signatures.judging.revocation import Statement


_LONGEST = 10

# What issuers said of each certificate of a chain, from the signer up.
Spoken = list[tuple[x509.Certificate, list[Statement]]]


def from_path(path: ValidationPath) -> list[x509.Certificate]:
    """List a validated path from the signer to the anchor."""
    return list(reversed(list(path.iter_certs(include_root=True))))


def as_presented(
    signer: x509.Certificate, others: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """List signer, issuer, issuer of the issuer… among `others`: signatures checked, trust not."""
    chain = [signer]
    while len(chain) < _LONGEST and chain[-1].subject.hashable != chain[-1].issuer.hashable:
        issuer = next((c for c in others if _issued(c, chain[-1])), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
    return chain


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
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


def revoked_authority_at(spoken: Spoken, moment: datetime) -> bool:
    """Say whether an authority between signer and anchor was revoked at `moment`."""
    return any(
        s.revoked_at is not None and s.revoked_at <= moment for _, said in spoken[1:] for s in said
    )
