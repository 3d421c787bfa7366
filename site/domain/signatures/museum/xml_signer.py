"""Sign XML as XAdES, step by step, so that each step may be left out or done wrong."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512, HashAlgorithm
from lxml import etree


DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
BASE64 = f"{DS}base64"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
COUNTERSIGNED = "http://uri.etsi.org/01903#CountersignedSignature"
_NAMES = {"ds": DS, "xades": XADES}
_DIGESTS: dict[str, tuple[str, HashAlgorithm]] = {
    "sha1": (f"{DS}sha1", SHA1()),  # noqa: S303 - what a verifier must not rely upon
    "sha256": ("http://www.w3.org/2001/04/xmlenc#sha256", SHA256()),
    "sha512": ("http://www.w3.org/2001/04/xmlenc#sha512", SHA512()),
}

Clock = Callable[[bytes], bytes]
"""Give the time-stamp token (DER of a ContentInfo) over some bytes."""


def c14n(node: etree._Element | etree._ElementTree) -> bytes:
    """Canonicalise, exclusive: what is around an element then does not matter."""
    canonical: bytes = etree.tostring(node, method="c14n", exclusive=True, with_comments=False)
    return canonical


def ds(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Add an element of XML Signature."""
    return _add(parent, f"{{{DS}}}{name}", text, attributes)


