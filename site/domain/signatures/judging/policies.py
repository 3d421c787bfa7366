"""How the validation library is used: one policy on algorithms, listed anchors, no network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version

from asn1crypto import algos, keys, x509
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    AlgorithmUsageConstraint,
    AlgorithmUsagePolicy,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
)
from pyhanko_certvalidator.registry import TrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from communaute.domain.signatures.judging.arithmetic import Arithmetic
from communaute.domain.signatures.judging.certificates import as_meant
from communaute.domain.signatures.trust.protocol import TrustStore


# ETSI TS 119 312: what may still be relied upon. What is not listed is refused.
DIGESTS = frozenset(
    {"sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512"}
    | {"shake256", "shake256_len"}
)
_MECHANISMS = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519", "ed448"})
# What comes from five minutes ahead, a token or an answer, is not yet from the future. The
# certificate of the signer is held to its dates by the rules (verdict.py).
CLOCKS_DIFFER = timedelta(minutes=5)
_RSA_BITS = 2048
_EC_BITS = 256


@cache
def versions() -> str:
    """Name what verifies, for the report: « pyHanko 0.38.0, pyhanko-certvalidator 0.33.0 »."""
    return ", ".join(f"{name} {version(name)}" for name in ("pyHanko", "pyhanko-certvalidator"))


class Algorithms(AlgorithmUsagePolicy):
    """The algorithms this site relies on, at any time: an allow list, so unknown is refused."""

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Allow the digests of ETSI TS 119 312; SHA-1 and older never."""
        return AlgorithmUsageConstraint(algo["algorithm"].native in DIGESTS)

    def signature_algorithm_allowed(
        self,
        algo: algos.SignedDigestAlgorithm,
        moment: datetime | None,
        public_key: keys.PublicKeyInfo | None,
    ) -> AlgorithmUsageConstraint:
        """Allow a mechanism when it, its digest and the size of its key are all allowed."""
        allowed = mechanism(algo) in _MECHANISMS and _digest_allowed(algo)
        return AlgorithmUsageConstraint(allowed and (public_key is None or strong(public_key)))


def mechanism(algo: algos.SignedDigestAlgorithm) -> str:
    """Name the mechanism of a signature, such as « rsassa_pss »; the raw name when unknown."""
    try:
        return str(algo.signature_algo)
    except ValueError:
        return str(algo["algorithm"].native)


def known_mechanism(algo: algos.SignedDigestAlgorithm) -> bool:
    """Say whether the library can verify this mechanism at all, strong enough or not."""
    return mechanism(algo) in _MECHANISMS | {"dsa"}


def _digest_allowed(algo: algos.SignedDigestAlgorithm) -> bool:
    try:
        return algo.hash_algo in DIGESTS
    except ValueError:  # The mechanism implies none (plain RSA, EdDSA): the CMS names it.
        return True


def strong(public_key: keys.PublicKeyInfo) -> bool:
    """Say whether a key is long enough (ETSI TS 119 312): RSA 2048, elliptic curves 256."""
    public_key = as_meant(public_key)
    algorithm = public_key.algorithm
    if algorithm in {"ed25519", "ed448"}:
        return True
    if algorithm == "ec":
        return bool(public_key.bit_size >= _EC_BITS)
    return algorithm in {"rsa", "rsassa_pss"} and bool(public_key.bit_size >= _RSA_BITS)


@dataclass(frozen=True)
class Evidence:
    """Certificates and revocation data that may be used, wherever they come from."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[CRLContainer, ...] = ()
    ocsps: tuple[OCSPContainer, ...] = ()

    def plus(self, other: "Evidence") -> "Evidence":
        """Give both evidences together."""
        return Evidence(
            self.certificates + other.certificates,
            self.crls + other.crls,
            self.ocsps + other.ocsps,
        )


@dataclass(frozen=True)
class Policies:
    """How to validate at one moment: what pyHanko's functions take, made once a document."""

    trust: TrustStore
    at: datetime
    evidence: Evidence = field(default_factory=Evidence)

    def timing(self, moment: datetime | None = None) -> ValidationTimingInfo:
        """Give the timing of a validation at `moment` (default: the time of the request)."""
        when = moment or self.at
        return ValidationTimingInfo(when, when, point_in_time_validation=True)

    def spec(
        self,
        evidence: Evidence | None = None,
        *,
        revocation: bool = True,
        as_sent: Callable[[], Sequence[bytes]] = tuple,
        content: bytes | None = None,
    ) -> SignatureValidationSpec:
        """Give the validation policy: lists as anchors, local data only, never the network.

        `as_sent`: the signed attributes of the signature, byte for byte, and `content`: what is
        signed when there are none (see arithmetic.py).
        """
        known = self.evidence if evidence is None else evidence
        rule = REQUIRE_REVINFO if revocation else NO_REVOCATION
        return SignatureValidationSpec(
            cert_validation_policy=_policy(
                self.trust.signer_trust(), rule, Arithmetic(as_sent, content)
            ),
            ts_cert_validation_policy=_policy(self.trust.timestamp_trust(), rule, Arithmetic()),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
            key_usage_settings=KeyUsageConstraints(
                key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
            ),
            local_knowledge=LocalKnowledge(
                known_crls=list(known.crls),
                known_ocsps=list(known.ocsps),
                known_certs=list(known.certificates),
            ),
        )

    def with_evidence(self, evidence: Evidence) -> "Policies":
        """Give the same policies with more evidence."""
        return replace(self, evidence=self.evidence.plus(evidence))


def _policy(
    trust: TrustManager, rule: RevocationCheckingPolicy, arithmetic: Arithmetic
) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=trust,
        revinfo_policy=CertRevTrustPolicy(rule),
        algorithm_usage_policy=Algorithms(),
        time_tolerance=CLOCKS_DIFFER,
        signature_validator=arithmetic,
    )


def useful_anchors(
    trust: TrustStore, certificates: Sequence[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Pick the anchors that issued one of `certificates`: a signer may send no chain at all."""
    issuers = {certificate.issuer.hashable for certificate in certificates}
    return tuple(trust.anchors_named(issuers))
