"""What standards allow and few programs write: read, and nothing let through with it."""

import asyncio
from collections.abc import Callable

import pytest
from asn1crypto import algos, cms, core, parser
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from communaute.domain.signatures.der import as_der, raw_values, tagged
from communaute.domain.signatures.detect import Digests, digest
from communaute.domain.signatures.vocabulary import Integrity, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf, signature_span
from tests.signatures.pki import NOW


SET = 0x31
UNSIGNED = "1.2.840.113549.1.9.16.2.14"


@pytest.fixture(scope="module")
def signed(office: Office) -> bytes:
    return asyncio.run(office.cms(b"un contrat", at=NOW))


def private_key(office: Office) -> rsa.RSAPrivateKey:
    der = office.pki.key("signer").dump()
    key = serialization.load_der_private_key(der, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def signed_over(office: Office, attributes: bytes) -> bytes:
    return private_key(office).sign(attributes, padding.PKCS1v15(), hashes.SHA256())


def resigned(
    der: bytes, order: Callable[[list[bytes]], list[bytes]], sign: Callable[[bytes], bytes]
) -> bytes:
    """The same CMS, its signed attributes sent in another order, signed by `sign`."""
    info = cms.ContentInfo.load(der)
    signer = info["content"]["signer_infos"][0]
    sent = order(list(raw_values(signer["signed_attrs"].contents)))
    attributes = cms.CMSAttributes.load(tagged(SET, b"".join(sent)))
    attributes._contents = b"".join(sent)
    value = sign(tagged(SET, b"".join(sent)))
    contents = tagged(SET, b"".join(sent))
    raw = signer.dump()
    old = signer["signed_attrs"].contents
    changed = raw.replace(old, contents[len(contents) - len(old) :])
    changed = changed.replace(signer["signature"].native, value)
    return der.replace(raw, changed)


def backwards(found: list[bytes]) -> list[bytes]:
    return found[::-1]


def test_attributes_sent_out_of_order_are_verified_in_order(
    office: Office, signed: bytes, check: Verifier
) -> None:
    """RFC 5652, 5.4: what is signed is their DER, whatever was sent."""

    def in_order(sent: bytes) -> bytes:
        elements = sorted(raw_values(core.load(sent).contents))
        return signed_over(office, tagged(SET, b"".join(elements)))

    assert check(resigned(signed, backwards, in_order)).signatures[0].verdict is Verdict.PASSED


def test_attributes_signed_as_they_were_sent_are_verified_so(
    office: Office, signed: bytes, check: Verifier
) -> None:
    as_sent = resigned(signed, backwards, lambda sent: signed_over(office, sent))
    assert check(as_sent).signatures[0].verdict is Verdict.PASSED


def without_null(office: Office, content: bytes, *, name: str = "sha256") -> bytes:
    """An RSA signature whose DigestInfo leaves its parameters out, made by hand."""
    value = hashes.Hash(hashes.SHA256())
    value.update(content)
    made = algos.DigestInfo({"digest_algorithm": {"algorithm": name}, "digest": value.finalize()})
    del made["digest_algorithm"]["parameters"]
    info = made.dump(force=True)
    key = private_key(office)
    size = key.key_size // 8
    block = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    numbers = key.private_numbers()
    signature = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return signature.to_bytes(size, "big")


def test_a_digest_without_its_null_is_intact(
    office: Office, signed: bytes, check: Verifier
) -> None:
    """RFC 8017, A.2.4: verifiers take both."""
    sent = resigned(signed, lambda found: found, lambda sent: without_null(office, sent))
    assert check(sent).signatures[0].verdict is Verdict.PASSED
    other = resigned(signed, lambda found: found, lambda _: without_null(office, b"autre"))
    assert check(other).verdict is Verdict.FAILED
    prehashed = private_key(office).sign(bytes(32), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    forged = resigned(signed, lambda found: found, lambda _: prehashed)
    assert check(forged).verdict is Verdict.FAILED


@pytest.mark.parametrize("value", [b"\x30\x03\x02\x01\x05", b"\x04\x02\xff\xff", b"\x30\x80\x00"])
def test_a_malformed_unsigned_attribute_proves_nothing_and_hides_nothing(
    value: bytes, office: Office, check: Verifier
) -> None:
    plain = asyncio.run(office.cms(b"un contrat"))
    raw = cms.ContentInfo.load(plain)["content"]["signer_infos"][0].dump()
    kind = core.ObjectIdentifier(UNSIGNED).dump()
    attribute = tagged(0x30, kind + tagged(SET, value))
    wrapped = b"\xa1" + tagged(SET, attribute)[1:]
    signer = tagged(0x30, b"".join(raw_values(core.load(raw).contents)) + wrapped)
    report = check(with_signer(plain, signer))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.timestamps == ()


def with_signer(der: bytes, signer: bytes) -> bytes:
    kind, wrapped = raw_values(parser.parse(der)[4])
    (inner,) = raw_values(parser.parse(wrapped)[4])
    *fields, _ = raw_values(parser.parse(inner)[4])
    data = tagged(0x30, b"".join(fields) + tagged(SET, signer))
    explicit = tagged(SET, data)
    return tagged(0x30, kind + b"\xa0" + explicit[1:])


@pytest.mark.parametrize("step", [64, 63, 1000])
@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b" "])
def test_white_space_may_stand_in_the_value_of_a_signature(
    step: int, blank: bytes, office: Office, check: Verifier
) -> None:
    """ISO 32000-1, 7.3.4.3. The zeros at its end make room for it."""
    document = office.sign(blank_pdf())
    first, second = signature_span(document)
    digits = document[first + 1 : second - 1]
    lines = blank.join(digits[n : n + step] for n in range(0, len(digits), step))
    room = len(lines) - len(digits)
    assert not lines[-room:].strip(b"0" + blank)
    value = lines[:-room]
    assert check(document[: first + 1] + value + document[second - 1 :]).acceptable
    hidden = value[:-20] + b"%" + value[-19:]
    assert not check(document[: first + 1] + hidden + document[second - 1 :]).acceptable