def xades(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Add an element of XAdES."""
    return _add(parent, f"{{{XADES}}}{name}", text, attributes)


def _add(parent: etree._Element, tag: str, text: str, attributes: dict[str, str]) -> etree._Element:
    added = etree.SubElement(parent, tag, attributes)
    added.text = text or None
    return added


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@dataclass(frozen=True)
class XmlSigner:
    """A key, its certificate, and those that go with it (DER)."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: bytes
    others: tuple[bytes, ...] = ()

    def value(self, content: bytes, digest: str) -> bytes:
        """Sign, as XML Signature writes it."""
        hashed = _DIGESTS[digest][1]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(content, padding.PKCS1v15(), hashed)
        r, s = utils.decode_dss_signature(self.key.sign(content, ec.ECDSA(hashed)))
        size = (self.key.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def method(self, digest: str) -> str:
        """Name the mechanism."""
        kind = "rsa" if isinstance(self.key, rsa.RSAPrivateKey) else "ecdsa"
        base = (
            DS if (kind, digest) == ("rsa", "sha1") else "http://www.w3.org/2001/04/xmldsig-more#"
        )
        return f"{base}{kind}-{digest}"


@dataclass
class Draft:
    """A signature being made: put `element` where it belongs, refer, then `sign`."""

    signer: XmlSigner
    id: str = "s"
    digest: str = "sha256"
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    names_certificate: bool = True
    method: str = ""
    element: etree._Element = field(init=False)
    info: etree._Element = field(init=False)
    properties: etree._Element = field(init=False)

    def __post_init__(self) -> None:
        self.element = etree.Element(f"{{{DS}}}Signature", {"Id": self.id}, nsmap=_NAMES)
        self.info = ds(self.element, "SignedInfo")
        ds(self.info, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
        method = self.method or self.signer.method(self.digest)
        ds(self.info, "SignatureMethod", Algorithm=method)
        ds(self.element, "SignatureValue", Id=f"{self.id}-value")
        shown = ds(ds(self.element, "KeyInfo"), "X509Data")
        for der in (self.signer.certificate, *self.signer.others):
            ds(shown, "X509Certificate", _encoded(der))
        holder = ds(self.element, "Object")
        qualifying = xades(holder, "QualifyingProperties", Target=f"#{self.id}")
        self.properties = xades(qualifying, "SignedProperties", Id=f"{self.id}-properties")
        inner = xades(self.properties, "SignedSignatureProperties")
        xades(inner, "SigningTime", self.at.replace(microsecond=0).isoformat())
        if self.names_certificate:
            self._name_certificate(inner, self.signer.certificate)

    def rename_certificate(self, der: bytes) -> None:
        """Name another certificate than the signer's in what is signed."""
        inner = self.properties[0]
        for listed in inner.findall(f"{{{XADES}}}SigningCertificateV2"):
            inner.remove(listed)
        self._name_certificate(inner, der)

    def _name_certificate(self, inner: etree._Element, der: bytes) -> None:
        listed = xades(xades(inner, "SigningCertificateV2"), "Cert")
        digest = xades(listed, "CertDigest")
        ds(digest, "DigestMethod", Algorithm=_DIGESTS["sha256"][0])
        ds(digest, "DigestValue", _encoded(hashlib.sha256(der).digest()))

    def refer(
        self,
        uri: str | None,
        content: bytes,
        transforms: Sequence[str | etree._Element] = (),
        kind: str = "",
    ) -> "Draft":
        """Add a reference; `content` is what its transforms give."""
        attributes = ({"URI": uri} if uri is not None else {}) | ({"Type": kind} if kind else {})
        reference = ds(self.info, "Reference", **attributes)
        if transforms:
            listed = ds(reference, "Transforms")
            for one in transforms:
                if isinstance(one, str):
                    ds(listed, "Transform", Algorithm=one)
                else:
                    listed.append(one)
        ds(reference, "DigestMethod", Algorithm=_DIGESTS[self.digest][0])
        value = hashlib.new(self.digest, content).digest()
        ds(reference, "DigestValue", _encoded(value))
        return self

    def refer_properties(self) -> "Draft":
        """Refer to the signed properties, as XAdES demands."""
        uri = f"#{self.id}-properties"
        return self.refer(uri, c14n(self.properties), [EXCLUSIVE], SIGNED_PROPERTIES)

    def sign(self) -> etree._Element:
        """Compute the value; what it signs must not change any more."""
        value = self.signer.value(c14n(self.info), self.digest)
        self.element.find(f"{{{DS}}}SignatureValue").text = _encoded(value)
        return self.element


def xpath(expression: str, *, subtract: bool = False) -> etree._Element:
    """Give a transform that filters by XPath; `subtract` makes it one of Filter 2.0."""
    node = etree.Element(
        f"{{{DS}}}Transform", {"Algorithm": FILTER2 if subtract else XPATH}, nsmap=_NAMES
    )
    if subtract:
        _add(node, f"{{{FILTER2}}}XPath", expression, {"Filter": "subtract"})
    else:
        ds(node, "XPath", expression)
    return node


def enveloped(
    root: etree._Element,
    signer: XmlSigner,
    transforms: Sequence[str | etree._Element] = (ENVELOPED, EXCLUSIVE),
    **options: str | bool | datetime,
) -> etree._Element:
    """Sign a document inside itself; give the signature."""
    draft = Draft(signer, **options)  # type: ignore[arg-type]
    draft.refer("", c14n(root.getroottree()), transforms)
    root.append(draft.element)
    return draft.refer_properties().sign()


def enveloping(content: bytes, signer: XmlSigner, **options: str | bool) -> etree._Element:
    """Sign any content put inside the signature, in base64; give the signature."""
    draft = Draft(signer, **options)  # type: ignore[arg-type]
    ds(draft.element, "Object", _encoded(content), Id=f"{draft.id}-content")
    draft.refer(f"#{draft.id}-content", content, [BASE64])
    return draft.refer_properties().sign()


def detached(
    files: Sequence[tuple[str | None, bytes]], signer: XmlSigner, **options: str | bool
) -> etree._Element:
    """Sign files that stay apart, by their names; give the signature."""
    draft = Draft(signer, **options)  # type: ignore[arg-type]
    for name, content in files:
        draft.refer(name, content)
    return draft.refer_properties().sign()


def beside(part: etree._Element, signer: XmlSigner, **options: str | bool) -> etree._Element:
    """Sign one element by its identifier; the signature is put beside it."""
    draft = Draft(signer, **options)  # type: ignore[arg-type]
    draft.refer(f"#{part.get('Id')}", c14n(part), [EXCLUSIVE])
    part.addnext(draft.element)
    return draft.refer_properties().sign()


def added_to(signature: etree._Element) -> etree._Element:
    """Give the place of what is added later to a signature, made when it is missing."""
    qualifying = signature.find(f".//{{{XADES}}}QualifyingProperties")
    found = qualifying.find(f"{{{XADES}}}UnsignedProperties")
    if found is None:
        return xades(xades(qualifying, "UnsignedProperties"), "UnsignedSignatureProperties")
    return found[0]


def stamp(signature: etree._Element, clock: Clock) -> None:
    """Add a time stamp over the value of a signature (level B-T)."""
    covered = c14n(signature.find(f"{{{DS}}}SignatureValue"))
    _stamp(added_to(signature), f"{{{XADES}}}SignatureTimeStamp", clock(covered))


def _stamp(parent: etree._Element, tag: str, token: bytes) -> None:
    node = etree.SubElement(parent, tag)
    ds(node, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    xades(node, "EncapsulatedTimeStamp", _encoded(token))


def add_proofs(
    signature: etree._Element,
    certificates: Sequence[bytes],
    crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (),
) -> None:
    """Add certificates and revocation data (level B-LT)."""
    place = added_to(signature)
    listed = xades(place, "CertificateValues")
    for der in certificates:
        xades(listed, "EncapsulatedX509Certificate", _encoded(der))
    values = xades(place, "RevocationValues")
    lists = xades(values, "CRLValues")
    for der in crls:
        xades(lists, "EncapsulatedCRLValue", _encoded(der))
    answers = xades(values, "OCSPValues")
    for der in ocsps:
        xades(answers, "EncapsulatedOCSPValue", _encoded(der))


def archive(signature: etree._Element, clock: Clock, referred: Sequence[bytes]) -> None:
    """Add an archive time stamp (level B-LTA); `referred` is what each reference digests."""
    place = added_to(signature)
    own = [
        signature.find(f"{{{DS}}}{name}") for name in ("SignedInfo", "SignatureValue", "KeyInfo")
    ]
    objects = [
        one
        for one in signature.findall(f"{{{DS}}}Object")
        if one.find(f"{{{XADES}}}QualifyingProperties") is None
    ]
    covered = b"".join([*referred, *map(c14n, [*own, *place, *objects])])
    _stamp(place, f"{{{XADES_141}}}ArchiveTimeStamp", clock(covered))


def counter_sign(signature: etree._Element, signer: XmlSigner, **options: str) -> etree._Element:
    """Sign the value of another signature, inside it; give the counter-signature."""
    value = signature.find(f"{{{DS}}}SignatureValue")
    draft = Draft(signer, id="counter", **options)  # type: ignore[arg-type]
    draft.refer(f"#{value.get('Id')}", c14n(value), [EXCLUSIVE], COUNTERSIGNED)
    xades(added_to(signature), "CounterSignature").append(draft.element)
    return draft.refer_properties().sign()


def written(node: etree._Element) -> bytes:
    """Write the document an element is in."""
    text: bytes = etree.tostring(node.getroottree(), xml_declaration=True, encoding="UTF-8")
    return text
