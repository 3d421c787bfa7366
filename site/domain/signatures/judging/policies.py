"""How the validation library is used: our arithmetic, one policy on algorithms, listed anchors, no network."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version

from asn1crypto import algos, cms, core, keys, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
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
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from communaute.domain.signatures.der import raw_values, tagged
from communaute.domain.signatures.detect import digest
from communaute.domain.signatures.judging.certificates import as_meant
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.trust.protocol import TrustStore


_SET = 0x31
# They sign the message itself, never a digest of it (RFC 8032, 5.1 and 5.2; RFC 8419, 3.1).
_OF_WHOLE_MESSAGES = frozenset({"ed25519", "ed448"})


@dataclass
class Arithmetic(DefaultSignatureValidator):
    """What pyHanko verifies with. `as_sent`: the signed attributes, byte for byte; `content`: what
    is signed when there are none, or None when only its digest is known.

    RFC 5652, 5.4 has the attributes of a signer in DER before they are digested; some programs
    sign them in the order they send, or send them in another order than they signed. Whichever
    verifies, the same attributes are bound.
    """

    as_sent: Callable[[], Sequence[bytes]] = tuple
    content: bytes | None = None

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Raise InvalidSignature when no encoding verifies, or what pyHanko raises.

        ValueError when what is signed is not known.
        """
        check, public_key_info = super().validate_signature, as_meant(public_key_info)
        if context.prehashed and signature_algorithm["algorithm"].native in _OF_WHOLE_MESSAGES:
            if self.content is None:
                raise ValueError("the message is not at hand")  # false or not, nobody can say
            signed_data = self.content
        # A digest that happens to begin as a SET does is no set of attributes.
        others = () if context.prehashed else self._others(signed_data)
        for encoding in (signed_data, *others):
            try:
                check(signature, encoding, public_key_info, signature_algorithm, context)
            except InvalidSignature:
                if _without_null(
                    signature, encoding, public_key_info, signature_algorithm, context
                ):
                    return
                continue
            return
        raise InvalidSignature

    def _others(self, signed: bytes) -> Iterator[bytes]:
        if signed[:1] != bytes([_SET]):
            return
        for one in (signed, *self.as_sent()):
            yield one
            yield _sorted(one)


def _sorted(attributes: bytes) -> bytes:
    """Put a SET OF in the order of DER (X.690, 11.6), its elements as they are."""
    contents = b"".join(sorted(raw_values(core.load(attributes).contents)))
    return tagged(_SET, contents)


def _without_null(
    signature: bytes,
    signed: bytes,
    public_key_info: keys.PublicKeyInfo,
    algorithm: algos.SignedDigestAlgorithm,
    context: SignatureValidationContext,
) -> bool:
    """Say whether an RSA signature holds the right digest, its parameters left out.

    RFC 8017, 9.2 has signers write NULL there; appendix A.2.4 has verifiers take both.
    """
    try:
        if algorithm.signature_algo != "rsassa_pkcs1v15" or context.prehashed:
            return False
        key = serialization.load_der_public_key(public_key_info.dump())
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        name = _digest_name(algorithm, context)
        info = key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
        expected = algos.DigestInfo(
            {"digest_algorithm": {"algorithm": name}, "digest": digest(name, signed)}
        )
        del expected["digest_algorithm"]["parameters"]
        return bool(info == expected.dump(force=True))
    except (ValueError, TypeError, KeyError, AttributeError, InvalidSignature):
        return False


def holds_digest(
    signer: cms.SignerInfo, public_key_info: keys.PublicKeyInfo, content: bytes
) -> bool:
    """Say whether an RSA signature without attributes holds the digest of `content` under the name
    of another: cards did so. It is not what RFC 8017, 9.2 has signed, nor is it false.
    """
    try:
        key = serialization.load_der_public_key(as_meant(public_key_info).dump())
        if not isinstance(key, rsa.RSAPublicKey) or not isinstance(
            signer["signed_attrs"], core.Void
        ):
            return False
        info = key.recover_data_from_signature(signer["signature"].native, padding.PKCS1v15(), None)
        held = algos.DigestInfo.load(info, strict=True)["digest"].native
        return bool(held == digest(signer["digest_algorithm"]["algorithm"].native, content))
    except (ValueError, TypeError, KeyError, AttributeError, InvalidSignature):
        return False


def _digest_name(
    algorithm: algos.SignedDigestAlgorithm, context: SignatureValidationContext
) -> str:
    try:
        return str(algorithm.hash_algo)
    except ValueError:
        return str(context.contextual_md_algorithm)


# ETSI TS 119 312: what may still be relied upon. What is not listed is refused.
DIGESTS = frozenset(
    {"sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512"}
    | {"shake256", "shake256_len"}
)
MECHANISMS = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519", "ed448"})
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
        allowed = mechanism(algo) in MECHANISMS and _digest_allowed(algo)
        return AlgorithmUsageConstraint(allowed and (public_key is None or strong(public_key)))


def mechanism(algo: algos.SignedDigestAlgorithm) -> str:
    """Name the mechanism of a signature, such as « rsassa_pss »; the raw name when unknown."""
    try:
        return str(algo.signature_algo)
    except ValueError:
        return str(algo["algorithm"].native)


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
        signed when there are none (see Arithmetic).
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
