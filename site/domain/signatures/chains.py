"""Order the certificates that came with a signature, whether or not they lead to an anchor."""

from collections.abc import Sequence
from itertools import pairwise

from asn1crypto import x509
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from communaute.domain.signatures import revocation
from communaute.domain.signatures.library import Evidence


_LONGEST = 10


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
