"""What stands where no reference looks: inside a signature, around base64, in another file."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import etree

from communaute.domain.signatures.museum import container as boxes
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import DS, XADES, XmlSigner, written
from communaute.domain.signatures.vocabulary import Kind, Verdict
from tests.signatures.conftest import Verifier


Signer = Callable[..., XmlSigner]
Adds = Callable[[etree._Element], object]
TEXT = b"Contrat de cent euros\n" * 10
NOT_IN_SIGNATURE = "not(ancestor-or-self::ds:Signature)"


def faults(document: bytes, check: Verifier, detached: bytes | None = None) -> set[str]:
    report = check(document, detached)
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable
    return {fault for one in report.signatures for fault in one.facts.faults}


def amount(parent: etree._Element | None) -> None:
    assert parent is not None
    etree.SubElement(parent, "montant").text = "900000"


def among_the_value(signature: etree._Element) -> None:
    value = signature.find(f"{{{DS}}}SignatureValue")
    text, value.text = value.text, None
    etree.SubElement(value, "montant", valeur="900000").text = text


def noted(holder: etree._Element | None, aside: etree._Element) -> None:
    assert holder is not None
    holder.append(aside)


HIDDEN: dict[str, Adds] = {
    "comment": lambda s: noted(s.find(f"{{{DS}}}KeyInfo"), etree.Comment("Payez 900000")),
    "instruction": lambda s: noted(
        s.find(f"{{{DS}}}SignatureValue"), etree.ProcessingInstruction("payez", "900000")
    ),
    "child": amount,
    "text": lambda s: setattr(s, "text", "Payez 900000"),
    "attribute": lambda s: s.set("montant", "900000"),
    "key": lambda s: amount(s.find(f"{{{DS}}}KeyInfo")),
    "value": among_the_value,
    "attribute of the value": lambda s: s.find(f"{{{DS}}}SignatureValue").set("montant", "900000"),
    "unsigned": lambda s: amount(make.added_to(s)),
    "qualifying": lambda s: amount(s.find(f".//{{{XADES}}}QualifyingProperties")),
    "other properties": lambda s: amount(
        make.xades(make.ds(s, "Object"), "QualifyingProperties", Target="#s")
    ),
}


@pytest.mark.parametrize("adds", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_anywhere_in_a_signature_is_seen(
    adds: Adds, order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    adds(make.enveloped(order, xml_signer()))
    assert faults(written(order), check) == {"part_signed"}


def test_what_is_hidden_in_a_counter_signature_is_seen(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    counter = make.counter_sign(make.enveloped(order, xml_signer()), xml_signer("ec"))
    assert check(written(order)).verdict is Verdict.PASSED
    make.ds(counter, "Object", "Vous devez aussi mille euros.")
    assert faults(written(order), check) == {"part_signed"}


def test_what_signatures_are_made_of_is_not_taken_for_content(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    key = signature.find(f"{{{DS}}}KeyInfo")
    make.ds(key, "KeyName", "clé de 2026")
    etree.SubElement(key, "{http://www.w3.org/2009/xmldsig11#}DEREncodedKeyValue").text = "AA=="
    records = etree.SubElement(
        make.added_to(signature), "{http://uri.etsi.org/19132/v1.1.1#}SealingEvidenceRecords"
    )
    etree.SubElement(records, "{urn:ietf:params:xml:ns:ers}EvidenceRecord", Version="1.0")
    assert check(written(order)).verdict is Verdict.PASSED


def test_attributes_beside_base64_are_covered_by_nothing(
    xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloping(TEXT, xml_signer())
    content = signature.findall(f"{{{DS}}}Object")[-1]
    content.set("MimeType", "text/plain")
    assert check(written(signature)).verdict is Verdict.PASSED
    content.set("montant", "900000")
    assert faults(written(signature), check) == {"unsupported_transform"}


@pytest.mark.parametrize(
    ("tag", "verdict"), [("CONTENT", Verdict.PASSED), ("penalite", Verdict.INDETERMINATE)]
)
def test_the_name_of_base64_is_covered_by_nothing(
    tag: str, verdict: Verdict, xml_signer: Signer, check: Verifier
) -> None:
    root = etree.fromstring('<dossier><avoir Id="m">MTAw</avoir></dossier>')
    draft = make.Draft(xml_signer()).refer("#m", b"100", [make.BASE64])
    root.append(draft.element)
    draft.refer_properties().sign()
    root[0].tag = tag
    assert check(written(root)).verdict is verdict


def test_a_filter_does_not_hide_the_signatures_of_another_file(
    xml_signer: Signer, check: Verifier
) -> None:
    content = b"<contrat><montant>100</montant></contrat>"
    filters = [make.xpath(NOT_IN_SIGNATURE), make.EXCLUSIVE]
    draft = make.Draft(xml_signer()).refer("contrat.xml", content, filters)
    signature = draft.refer_properties().sign()
    assert check(content, written(signature)).verdict is Verdict.PASSED
    hidden = f'<Signature xmlns="{DS}"><montant xmlns="">900000</montant></Signature>'.encode()
    false = content.replace(b"</contrat>", hidden + b"</contrat>")
    assert faults(false, check, written(signature)) == {"unsupported_transform"}
    inside = {"signatures0.xml": boxes.xades_file([deepcopy(signature)])}
    sealed = boxes.container({"contrat.xml": false}, inside)
    assert faults(sealed, check) == {"unsupported_transform"}


def wrapped(order: etree._Element, signer: XmlSigner) -> etree._Element:
    root = etree.Element("dossier")
    order.set("Id", "commande")
    root.append(order)
    make.beside(order, signer)
    return root


def test_an_attribute_is_silent_by_its_whole_name(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    root = wrapped(order, xml_signer())
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "fr")
    assert check(written(root)).verdict is Verdict.PASSED
    root.set("{urn:example}id", "Payez 900000")
    assert faults(written(root), check) == {"part_signed"}


def test_the_type_of_an_object_says_nothing_of_its_content(
    xml_signer: Signer, check: Verifier
) -> None:
    draft = make.Draft(xml_signer())
    holder = make.ds(draft.element, "Object", MimeType="text/xml", Encoding="utf-8")
    content = etree.SubElement(holder, "contrat", Id="contrat")
    draft.refer("#contrat", make.c14n(content), [make.EXCLUSIVE])
    assert check(written(draft.refer_properties().sign())).verdict is Verdict.PASSED


def test_xml_in_any_utf_16(order: etree._Element, xml_signer: Signer, check: Verifier) -> None:
    make.enveloped(order, xml_signer())
    text = written(order).decode().replace("UTF-8", "UTF-16")
    for encoded in (text.encode("utf-16"), b"\xfe\xff" + text.encode("utf-16-be")):
        assert check(encoded).verdict is Verdict.PASSED


def test_xml_that_speaks_of_pdf_is_xml_unless_it_may_be_shown_as_pdf(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """A comment is not signed: with the objects of a PDF in it, a reader would show them."""
    order.text = "Le format %PDF-1.7 est admis"
    make.enveloped(order, xml_signer())
    assert check(written(order)).verdict is Verdict.PASSED
    report = check(b"<!-- %PDF-1.4\n1 0 obj << >> endobj -->" + etree.tostring(order))
    assert (report.kind, report.verdict) == (Kind.PDF, None)


@pytest.mark.parametrize(
    "aside", [etree.Comment("Payez 900000"), etree.ProcessingInstruction("payez", "900000")]
)
def test_what_is_noted_around_a_signed_element_is_seen(
    aside: etree._Element, order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    root = wrapped(order, xml_signer())
    root.insert(0, deepcopy(aside))
    assert faults(written(root), check) == {"part_signed"}


def test_a_comment_before_the_root_is_seen_where_elements_are_signed(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    root = wrapped(order, xml_signer())
    root.addprevious(etree.Comment("Payez 900000"))
    assert faults(written(root), check) == {"part_signed"}


def test_the_names_around_a_signed_element_are_said_to_be_nobody_s(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """A name can be read, and a whole sentence be put in it."""
    root = wrapped(order, xml_signer())
    root.tag = "ContratDeMilleEuros"
    report = check(written(root))
    assert report.verdict is Verdict.PASSED
    assert any("ContratDeMilleEuros" in said for said in report.signatures[0].summary)
    whole = check(written(make.enveloped(etree.fromstring("<a>cent</a>"), xml_signer())))
    assert not any("entoure" in said for said in whole.signatures[0].summary)


def test_the_default_namespace_among_the_prefixes_of_a_canonicalisation(
    xml_signer: Signer, check: Verifier
) -> None:
    """« #default » in a PrefixList (Exclusive XML Canonicalization, 4), as WS-Security has it."""
    root = etree.fromstring('<c xmlns="urn:d" xmlns:x="urn:x"><x:p Id="p"><x:m>100</x:m></x:p></c>')
    canonical = b'<x:p xmlns="urn:d" xmlns:x="urn:x" Id="p"><x:m>100</x:m></x:p>'
    method = etree.Element(f"{{{DS}}}Transform", Algorithm=make.EXCLUSIVE)
    listed = {"PrefixList": "#default"}
    etree.SubElement(method, f"{{{make.EXCLUSIVE}}}InclusiveNamespaces", listed)
    draft = make.Draft(xml_signer()).refer("#p", canonical, [method])
    root.append(draft.element)
    draft.refer_properties().sign()
    text = written(root)
    assert check(text).verdict is Verdict.PASSED
    assert check(text.replace(b"urn:d", b"urn:e")).verdict is Verdict.FAILED
    assert check(text.replace(b">100<", b">900<")).verdict is Verdict.FAILED
