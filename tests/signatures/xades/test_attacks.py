"""XAdES signatures that must not be believed: each known attack, and what must be said of it."""

import base64
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import DS, XADES, Clock, XmlSigner, written
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Error,
    Extent,
    Level,
    SubIndication,
    Verdict,
)
from tests.signatures.conftest import Verifier
from tests.signatures.pki import NOW


Signer = Callable[..., XmlSigner]
TEXT = b"Contrat de cent euros\n" * 10


def element(signature: etree._Element, name: str, namespace: str = DS) -> etree._Element:
    found = signature.find(f".//{{{namespace}}}{name}")
    assert found is not None
    return found


def faults(report: object) -> set[str]:
    return {fault for one in report.signatures for fault in one.facts.faults}  # type: ignore[attr-defined]


def test_an_altered_document_is_refused(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signed = written(make.enveloped(order, xml_signer()))
    report = check(signed.replace(b">100<", b">900<"))
    assert (report.verdict, report.sub_indication) == (Verdict.FAILED, SubIndication.HASH_FAILURE)
    given = {point.criterion: point.answer for point in report.signatures[0].points}
    assert given[Criterion.INTEGRITY] is Answer.NO
    assert given[Criterion.IDENTITY] is not Answer.YES


def test_altered_signed_properties_are_refused(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    element(signature, "SigningTime", XADES).text = "2020-01-01T00:00:00+00:00"
    report = check(written(order))
    assert report.sub_indication is SubIndication.HASH_FAILURE
    assert report.signatures[0].facts.declared_at is None


@pytest.mark.parametrize("label", ["signer", "ec"])
def test_an_altered_value_is_refused(
    order: etree._Element, xml_signer: Signer, check: Verifier, label: str
) -> None:
    value = element(make.enveloped(order, xml_signer(label)), "SignatureValue")
    raw = bytearray(base64.b64decode(value.text))
    raw[-1] ^= 1
    value.text = base64.b64encode(bytes(raw)).decode()
    report = check(written(order))
    assert report.verdict is Verdict.FAILED
    assert report.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


def test_a_reference_added_later_is_refused(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    info = element(make.enveloped(order, xml_signer()), "SignedInfo")
    info.remove(info.findall(f"{{{DS}}}Reference")[0])
    assert check(written(order)).sub_indication is SubIndication.SIG_CRYPTO_FAILURE


def wrapped(order: etree._Element, signer: XmlSigner) -> etree._Element:
    """A document whose signature is over one element, by its identifier."""
    order.set("Id", "commande")
    root = etree.Element("dossier")
    root.append(order)
    make.beside(order, signer)
    return root


def test_signature_wrapping_says_what_nobody_signed(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """The signed element is moved aside, and another takes its place."""
    root = wrapped(order, xml_signer())
    forged = deepcopy(order)
    del forged.attrib["Id"]
    forged[1].text = "900000"
    root.insert(0, forged)
    aside = etree.SubElement(root, "archives")
    aside.append(order)
    report = check(written(root))
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable
    assert faults(report) == {"part_signed"}
    scope = report.signatures[0].facts.scope
    assert scope is not None
    assert scope.left_out == ("commande",)


def test_a_style_sheet_that_nobody_signed_is_named(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """The root is signed by its identifier; what is around it may show it otherwise."""
    order.set("Id", "commande")
    content = make.c14n(order)
    draft = make.Draft(xml_signer()).refer("#commande", content, [make.ENVELOPED, make.EXCLUSIVE])
    order.append(draft.element)
    sealed = etree.tostring(draft.refer_properties().sign().getroottree())
    assert check(sealed).verdict is Verdict.PASSED
    report = check(b'<?xml-stylesheet href="faux.xsl"?>' + sealed)
    assert (report.verdict, faults(report)) == (Verdict.INDETERMINATE, {"part_signed"})


def test_a_manifest_that_nobody_signed_is_seen(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    manifest = make.ds(make.ds(signature, "Object"), "Manifest")
    make.ds(manifest, "Reference", URI="mille-euros.txt")
    assert faults(check(written(order))) == {"part_signed"}


def test_the_value_of_a_signature_that_is_gone(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """A true counter-signature, with the value it is over, beside another document."""
    signature = make.enveloped(order, xml_signer())
    counter = make.counter_sign(signature, xml_signer("ec"))
    root = etree.fromstring(b"<contrat><montant>900000</montant></contrat>")
    root.append(element(signature, "SignatureValue"))
    root.append(counter)
    report = check(written(root))
    assert report.verdict is Verdict.INDETERMINATE
    assert faults(report) == {"nothing_signed"}


def test_an_element_among_base64_is_covered_by_nothing(xml_signer: Signer, check: Verifier) -> None:
    signature = make.enveloping(TEXT, xml_signer())
    content = signature.findall(f"{{{DS}}}Object")[-1]
    etree.SubElement(content, "clause", texte="Mille euros de plus")
    assert check(written(signature)).verdict is Verdict.INDETERMINATE


def test_two_elements_under_one_identifier_are_not_decided(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    for name in ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"):
        root = wrapped(deepcopy(order), xml_signer())
        root.insert(0, etree.Element("commande", {name: "commande"}))
        report = check(written(root))
        assert report.verdict is Verdict.INDETERMINATE, name
        assert faults(report) == {"ambiguous_reference"}


def test_content_hidden_in_the_signature_is_seen(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    make.ds(signature, "Object", "Vous devez aussi mille euros.")
    assert faults(check(written(order))) == {"part_signed"}
    enveloping = make.enveloping(TEXT, xml_signer())
    make.ds(enveloping, "Object", base64.b64encode(b"un autre contrat").decode())
    assert faults(check(written(enveloping))) == {"part_signed"}


def test_another_set_of_signed_properties_is_not_read(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """Properties put first in an object of their own, which nobody signed."""
    signature = make.enveloped(order, xml_signer())
    holder = element(signature, "Object")
    fake = deepcopy(holder)
    fake.find(f".//{{{XADES}}}SignedProperties").set("Id", "other")
    fake.find(f".//{{{XADES}}}SigningTime").text = "2001-01-01T00:00:00+00:00"
    holder.addprevious(fake)
    report = check(written(order))
    declared = report.signatures[0].facts.declared_at
    assert declared is not None
    assert declared.year == NOW.year


def test_signed_properties_elsewhere_are_not_those_of_the_signature(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    properties = element(signature, "SignedProperties", XADES)
    order.insert(0, properties)
    report = check(written(order))
    assert report.verdict is not Verdict.PASSED


@pytest.mark.parametrize(
    "transform",
    [
        make.xpath("ancestor-or-self::montant"),
        make.xpath("not(ancestor-or-self::ds:Signature) and self::objet"),
        make.xpath("//objet", subtract=True),
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "urn:example:transformation",
    ],
    ids=["xpath", "and", "filter2", "xslt", "unknown"],
)
def test_an_unknown_transform_decides_nothing(
    order: etree._Element,
    xml_signer: Signer,
    check: Verifier,
    transform: str | etree._Element,
) -> None:
    make.enveloped(order, xml_signer(), [deepcopy(transform), make.EXCLUSIVE])
    report = check(written(order))
    assert (report.verdict, report.sub_indication) == (
        Verdict.INDETERMINATE,
        SubIndication.GENERIC,
    )
    assert "transformation non prise en charge" in report.signatures[0].summary[-1]


def test_a_prefix_that_is_not_that_of_xml_signature_is_not_believed(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    transform = etree.Element(
        f"{{{DS}}}Transform", {"Algorithm": make.XPATH}, nsmap={"d": DS, "ds": "urn:autre"}
    )
    etree.SubElement(transform, f"{{{DS}}}XPath").text = "not(ancestor-or-self::ds:Signature)"
    make.enveloped(order, xml_signer(), [transform, make.EXCLUSIVE])
    assert faults(check(written(order))) == {"unsupported_transform"}


def test_a_signature_over_nothing_one_reads(xml_signer: Signer, check: Verifier) -> None:
    root = etree.fromstring(b"<contrat>Mille euros</contrat>")
    draft = make.Draft(xml_signer())
    root.append(draft.element)
    draft.refer_properties().sign()
    report = check(written(root))
    assert report.verdict is Verdict.INDETERMINATE
    assert faults(report) == {"nothing_signed"}
    scope = report.signatures[0].facts.scope
    assert scope is not None
    assert scope.extent is Extent.NOTHING


def test_a_filter_that_leaves_everything_out_is_not_believed(
    xml_signer: Signer, check: Verifier
) -> None:
    draft = make.Draft(xml_signer())
    make.ds(draft.element, "Object", "Mille euros", Id="o")
    draft.refer("#o", b"", [make.xpath("not(ancestor-or-self::ds:Signature)")])
    report = check(written(draft.refer_properties().sign()))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_certificate_that_is_not_the_one_named(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    draft = make.Draft(xml_signer())
    draft.rename_certificate(xml_signer("ec").certificate)
    draft.refer("", make.c14n(order.getroottree()), [make.ENVELOPED, make.EXCLUSIVE])
    order.append(draft.element)
    report = check(written(draft.refer_properties().sign()))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND


def test_the_certificate_of_somebody_else_is_refused(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """The key of one, the certificate of another, and a bare KeyValue that fits the value."""
    key = rsa.generate_private_key(65537, 2048)
    honest = xml_signer()
    forger = XmlSigner(key, honest.certificate, honest.others)
    draft = make.Draft(forger)
    numbers = key.public_key().public_numbers()
    value = make.ds(make.ds(element(draft.element, "KeyInfo"), "KeyValue"), "RSAKeyValue")
    for name, number in (("Modulus", numbers.n), ("Exponent", numbers.e)):
        raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
        make.ds(value, name, base64.b64encode(raw).decode())
    draft.refer("", make.c14n(order.getroottree()), [make.ENVELOPED, make.EXCLUSIVE])
    order.append(draft.element)
    report = check(written(draft.refer_properties().sign()))
    assert (report.verdict, report.sub_indication) == (
        Verdict.FAILED,
        SubIndication.SIG_CRYPTO_FAILURE,
    )


def test_a_shared_secret_is_nobodys_signature(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """HMAC with the public key as its secret: the oldest confusion of algorithms."""
    make.enveloped(order, xml_signer(), method="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    report = check(written(order))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def test_sha_1_is_not_relied_upon(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    report = check(written(make.enveloped(order, xml_signer(), digest="sha1")))
    assert (report.verdict, report.sub_indication) == (
        Verdict.INDETERMINATE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    )


def test_one_reference_by_sha_1_is_enough(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    draft = make.Draft(xml_signer(), digest="sha1")
    draft.refer("", make.c14n(order.getroottree()), [make.ENVELOPED, make.EXCLUSIVE])
    draft.digest = "sha256"
    element(draft.element, "SignatureMethod").set("Algorithm", draft.signer.method("sha256"))
    order.append(draft.element)
    report = check(written(draft.refer_properties().sign()))
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


@pytest.mark.parametrize("name", ["SignatureValue", "SignedInfo", "DigestValue"])
def test_a_signature_without_its_parts_is_not_judged(
    order: etree._Element, xml_signer: Signer, check: Verifier, name: str
) -> None:
    part = element(make.enveloped(order, xml_signer()), name)
    part.getparent().remove(part)
    assert check(written(order)).verdict is not Verdict.PASSED


def test_a_comment_does_not_cut_a_digest(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    value = element(make.enveloped(order, xml_signer()), "DigestValue")
    text = value.text
    value.text = text[:5]
    comment = etree.Comment("coupe")
    comment.tail = text[5:]
    value.append(comment)
    assert check(written(order)).verdict is Verdict.PASSED


def test_a_stranger_is_not_recognised(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    report = check(written(make.enveloped(order, xml_signer("stranger"))))
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_revoked_certificate_is_not_accepted(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    report = check(written(make.enveloped(order, xml_signer("revoked"))))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.REVOKED_NO_POE


def test_a_time_stamp_of_another_signature_proves_nothing(
    order: etree._Element, xml_signer: Signer, xml_clock: Callable[..., Clock], check: Verifier
) -> None:
    at = NOW - timedelta(days=2)
    first = make.enveloped(etree.Element("autre"), xml_signer())
    make.stamp(first, xml_clock(at))
    copied = element(first, "SignatureTimeStamp", XADES)
    second = make.enveloped(order, xml_signer())
    make.added_to(second).append(copied)
    facts = check(written(order)).signatures[0].facts
    assert (facts.level, facts.proven_at) == (Level.B_B, None)
    assert facts.timestamps[0].verdict is Verdict.FAILED


def test_a_counter_signature_over_something_else(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """A sound signature of other words, put where a counter-signature stands."""
    signature = make.enveloped(order, xml_signer())
    other = make.enveloping(b"autre chose", xml_signer(), id="autre")
    make.xades(make.added_to(signature), "CounterSignature").append(other)
    report = check(written(order))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.signatures[1].facts.faults == ("nothing_signed",)


def test_a_false_counter_signature_is_seen(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    signature = make.enveloped(order, xml_signer())
    counter = make.counter_sign(signature, xml_signer("ec"))
    digest = element(counter, "DigestValue")
    digest.text = base64.b64encode(b"\0" * 32).decode()
    report = check(written(order))
    assert [one.verdict for one in report.signatures] == [Verdict.PASSED, Verdict.FAILED]
    assert report.verdict is Verdict.FAILED


BOMB = b"".join(
    b'<!ENTITY l%d "%s">' % (rank, b"&l%d;" % (rank - 1) * 10 if rank else b"ha" * 10)
    for rank in range(9)
)


@pytest.mark.parametrize(
    "prolog",
    [
        b"<!DOCTYPE commande>",
        b'<!DOCTYPE commande [<!ENTITY e "900">]>',
        b'<!DOCTYPE commande SYSTEM "http://169.254.169.254/dtd">',
        b'<!DOCTYPE commande [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b"<!DOCTYPE commande [" + BOMB + b"]>",
        b"<!-- avant --> <?pi x?>\n<!DOCTYPE commande>",
    ],
    ids=["empty", "entity", "outside", "file", "laughs", "later"],
)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_document_type_is_refused(
    order: etree._Element, xml_signer: Signer, check: Verifier, prolog: bytes, encoding: str
) -> None:
    make.enveloped(order, xml_signer())
    text = prolog + etree.tostring(order)
    report = check(text if encoding == "UTF-8" else text.decode().encode("UTF-16"))
    assert (report.verdict, report.error) == (None, Error.UNREADABLE)
    assert "type de document" in report.explanation


def test_too_many_signatures(order: etree._Element, xml_signer: Signer, check: Verifier) -> None:
    signature = make.enveloped(order, xml_signer())
    for _ in range(Limits().signatures):
        order.append(deepcopy(signature))
    assert check(written(order)).error is Error.TOO_MANY_SIGNATURES


def test_what_costs_too_much_is_refused_before_it_is_read(check: Verifier) -> None:
    named = b'<a xmlns="http://www.w3.org/2000/09/xmldsig#">'
    flat = named + b"<b/>" * 2_000_000 + b"</a>"
    heavy = named + b" " * (10 * 1024 * 1024) + b"</a>"
    deep = named + b"<b>" * 100_000
    assert check(flat).error is Error.TOO_LARGE
    assert check(heavy).error is Error.TOO_LARGE
    assert check(deep).error is Error.UNREADABLE


@pytest.mark.parametrize(
    "content",
    [
        b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#">sans signature</a>',
        b"<trust xmlns='urn:x'>http://www.w3.org/2000/09/xmldsig#</trust>",
    ],
)
def test_xml_without_a_signature(content: bytes, check: Verifier) -> None:
    assert check(content).error is Error.NO_SIGNATURE


def test_the_old_estonian_format_is_named(
    order: etree._Element, xml_signer: Signer, check: Verifier
) -> None:
    """Its own canonicalisation would make an honest file look altered."""
    root = etree.fromstring(b'<SignedDoc format="DIGIDOC-XML" version="1.3"/>')
    root.append(order)
    make.enveloped(root, xml_signer())
    report = check(written(root))
    assert (report.verdict, report.error) == (None, Error.UNSUPPORTED)
    assert "DDOC" in report.explanation


def test_an_empty_signature_is_not_judged(check: Verifier) -> None:
    report = check(b'<a><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></a>')
    assert report.verdict is Verdict.INDETERMINATE
    assert faults(report) == {"unreadable"}
