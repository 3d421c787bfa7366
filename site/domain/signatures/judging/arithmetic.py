"""Verify the value of a signature, in each of the encodings that honest programs use."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from asn1crypto import algos, cms, core, keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from communaute.domain.signatures.der import raw_values, tagged
from communaute.domain.signatures.judging.certificates import as_meant
from communaute.domain.signatures.judging.digests import digest


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
