"""The XML pieces of the museum."""

import base64
from collections.abc import Callable, Mapping
from copy import deepcopy

from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from communaute.domain.signatures.museum import xml_signer as xml
from communaute.domain.signatures.museum.authorities import Authorities
from communaute.domain.signatures.museum.xml_signer import DS, Draft, XmlSigner, written


Maker = Callable[[Authorities], bytes]
_ORDER = (
    b'<commande xmlns="urn:example:commande"><objet>Papier</objet><montant>100</montant></commande>'
)


def _order() -> etree._Element:
    return etree.fromstring(_ORDER)


def _enveloped(
    of: Authorities, digest: str = "sha256", method: str = ""
) -> tuple[etree._Element, etree._Element]:
    root = _order()
    return root, xml.enveloped(root, of.xml(of.signer), digest=digest, method=method)


def _find(signature: etree._Element, name: str, namespace: str = DS) -> etree._Element:
    return signature.find(f".//{{{namespace}}}{name}")


def _xml_altered(of: Authorities) -> bytes:
    return written(_enveloped(of)[0]).replace(b">100<", b">900<")


def _xml_value(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    node = _find(signature, "SignatureValue")
    raw = bytearray(base64.b64decode(node.text))
    raw[-1] ^= 1
    node.text = base64.b64encode(bytes(raw)).decode()
    return written(root)


def _beside(of: Authorities) -> etree._Element:
    order = _order()
    order.set("Id", "commande")
    root = etree.Element("dossier")
    root.append(order)
    xml.beside(order, of.xml(of.signer))
    return root


def _xml_wrapped(of: Authorities) -> bytes:
    root = _beside(of)
    true = root[0]
    false = deepcopy(true)
    del false.attrib["Id"]
    false[1].text = "900000"
    root.insert(0, false)
    etree.SubElement(root, "archives").append(true)
    return written(root)


def _xml_twice(of: Authorities) -> bytes:
    root = _beside(of)
    root.insert(0, etree.Element("commande", {"ID": "commande"}))
    return written(root)


def _xml_object(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    xml.ds(signature, "Object", "Vous devez aussi mille euros.")
    return written(root)


def _xml_nothing(of: Authorities) -> bytes:
    root, draft = _order(), Draft(of.xml(of.signer))
    root.append(draft.element)
    draft.refer_properties().sign()
    return written(root)


def _xml_filtered(of: Authorities, transform: etree._Element) -> bytes:
    root = _order()
    xml.enveloped(root, of.xml(of.signer), [transform, xml.EXCLUSIVE])
    return written(root)


def _xml_bare_key(of: Authorities) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    root, draft = _order(), Draft(XmlSigner(key, of.signer.der, (of.authority.der,)))
    numbers = key.public_key().public_numbers()
    value = xml.ds(xml.ds(_find(draft.element, "KeyInfo"), "KeyValue"), "RSAKeyValue")
    for name, number in (("Modulus", numbers.n), ("Exponent", numbers.e)):
        raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
        xml.ds(value, name, base64.b64encode(raw).decode())
    return _finished(root, draft)


def _xml_misnamed(of: Authorities) -> bytes:
    root, draft = _order(), Draft(of.xml(of.signer))
    draft.rename_certificate(of.second.der)
    return _finished(root, draft)


def _finished(root: etree._Element, draft: Draft) -> bytes:
    content = xml.c14n(root.getroottree())
    draft.refer("", content, [xml.ENVELOPED, xml.EXCLUSIVE])
    root.append(draft.element)
    draft.refer_properties().sign()
    return written(root)


def _xml_false_counter(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    other = xml.enveloping(b"autre chose", of.xml(of.second), id="autre")
    xml.xades(xml.added_to(signature), "CounterSignature").append(other)
    return written(root)


def _xml_broken_counter(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    counter = xml.counter_sign(signature, of.xml(of.second))
    _find(counter, "DigestValue").text = base64.b64encode(bytes(32)).decode()
    return written(root)


def _xml_with(prolog: bytes) -> Maker:
    return lambda of: prolog + etree.tostring(_enveloped(of)[0])


def _bomb() -> bytes:
    lines = [b'<!ENTITY l0 "ha">']
    lines += [b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)]
    return b"<!DOCTYPE commande [" + b"".join(lines) + b"]>"


def _xml_huge(of: Authorities) -> bytes:
    text: bytes = etree.tostring(_enveloped(of)[0])
    return text.replace(b"</objet>", b"<a/>" * 1_000_000 + b"</objet>")


def _xml_comment(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    node = _find(signature, "DigestValue")
    comment = etree.Comment("sans effet")
    node.text, comment.tail = node.text[:5], node.text[5:]
    node.append(comment)
    return written(root)


def _xml_utf16(of: Authorities) -> bytes:
    root, _ = _enveloped(of)
    text: bytes = etree.tostring(root, encoding="UTF-16", xml_declaration=True)
    return text


def _xml_countersigned(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    xml.counter_sign(signature, of.xml(of.second))
    return written(root)


def _xml_stamped(of: Authorities) -> bytes:
    root, signature = _enveloped(of)
    xml.stamp(signature, of.stamp)
    return written(root)


MAKERS: Mapping[str, Maker] = {
    "xml-contenu": _xml_altered,
    "xml-valeur": _xml_value,
    "xml-enveloppe-deplacee": _xml_wrapped,
    "xml-deux-identifiants": _xml_twice,
    "xml-objet-ajoute": _xml_object,
    "xml-rien-de-signe": _xml_nothing,
    "xml-xpath": lambda of: _xml_filtered(of, xml.xpath("ancestor-or-self::objet")),
    "xml-cle-nue": _xml_bare_key,
    "xml-certificat-nomme": _xml_misnamed,
    "xml-secret-partage": lambda of: written(
        _enveloped(of, method="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")[0]
    ),
    "xml-sha1": lambda of: written(_enveloped(of, digest="sha1")[0]),
    "xml-fausse-contre-signature": _xml_false_counter,
    "xml-contre-signature-alteree": _xml_broken_counter,
    "xml-type-de-document": _xml_with(b'<!DOCTYPE commande [<!ENTITY e "900">]>'),
    "xml-bombe": _xml_with(_bomb()),
    "xml-immense": _xml_huge,
    "xml-xpath-connu": lambda of: _xml_filtered(
        of, xml.xpath("not(ancestor-or-self::ds:Signature)")
    ),
    "xml-filtre-connu": lambda of: _xml_filtered(
        of, xml.xpath("/descendant::ds:Signature", subtract=True)
    ),
    "xml-commentaire": _xml_comment,
    "xml-utf16": _xml_utf16,
    "xml-a-cote": lambda of: written(_beside(of)),
    "xml-contre-signee": _xml_countersigned,
    "xml-horodatee": _xml_stamped,
}
