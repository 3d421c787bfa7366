"""Digests that honest programs compute otherwise than XML Signature has it: never called false."""

import base64
import hashlib
from collections.abc import Callable

import pytest
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.xades.xades import XAdESSigner

from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import Draft, XmlSigner, ds, written
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Extent,
    Integrity,
    SubIndication,
    Verdict,
)
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office


Signer = Callable[..., XmlSigner]
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
PIECE = '<piece xmlns="urn:example:lot" Id="p"><prix><euros>100</euros></prix></piece>'
NOTED = b"""<commande xmlns="urn:example:commande"><!-- relu --><montant>100</montant></commande>"""
FRENCH = (
    b"""<commande xml:lang="fr" xmlns="urn:example:commande"><montant>100</montant></commande>"""
)


def by_signxml(office: Office, text: bytes, method: CanonicalizationMethod) -> bytes:
    """Sign as signxml does, whose verifier accepts what it makes of a comment or of a language."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key = load_der_private_key(office.pki.key("signer").dump(), None)
    chain = [office.pki.certificate(one) for one in ("signer", "ca", "root")]
    pems = [make_pem(one.dump()) for one in chain]
    signer = XAdESSigner(c14n_algorithm=method)
    return written(signer.sign(etree.fromstring(text), key=key, cert=pems))  # type: ignore[arg-type]


def make_pem(der: bytes) -> str:
    from asn1crypto import pem

    return str(pem.armor("CERTIFICATE", der).decode())


def integrity(report: DocumentReport, rank: int = 0) -> Answer:
    points = report.signatures[rank].points
    return next(one.answer for one in points if one.criterion is Criterion.INTEGRITY)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (NOTED, CanonicalizationMethod.CANONICAL_XML_1_0_WITH_COMMENTS),
        (NOTED, CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS),
        (NOTED, CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0),
        (FRENCH, CanonicalizationMethod.CANONICAL_XML_1_1),
    ],
)
def test_what_signxml_makes_is_open_and_intact(
    text: bytes, method: CanonicalizationMethod, office: Office, check: Verifier
) -> None:
    signed = by_signxml(office, text, method)
    report = check(signed)
    assert (report.verdict, report.sub_indication) == (Verdict.INDETERMINATE, SubIndication.GENERIC)
    assert integrity(report) is Answer.YES
    assert not report.acceptable
    altered = check(signed.replace(b">100<", b">900<"))
    assert (altered.verdict, integrity(altered)) == (Verdict.FAILED, Answer.NO)


def test_a_comment_that_was_signed_may_not_change(office: Office, check: Verifier) -> None:
    method = CanonicalizationMethod.CANONICAL_XML_1_0_WITH_COMMENTS
    changed = by_signxml(office, NOTED, method).replace(b"relu", b"payer")
    assert check(changed).verdict is Verdict.FAILED


@pytest.mark.parametrize("signers", [2, 3])
def test_a_signature_added_beside_those_that_did_not_foresee_it(
    signers: int, order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """The transform leaves out its own signature alone (6.6.4): the first no longer fits."""
    for rank in range(signers):
        draft = Draft(xml_signer(), id=f"s{rank}")
        draft.refer("", make.c14n(order.getroottree()), [make.ENVELOPED, make.EXCLUSIVE])
        order.append(draft.element)
        draft.refer_properties().sign()
    report = check(written(order))
    *first, last = report.signatures
    assert last.verdict is Verdict.PASSED
    for rank, one in enumerate(first):
        assert one.verdict is Verdict.INDETERMINATE
        assert "signed_after" in one.facts.faults
        assert integrity(report, rank) is Answer.YES
    altered = check(written(order).replace(b">100<", b">900<"))
    assert {one.verdict for one in altered.signatures} == {Verdict.FAILED}


def test_what_was_added_with_a_later_signature_is_not_left_out(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    make.enveloped(order, xml_signer(), id="s0")
    etree.SubElement(order, "{urn:example:commande}montant").text = "900"
    make.enveloped(order, xml_signer(), id="s1")
    report = check(written(order))
    assert report.signatures[0].verdict is Verdict.FAILED
    assert report.signatures[1].verdict is Verdict.PASSED


def test_what_stands_in_a_false_signature_passes_nothing(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    make.enveloped(order, xml_signer(), id="s0")
    false = ds(order, "Signature", Id="s1")
    ds(ds(false, "Object"), "montant", "900")
    report = check(written(order))
    assert report.verdict is not Verdict.PASSED
    assert not report.acceptable


def test_a_reference_that_names_nothing_and_leaves_its_signature_out(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """6.6.4: such a transform is only for the document around it; xadesjs writes it so."""
    draft = Draft(xml_signer())
    draft.refer(None, make.c14n(order.getroottree()), [make.ENVELOPED, make.EXCLUSIVE])
    order.append(draft.element)
    draft.refer_properties().sign()
    report = check(written(order))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.scope is not None
    assert report.signatures[0].facts.scope.extent is Extent.WHOLE
    assert check(written(order).replace(b">100<", b">900<")).verdict is Verdict.FAILED
    # The file it came with is not what it signs.
    other = check(b"un autre", written(order))
    assert other.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert other.signatures[0].facts.integrity is Integrity.INTACT


@pytest.mark.parametrize("method", [INCLUSIVE, f"{INCLUSIVE}#WithComments", INCLUSIVE_11])
def test_a_namespace_without_a_prefix_comes_from_above(
    method: str, xml_signer: Signer, check: Verifier
) -> None:
    """As .NET and xmlsec1 write signatures: libxml2 takes the namespace from what is deep below."""
    signer = xml_signer()
    value = base64.b64encode(hashlib.sha256(PIECE.encode()).digest()).decode()
    info = (
        f'<CanonicalizationMethod Algorithm="{method}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{signer.method("sha256")}"></SignatureMethod>'
        '<Reference URI="#p"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">'
        f"</DigestMethod><DigestValue>{value}</DigestValue></Reference></SignedInfo>"
    )
    signed = f'<SignedInfo xmlns="{make.DS}">{info}'.encode()
    signature = base64.b64encode(signer.value(signed, "sha256")).decode()
    certificate = base64.b64encode(signer.certificate).decode()
    document = (
        f'<lot xmlns="urn:example:lot"><Signature xmlns="{make.DS}"><SignedInfo>{info}'
        f"<SignatureValue>{signature}</SignatureValue><KeyInfo><X509Data><X509Certificate>"
        f"{certificate}</X509Certificate></X509Data></KeyInfo></Signature>"
        '<piece Id="p"><prix><euros>100</euros></prix></piece></lot>'
    )
    (found,) = check(document.encode()).signatures
    assert found.facts.integrity is Integrity.INTACT
    (altered,) = check(document.replace("100", "900").encode()).signatures
    assert altered.verdict is Verdict.FAILED
