"""An RSA key whose modulus lacks its leading zero is the key its authority meant, and no other."""

import pytest
from asn1crypto import algos, core, keys, parser
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from communaute.domain.signatures.judging.certificates import as_meant
from communaute.domain.signatures.judging.policies import Arithmetic, strong


KEY = rsa.generate_private_key(65537, 2048)
SHA256_RSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})


def described(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> keys.PublicKeyInfo:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return keys.PublicKeyInfo.load(public.public_bytes(serialization.Encoding.DER, form))


def without_zero(public: rsa.RSAPublicKey) -> keys.PublicKeyInfo:
    """The same key as Estonian authorities wrote it in 2011."""
    numbers = public.public_numbers()
    modulus = parser.emit(0, 0, 2, numbers.n.to_bytes(256, "big"))
    inner = parser.emit(0, 1, 16, modulus + core.Integer(numbers.e).dump())
    info = described(public)
    bits = parser.emit(0, 0, 3, b"\0" + inner)
    return keys.PublicKeyInfo.load(parser.emit(0, 1, 16, info["algorithm"].dump() + bits))


def test_the_modulus_is_the_one_its_bits_say() -> None:
    odd = without_zero(KEY.public_key())
    assert odd["public_key"].parsed["modulus"].native < 0
    assert as_meant(odd).dump() == described(KEY.public_key()).dump()
    assert strong(odd)


@pytest.mark.parametrize(
    "public", [KEY.public_key(), ec.generate_private_key(ec.SECP256R1()).public_key()]
)
def test_any_other_key_is_given_as_it_is(
    public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
) -> None:
    info = described(public)
    assert as_meant(info) is info


def test_what_its_private_key_signed_verifies_and_nothing_else() -> None:
    odd = without_zero(KEY.public_key())
    signature = KEY.sign(b"cent", padding.PKCS1v15(), hashes.SHA256())
    Arithmetic().validate_signature(signature, b"cent", odd, SHA256_RSA)
    with pytest.raises(InvalidSignature):
        Arithmetic().validate_signature(signature, b"mille", odd, SHA256_RSA)