def test_a_first_table_may_say_that_none_comes_before_it(office: Office, check: Verifier) -> None:
    plain = blank_pdf()
    start = plain.rindex(b"trailer")
    with_none = plain[:start] + plain[start:].replace(b"/Size", b"/Prev 0 /Size", 1)
    assert check(office.sign(with_none)).acceptable


@pytest.mark.parametrize(
    ("sent", "der"),
    [
        (b"\x31\x06\x02\x01\x05\x02\x01\x03", b"\x31\x06\x02\x01\x03\x02\x01\x05"),
        (b"\x30\x80\x02\x01\x05\x00\x00", b"\x30\x03\x02\x01\x05"),
        (b"\x30\x81\x03\x02\x01\x05", b"\x30\x03\x02\x01\x05"),
        (
            b"\xa0\x80\x31\x80\x04\x01b\x04\x01a\x00\x00\x00\x00",
            b"\xa0\x08\x31\x06\x04\x01a\x04\x01b",
        ),
    ],
)
def test_a_value_is_encoded_again_in_der(sent: bytes, der: bytes) -> None:
    assert as_der(sent) == der
    assert as_der(der) == der


def test_what_is_nested_too_deeply_is_not_encoded_again() -> None:
    nested = b""
    for _ in range(60):
        nested = tagged(0x30, nested)
    with pytest.raises(ValueError, match="deeply"):
        as_der(nested)


@pytest.mark.parametrize("curve", ["ed25519", "ed448"])
def test_without_attributes_an_edwards_curve_signs_the_content_itself(
    office: Office, check: Verifier, curve: str
) -> None:
    """RFC 8419, 3.1: no digest stands between. Never « cryptographie fausse », attached or apart."""
    content = b"un contrat"
    key = serialization.load_der_private_key(office.pki.key(curve).dump(), password=None)
    certificate = office.pki.certificate(curve)
    signer = {
        "version": "v1",
        "sid": {
            "issuer": certificate.issuer,
            "serial_number": certificate.serial_number,
        },
        "digest_algorithm": {"algorithm": "sha512"},
        "signature_algorithm": {"algorithm": curve},
        "signature": key.sign(content),  # type: ignore[union-attr,call-arg]
    }

    def made(inside: dict[str, object]) -> bytes:
        data = {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha512"}],
            "encap_content_info": {"content_type": "data"} | inside,
            "certificates": [certificate],
            "signer_infos": [signer | {"sid": cms.IssuerAndSerialNumber(signer["sid"])}],
        }
        signed = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
        der: bytes = signed.dump()
        return der

    def integrity(document: bytes, detached: bytes | None = None) -> Integrity:
        (found,) = check(document, detached).signatures
        assert found.verdict is not Verdict.PASSED
        return found.facts.integrity

    assert integrity(made({"content": content})) is Integrity.INTACT
    assert integrity(made({"content": b"un autre"})) is not Integrity.INTACT
    assert integrity(content, made({})) is Integrity.INTACT
    assert integrity(b"un autre", made({})) is not Integrity.INTACT
    digests = Digests({"sha512": digest("sha512", content), "sha256": digest("sha256", content)})
    (found,) = check(digests, made({})).signatures
    assert (found.verdict, found.facts.integrity) == (Verdict.INDETERMINATE, Integrity.UNKNOWN)
