"""How honest programs write a CMS otherwise than most: nothing of it may be refused."""

import base64
from collections.abc import Callable, Mapping

from asn1crypto import algos, cms, core, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from communaute.domain.signatures.der import raw_values, tagged
from communaute.domain.signatures.detect import digest
from communaute.domain.signatures.museum.authorities import Authorities, Person
from communaute.domain.signatures.museum.cms_pieces import TEXT, sign_cms


_SET = 0x31
_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"


def _made(of: Authorities, *, detached: bool = False) -> cms.ContentInfo:
    return cms.ContentInfo.load(sign_cms(of, TEXT, of.signer, detached=detached))


def _written(info: cms.ContentInfo) -> bytes:
    der: bytes = info.dump(force=True)
    return der


def _key(person: Person) -> rsa.RSAPrivateKey:
    if not isinstance(person.key, rsa.RSAPrivateKey):
        raise TypeError("RSA only")
    return person.key


def out_of_order(of: Authorities) -> bytes:
    """Send the signed attributes in another order than the one that was signed."""
    der = sign_cms(of, TEXT, of.signer, detached=False)
    signer = cms.ContentInfo.load(der)["content"]["signer_infos"][0]
    attributes = signer["signed_attrs"].contents
    return der.replace(attributes, b"".join(list(raw_values(attributes))[::-1]))


def without_null(of: Authorities) -> bytes:
    """Leave out of the signature the NULL that most programs write (RFC 8017, A.2.4)."""
    info = _made(of)
    (signer,) = info["content"]["signer_infos"]
    signed = tagged(_SET, signer["signed_attrs"].contents)
    inner = algos.DigestInfo(
        {"digest_algorithm": {"algorithm": "sha256"}, "digest": digest("sha256", signed)}
    )
    del inner["digest_algorithm"]["parameters"]
    encoded = inner.dump(force=True)
    key = _key(of.signer)
    size = key.key_size // 8
    block = b"\x00\x01" + b"\xff" * (size - len(encoded) - 3) + b"\x00" + encoded
    numbers = key.private_numbers()
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    old: bytes = signer["signature"].native
    der: bytes = info.dump()
    return der.replace(old, value.to_bytes(size, "big"))


def broken_attribute(of: Authorities) -> bytes:
    """Add an unsigned attribute that cannot be read."""
    info = _made(of)
    (signer,) = info["content"]["signer_infos"]
    kind = core.ObjectIdentifier("1.3.6.1.4.1.99999.1")
    signer["unsigned_attrs"] = [{"type": kind.dotted, "values": [core.OctetString(b"\x30\x80")]}]
    return _written(info)


def _countersigned(of: Authorities, over: Callable[[bytes], bytes]) -> bytes:
    """A second person signs the value of the first one's signature (RFC 5652, 11.4)."""
    info = _made(of)
    (signer,) = info["content"]["signer_infos"]
    value: bytes = signer["signature"].native
    second = cms.ContentInfo.load(sign_cms(of, over(value), of.second, detached=True))
    (counter,) = second["content"]["signer_infos"]
    kept = [one for one in counter["signed_attrs"] if one["type"].native != "content_type"]
    attributes = cms.CMSAttributes(kept)
    counter["signed_attrs"] = attributes
    counter["signature"] = _key(of.second).sign(
        tagged(_SET, attributes.contents), padding.PKCS1v15(), hashes.SHA256()
    )
    info["content"]["certificates"] = [
        one.chosen for data in (info, second) for one in data["content"]["certificates"]
    ]
    signer["unsigned_attrs"] = [{"type": "counter_signature", "values": [counter]}]
    return _written(info)


def spoilt(data: cms.SignedData) -> None:
    """Name the signer's authority as programs built on node-forge do: each accent written twice."""
    named = data["signer_infos"][0]["sid"].chosen
    issuer = named["issuer"].native
    twice = {kind: text.encode().decode("latin-1") for kind, text in issuer.items()}
    named["issuer"] = x509.Name.build(twice)


def _spoilt(of: Authorities) -> bytes:
    info = _made(of)
    spoilt(info["content"])
    return _written(info)


def _twice(of: Authorities) -> bytes:
    """One signs a file; another signs the envelope."""
    return sign_cms(of, _written(_made(of)), of.second, detached=False)


def message(of: Authorities) -> bytes:
    """A signed mail, as mail programs save it."""
    content = b"Content-Type: text/plain\r\n\r\nNous acceptons le devis.\r\n"
    der = sign_cms(of, content, of.signer, detached=True)
    lines = base64.encodebytes(der).replace(b"\n", b"\r\n")
    return b"\r\n".join(
        [
            b"Subject: Devis",
            b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="b"',
            b"",
            b"--b",
            content,
            b"--b",
            b'Content-Type: application/pkcs7-signature; name="smime.p7s"',
            b"Content-Transfer-Encoding: base64",
            b"",
            lines,
            b"--b--",
            b"",
        ]
    )


def two_digests(of: Authorities) -> bytes:
    """Two people sign the same content, each with another digest."""
    info = _made(of)
    other = cms.ContentInfo.load(sign_cms(of, TEXT, of.second, detached=False, algorithm="sha512"))
    both = (info, other)
    info["content"]["certificates"] = [
        one.chosen for data in both for one in data["content"]["certificates"]
    ]
    info["content"]["digest_algorithms"] = [
        {"algorithm": "sha256"}, {"algorithm": "sha512"},
    ]  # fmt: skip
    info["content"]["signer_infos"] = [
        one for data in both for one in data["content"]["signer_infos"]
    ]
    return _written(info)


MAKERS: Mapping[str, Callable[[Authorities], bytes]] = {
    "cms-ordre": out_of_order,
    "cms-sans-null": without_null,
    "cms-attribut-abime": broken_attribute,
    "cms-contre-signee": lambda of: _countersigned(of, lambda value: value),
    "cms-contreseing-faux": lambda of: _countersigned(of, lambda value: value[::-1]),
    "cms-message": message,
    "cms-accents": _spoilt,
    "cms-enveloppe": _twice,
    "cms-deux-empreintes": two_digests,
}
