"""XAdES signatures that are sound: every packaging and every level is read for what it is."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, padding, rsa
from lxml import etree
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner

from communaute.domain.signatures.detect import Digests
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import Clock, XmlSigner, written
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Extent,
    Format,
    Kind,
    Level,
    Qualified,
    SubIndication,
    TimeSource,
    Verdict,
)
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office
from tests.signatures.pki import DAY, NOW


Signer = Callable[..., XmlSigner]
AT = NOW - timedelta(hours=1)
TEXT = b"Contrat de cent euros\n" * 10


def test_an_enveloped_signature_passes(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    report = check(written(make.enveloped(order, xml_signer())))
    (signature,) = report.signatures
    facts = signature.facts
    assert (report.kind, report.verdict, report.acceptable) == (Kind.XML, Verdict.PASSED, True)
    assert (facts.format, facts.level) == (Format.XADES, Level.B_B)
    assert facts.scope is not None
    assert (facts.scope.extent, facts.scope.left_out) == (Extent.WHOLE, ())
    assert facts.certificate is not None
    assert facts.certificate.holder == "Claude Exemple"
    assert signature.qualified is Qualified.QES
    assert facts.declared_at is not None


@pytest.mark.parametrize("label", ["signer", "ec"])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_keys_and_digests(
    order: etree._Element, xml_signer: Signer, check: Verifier, label: str, digest: str
) -> None:
    assert check(written(make.enveloped(order, xml_signer(label), digest=digest))).verdict is (
        Verdict.PASSED
    )


@pytest.mark.parametrize(
    "left_out",
    [
        make.xpath("not(ancestor-or-self::ds:Signature)"),
        make.xpath("/descendant::ds:Signature", subtract=True),
        make.xpath("//ds:Signature", subtract=True),
        make.xpath("/*/ds:Signature", subtract=True),
    ],
    ids=["xpath", "descendant", "anywhere", "below-root"],
)
def test_the_well_known_ways_to_leave_signatures_out(
    order: etree._Element, xml_signer: Signer, check: Verifier, left_out: etree._Element
) -> None:
    make.enveloped(order, xml_signer(), [left_out, make.EXCLUSIVE])
    report = check(written(order))
    assert report.verdict is Verdict.PASSED
    assert report.acceptable


def test_two_signatures_made_one_after_the_other(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    def apart() -> list[str | etree._Element]:
        return [make.xpath("not(ancestor-or-self::ds:Signature)"), make.EXCLUSIVE]

    content = make.c14n(order.getroottree())
    for rank, label in enumerate(("signer", "ec")):
        draft = make.Draft(xml_signer(label), id=f"s{rank}").refer("", content, apart())
        order.append(draft.element)
        draft.refer_properties().sign()
    report = check(written(order))
    assert [one.verdict for one in report.signatures] == [Verdict.PASSED] * 2


def test_an_enveloping_signature_passes(xml_signer: Signer, check: Verifier) -> None:
    report = check(written(make.enveloping(TEXT, xml_signer())))
    scope = report.signatures[0].facts.scope
    assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)
    assert scope is not None
    assert (scope.extent, scope.names, scope.left_out) == (Extent.ELEMENTS, ("Object",), ())


def test_a_signature_beside_what_it_signs(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    wrapper = etree.Element("dossier")
    order.set("Id", "commande")
    wrapper.append(order)
    make.beside(order, xml_signer())
    report = check(written(wrapper))
    assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)


def test_a_detached_signature_needs_its_document(xml_signer: Signer, check: Verifier) -> None:
    signature = written(make.detached([("contrat.txt", TEXT)], xml_signer()))
    alone = check(signature)
    assert alone.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    right = check(TEXT, signature)
    assert (right.verdict, right.acceptable) == (Verdict.PASSED, True)
    altered = check(TEXT + b" ", signature)
    assert (altered.verdict, altered.sub_indication) == (
        Verdict.FAILED,
        SubIndication.HASH_FAILURE,
    )


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_the_digests_of_a_document_stand_for_it(
    xml_signer: Signer, check: Verifier, digest: str
) -> None:
    signature = written(make.detached([("contrat.txt", TEXT)], xml_signer(), digest=digest))
    known, other = digests_of(TEXT), digests_of(TEXT + b" ")
    assert check(known, signature).verdict is Verdict.PASSED
    altered = check(other, signature)
    assert (altered.verdict, altered.sub_indication) == (
        Verdict.FAILED,
        SubIndication.HASH_FAILURE,
    )


def test_digests_of_another_file_are_no_part_of_a_whole_document(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signed = written(make.enveloped(order, xml_signer()))
    report = check(digests_of(TEXT), signed)
    assert report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert not report.acceptable
    assert check(digests_of(signed), signed).verdict is Verdict.INDETERMINATE


def test_digests_are_not_enough_for_a_document_that_is_transformed(
    xml_signer: Signer, check: Verifier
) -> None:
    draft = make.Draft(xml_signer())
    draft.refer("contrat.xml", TEXT, [make.BASE64])
    signature = written(draft.refer_properties().sign())
    report = check(digests_of(TEXT), signature)
    assert report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND


def digests_of(content: bytes) -> Digests:
    names = ("sha256", "sha384", "sha512")
    return Digests({name: hashlib.new(name, content).digest() for name in names})


@pytest.mark.parametrize("content", [TEXT, b"%PDF-1.7\nun PDF", b"<a>un XML</a>", b"PK\x03\x04"])
def test_the_two_files_may_come_in_either_order(
    xml_signer: Signer, check: Verifier, content: bytes
) -> None:
    signature = written(make.detached([("f", content)], xml_signer()))
    right, swapped = check(content, signature), check(signature, content)
    assert (right.verdict, swapped.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert swapped.sha256 == right.sha256


def test_a_signature_without_the_name_of_its_file(xml_signer: Signer, check: Verifier) -> None:
    signature = written(make.detached([(None, TEXT)], xml_signer()))
    assert check(TEXT, signature).verdict is Verdict.PASSED


def test_one_of_the_two_files_that_were_signed(xml_signer: Signer, check: Verifier) -> None:
    signature = written(make.detached([("a", TEXT), ("b", b"annexe")], xml_signer()))
    for one in (TEXT, b"annexe"):
        report = check(one, signature)
        assert report.verdict is Verdict.INDETERMINATE
        assert report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert check(b"autre", signature).verdict is Verdict.FAILED


def test_a_document_sent_with_a_signature_that_holds_it(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    enveloping = written(make.enveloping(TEXT, xml_signer()))
    assert check(TEXT, enveloping).verdict is Verdict.PASSED
    for given in (b"autre chose", b"%PDF-1.4 facture"):
        assert check(given, enveloping).verdict is Verdict.INDETERMINATE
    enveloped = written(make.enveloped(order, xml_signer()))
    assert check(enveloped, enveloped).verdict is Verdict.PASSED


def test_a_time_stamp_makes_it_b_t(
    order: etree._Element, xml_signer: Signer, xml_clock: Callable[..., Clock], check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    make.stamp(signature, xml_clock(AT))
    facts = check(written(order)).signatures[0].facts
    assert (facts.level, facts.proven_at) == (Level.B_T, AT)
    assert facts.time_source is TimeSource.SIGNATURE_TIMESTAMP


def test_a_time_stamp_saves_an_expired_certificate_only_with_its_proofs(
    office: Office,
    order: etree._Element,
    xml_signer: Signer,
    xml_clock: Callable[..., Clock],
    check: Verifier,
) -> None:
    at = office.pki.certificate("expired").not_valid_after - 30 * DAY
    signature = make.enveloped(order, xml_signer("expired"))
    assert check(written(order)).sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    make.stamp(signature, xml_clock(at))
    assert check(written(order)).verdict is Verdict.INDETERMINATE
    pki, after = office.pki, at + 10 * DAY
    proofs = [pki.crl(label, after).dump() for label in ("ca", "root")]
    authorities = [pki.certificate(label).dump() for label in ("ca", "root", "tsa")]
    make.add_proofs(signature, authorities, proofs)
    report = check(written(order))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.level is Level.B_LT


def test_an_archive_time_stamp_makes_it_b_lta(
    office: Office,
    order: etree._Element,
    xml_signer: Signer,
    xml_clock: Callable[..., Clock],
    check: Verifier,
) -> None:
    content = make.c14n(order.getroottree())
    signature = make.enveloped(order, xml_signer())
    make.stamp(signature, xml_clock(AT))
    pki = office.pki
    authorities = [pki.certificate(label).dump() for label in ("ca", "root", "tsa")]
    make.add_proofs(signature, authorities, [pki.crl(one, NOW).dump() for one in ("ca", "root")])
    properties = signature.find(f".//{{{make.XADES}}}SignedProperties")
    make.archive(signature, xml_clock(NOW), [content, make.c14n(properties)])
    facts = check(written(order)).signatures[0].facts
    assert facts.level is Level.B_LTA
    assert [one.covers for one in facts.timestamps] == ["signature", "document"]
    assert {one.verdict for one in facts.timestamps} == {Verdict.PASSED}


def test_a_counter_signature_is_judged_apart(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    make.counter_sign(signature, xml_signer("stranger"))
    report = check(written(order))
    first, second = report.signatures
    assert (first.verdict, second.verdict) == (Verdict.PASSED, Verdict.INDETERMINATE)
    assert second.facts.name == "Contre-signature 2 de la signature 1"
    assert second.facts.scope is not None
    assert second.facts.scope.extent is Extent.SIGNATURE
    assert report.verdict is Verdict.INDETERMINATE


def test_the_chain_is_found_without_the_signer_sending_it(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    assert check(written(make.enveloped(order, xml_signer(chain=False)))).verdict is Verdict.PASSED


def test_plain_xml_signature_is_not_a_format_of_the_decree(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    content = make.c14n(order.getroottree())
    draft = make.Draft(xml_signer()).refer("", content, [make.ENVELOPED, make.EXCLUSIVE])
    order.append(draft.element)
    report = check(written(draft.sign()))
    given = {point.criterion: point.answer for point in report.signatures[0].points}
    assert report.signatures[0].facts.format is Format.XMLDSIG
    assert report.signatures[0].facts.level is None
    assert given[Criterion.FORMAT] is Answer.NO
    assert not report.acceptable


@pytest.mark.parametrize("signing", [XAdESSigner, XMLSigner])
def test_what_another_program_signs_is_intact(
    order: etree._Element, xml_signer: Signer, check: Verifier, signing: type[XMLSigner]
) -> None:
    """The library signs with an inclusive canonicalisation, which what is around changes."""
    from cryptography.x509 import load_der_x509_certificate

    signer = xml_signer()
    certificate = load_der_x509_certificate(signer.certificate)
    signed = signing(c14n_algorithm="http://www.w3.org/2006/12/xml-c14n11").sign(
        order, key=signer.key, cert=[certificate]
    )
    assert check(written(signed)).verdict is Verdict.PASSED


def test_encodings_and_what_stands_around_the_root(xml_signer: Signer, check: Verifier) -> None:
    text = '<?xml-stylesheet href="a.css"?><!-- avant --><a xml:lang="fr">é\r\n</a><?fin?>'
    root = etree.fromstring(text.encode())
    make.enveloped(root, xml_signer())
    for encoding in ("UTF-8", "UTF-16", "ISO-8859-1"):
        encoded = etree.tostring(root.getroottree(), encoding=encoding, xml_declaration=True)
        assert check(encoded).verdict is Verdict.PASSED, encoding


def test_a_digest_that_begins_as_a_set_of_attributes_does(
    xml_signer: Signer, check: Verifier
) -> None:
    """One signature in 256: its SignedInfo has a digest whose first byte is that of a SET."""
    for rank in range(2_000):
        draft = make.Draft(xml_signer("ec"), id=f"s{rank}")
        draft.refer("f", TEXT).refer_properties()
        if hashlib.sha256(make.c14n(draft.info)).digest()[0] == 0x31:
            break
    assert check(TEXT, written(draft.sign())).verdict is Verdict.PASSED


MORE = "http://www.w3.org/2007/05/xmldsig-more#"
SHA = "http://www.w3.org/2001/04/xmlenc#sha"


def with_written_pss(
    signer: XmlSigner, inner: str = f"{SHA}256", salt: int = 20, trailer: str = "1"
) -> bytes:
    """A signature whose RSASSA-PSS parameters are written out (RFC 9231, 2.3.9)."""
    draft = make.Draft(signer, method=f"{MORE}rsa-pss")
    method = draft.info.find(f"{{{make.DS}}}SignatureMethod")
    assert method is not None
    written_out = etree.SubElement(method, f"{{{MORE}}}RSAPSSParams")
    make.ds(written_out, "DigestMethod", Algorithm=f"{SHA}256")
    mask = etree.SubElement(
        written_out, f"{{{MORE}}}MaskGenerationFunction", Algorithm=f"{MORE}MGF1"
    )
    make.ds(mask, "DigestMethod", Algorithm=inner)
    etree.SubElement(written_out, f"{{{MORE}}}SaltLength").text = str(salt)
    etree.SubElement(written_out, f"{{{MORE}}}TrailerField").text = trailer
    draft.refer("contrat.txt", TEXT).refer_properties()
    key = signer.key
    assert isinstance(key, rsa.RSAPrivateKey)
    hashed = hashes.SHA256()
    scheme = padding.PSS(padding.MGF1(hashed), 20)
    value = key.sign(make.c14n(draft.info), scheme, hashed)
    node = draft.element.find(f"{{{make.DS}}}SignatureValue")
    assert node is not None
    node.text = base64.b64encode(value).decode()
    return written(draft.element)


def test_the_parameters_of_a_mechanism_may_be_written_out(
    xml_signer: Signer, check: Verifier
) -> None:
    signature = with_written_pss(xml_signer())
    assert check(TEXT, signature).verdict is Verdict.PASSED
    assert check(TEXT + b" ", signature).verdict is Verdict.FAILED
    assert check(TEXT, with_written_pss(xml_signer(), salt=32)).verdict is Verdict.FAILED


@pytest.mark.parametrize("odd", [{"inner": f"{SHA}512"}, {"trailer": "2"}, {"inner": "nothing"}])
def test_parameters_that_nobody_uses_leave_open(
    xml_signer: Signer, check: Verifier, odd: dict[str, Any]
) -> None:
    assert check(TEXT, with_written_pss(xml_signer(), **odd)).verdict is Verdict.INDETERMINATE


def with_edwards(signer: XmlSigner, curve: str) -> bytes:
    """A signature of RFC 9231, 2.3.12: the mechanism signs SignedInfo itself, not a digest."""
    method = f"http://www.w3.org/2021/04/xmldsig-more#eddsa-{curve}"
    draft = make.Draft(signer, method=method)
    draft.refer("contrat.txt", TEXT).refer_properties()
    key = signer.key
    assert isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    node = draft.element.find(f"{{{make.DS}}}SignatureValue")
    assert node is not None
    node.text = base64.b64encode(key.sign(make.c14n(draft.info))).decode()
    return written(draft.element)


@pytest.mark.parametrize("curve", ["ed25519", "ed448"])
def test_a_signature_on_an_edwards_curve_passes(
    xml_signer: Signer, check: Verifier, curve: str
) -> None:
    signature = with_edwards(xml_signer(curve), curve)
    report = check(TEXT, signature)
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.signature_algorithm == curve
    assert check(TEXT + b" ", signature).sub_indication is SubIndication.HASH_FAILURE
    value = etree.fromstring(signature).findtext(f"{{{make.DS}}}SignatureValue", "")
    other = value.swapcase()
    assert check(TEXT, signature.replace(value.encode(), other.encode())).sub_indication is (
        SubIndication.SIG_CRYPTO_FAILURE
    )


def test_an_edwards_mechanism_with_another_key_is_false_or_open(
    xml_signer: Signer, check: Verifier
) -> None:
    signature = with_edwards(xml_signer("ed25519"), "ed448")
    assert check(TEXT, signature).verdict is not Verdict.PASSED


def with_digest_named_otherwise(signer: XmlSigner, held: bytes) -> bytes:
    """A value made as cards once did: the digest of SHA-256 under the name of SHA-224."""
    draft = make.Draft(signer).refer("contrat.txt", TEXT).refer_properties()
    signature = draft.sign()
    named = bytes.fromhex("302f300b0609608648016503040204") + b"\x04\x20"
    digest = held or hashlib.sha256(make.c14n(draft.info)).digest()
    block = b"\x00\x01" + b"\xff" * (256 - 3 - 49) + b"\x00" + named + digest
    assert isinstance(signer.key, rsa.RSAPrivateKey)
    numbers = signer.key.private_numbers()
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    node = signature.find(f"{{{make.DS}}}SignatureValue")
    assert node is not None
    node.text = base64.b64encode(value.to_bytes(256, "big")).decode()
    return written(signature)


def test_a_digest_under_another_name_is_neither_right_nor_false(
    xml_signer: Signer, check: Verifier
) -> None:
    """RFC 8017, 9.2 names the digest in what is signed: neither accepted nor called false."""
    report = check(TEXT, with_digest_named_otherwise(xml_signer(), b""))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    false = check(TEXT, with_digest_named_otherwise(xml_signer(), bytes(32)))
    assert false.sub_indication is SubIndication.SIG_CRYPTO_FAILURE
