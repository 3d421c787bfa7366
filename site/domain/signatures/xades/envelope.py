"""Carry an XML signature over to the code that validates a CMS one.

A CMS signature without signed attributes is the signature of its content as it stands (RFC 5652,
5.4); an XML signature is that of its canonical SignedInfo. The same value, put in the other
envelope, has the same arithmetic, so that certificates, revocation, time stamps and algorithms
are judged in one place for every format.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace

from asn1crypto import algos, cms, core, x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidInput

from communaute.domain.signatures.xades import canonical
from communaute.domain.signatures.xades.canonical import Unsupported
from communaute.domain.signatures.xades.parsing import ds, only_child, text_of


_MORE = "http://www.w3.org/2007/05/xmldsig-more#"
_PSS, _MGF1 = f"{_MORE}rsa-pss", f"{_MORE}MGF1"
# RFC 9231, 2.3.12, with the digest that each uses by itself (RFC 8032, 5.1 and 5.2).
_EDWARDS = {
    f"http://www.w3.org/2021/04/xmldsig-more#eddsa-{name}": (digest, name)
    for name, digest in {"ed25519": "sha512", "ed448": "shake256"}.items()
}


def signed_info(signature: etree._Element, *, apart: bool = False) -> bytes:
    """Give the bytes that a signature signs, or would have signed `apart` from its document.

    Raises Unsupported, or ValueError without any.
    """
    info = only_child(signature, ds("SignedInfo"))
    method = canonical.method_of(info.find(ds("CanonicalizationMethod")))
    return canonical.of_element(info, replace(method, apart=apart))


def value_of(signature: etree._Element) -> bytes:
    """Give the value of a signature. Raises ValueError."""
    return base64.b64decode(text_of(only_child(signature, ds("SignatureValue"))), validate=True)


def as_cms(
    signature: etree._Element,
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    content: bytes,
) -> cms.SignedData:
    """Give the CMS SignedData with the signature of `signer` over `content`.

    Raises Unsupported or ValueError.
    """
    digest, algorithm = _algorithms(signature)
    value = value_of(signature)
    if algorithm["algorithm"].native.endswith("dsa"):
        value = _dss(value, signer)
    # Another certificate of that name and number must not be taken for the signer's.
    named = (signer.issuer.hashable, signer.serial_number)
    rest = [one for one in others if (one.issuer.hashable, one.serial_number) != named]
    identifier = cms.IssuerAndSerialNumber(
        {"issuer": signer.issuer, "serial_number": signer.serial_number}
    )
    return cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {
                "content_type": "data",
                "content": core.OctetString(content),
            },
            "certificates": [signer, *rest],
            "signer_infos": [
                cms.SignerInfo(
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier("issuer_and_serial_number", identifier),
                        "digest_algorithm": {"algorithm": digest},
                        "signature_algorithm": algorithm,
                        "signature": value,
                    }
                )
            ],
        }
    )


def _algorithms(signature: etree._Element) -> tuple[str, algos.SignedDigestAlgorithm]:
    """Read the method of a signature: its digest and its mechanism, as CMS names them."""
    node = signature.find(f"{ds('SignedInfo')}/{ds('SignatureMethod')}")
    if node is not None and node.get("Algorithm") == _PSS:
        return _written_pss(node)
    if node is not None and node.get("Algorithm") in _EDWARDS:
        digest, name = _EDWARDS[node.get("Algorithm", "")]
        return digest, algos.SignedDigestAlgorithm({"algorithm": name})
    try:
        method = SignatureMethod(node.get("Algorithm", "") if node is not None else "")
    except (InvalidInput, ValueError) as reason:
        raise Unsupported("signature method") from reason
    kind, _, digest = method.name.partition("_")
    if kind in {"RSA", "ECDSA", "DSA"}:
        name = digest.lower()
        return name, algos.SignedDigestAlgorithm({"algorithm": f"{name}_{kind.lower()}"})
    if method.name.endswith("_RSA_MGF1"):
        name = method.name.removesuffix("_RSA_MGF1").lower()
        return name, _pss(name)
    raise Unsupported("signature method")  # a shared secret (HMAC) is nobody's signature


def _written_pss(node: etree._Element) -> tuple[str, algos.SignedDigestAlgorithm]:
    """Read the parameters that a method writes out (RFC 9231, 2.3.9); what it leaves out is said there.

    Two digests that differ are not what anybody signs with here.
    """
    written = node.find(f"{{{_MORE}}}RSAPSSParams")
    if written is None:
        return "sha256", _pss("sha256")
    outer = written.find(ds("DigestMethod"))
    mask = written.find(f"{{{_MORE}}}MaskGenerationFunction")
    inner = mask.find(ds("DigestMethod")) if mask is not None else None
    names = {_digest_of(one) for one in (outer, inner) if one is not None} or {"sha256"}
    function = _MGF1 if mask is None else mask.get("Algorithm")
    trailer = written.findtext(f"{{{_MORE}}}TrailerField", "1").strip()
    salt = written.findtext(f"{{{_MORE}}}SaltLength", "").strip()
    plain = salt == "" or (salt.isascii() and salt.isdigit() and len(salt) < 4)
    if len(names) != 1 or function != _MGF1 or trailer != "1" or not plain:
        raise Unsupported("parameters of a signature method")
    (name,) = names
    return name, _pss(name, int(salt) if salt else None)


def _digest_of(method: etree._Element) -> str:
    try:
        return str(DigestAlgorithm(method.get("Algorithm", "")).name).lower()
    except (InvalidInput, ValueError) as reason:
        raise Unsupported("digest method") from reason


def _pss(digest: str, salt: int | None = None) -> algos.SignedDigestAlgorithm:
    # Unless it is written, the salt is as long as the digest (RFC 9231, 2.3.10).
    hashed = algos.DigestAlgorithm({"algorithm": digest})
    length = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
    size = salt if salt is not None else length.get(digest) or int(digest.rpartition("_")[2]) // 8
    return algos.SignedDigestAlgorithm(
        {
            "algorithm": "rsassa_pss",
            "parameters": algos.RSASSAPSSParams(
                {
                    "hash_algorithm": hashed,
                    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": hashed},
                    "salt_length": size,
                }
            ),
        }
    )


def _dss(value: bytes, signer: x509.Certificate) -> bytes:
    """Give r and s as CMS has them; XML puts them side by side (XML Signature 1.1, 6.4.3)."""
    size = (signer.public_key.bit_size + 7) // 8 if signer.public_key.algorithm == "ec" else 0
    if size and len(value) != 2 * size and value[:1] == b"\x30":
        return value  # some programs leave it as CMS has it
    half = len(value) // 2
    r, s = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
    encoded: bytes = algos.DSASignature({"r": r, "s": s}).dump()
    return encoded
