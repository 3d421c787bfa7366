"""Verify the XML signature of a trusted list against the certificates allowed to sign it."""

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate
from lxml import etree
from signxml.verifier import VerifyResult
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from communaute.domain.signatures.trust.reading import TSL, ListRefused, parse_list


def signed_content(xml: bytes, signers: Iterable[x509.Certificate], at: datetime) -> etree._Element:
    """Return the part of a list that one of `signers` signed: only that part may be read.

    `at` is the moment when the signer's certificate must be valid: the date of issue of the
    list, because a good copy stays good when the certificate of its signer expires later.
    Raises ListRefused.
    """
    candidates = sorted(signers, key=lambda signer: signer.not_valid_before, reverse=True)
    if not candidates:
        raise ListRefused("aucun signataire n’est annoncé pour cette liste")
    for signer in candidates:
        content = _content_signed_by(xml, signer, at)
        if content is not None:
            return parse_list(content)
    raise ListRefused("sa signature n’est celle d’aucun des signataires annoncés")


def _content_signed_by(xml: bytes, signer: x509.Certificate, at: datetime) -> bytes | None:
    """The canonical bytes of the whole list, or None when this signer did not sign them."""
    try:
        results = XAdESVerifier().verify(
            xml,
            x509_cert=load_der_x509_certificate(signer.dump()),
            expect_config=XAdESSignatureConfiguration(
                require_x509=True, expect_references=True, verification_time=at
            ),
        )
    except Exception:  # whatever the library raises, the list does not verify
        return None
    return next((result.signed_data for result in results if _is_whole_list(result)), None)


def _is_whole_list(result: VerifyResult) -> bool:
    """Whether what was signed is the list, and not some part of it."""
    signed = result.signed_xml
    return signed is not None and signed.tag == f"{TSL}TrustServiceStatusList"
