"""Read the properties of a XAdES signature: those it signs, and those added to it later."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from asn1crypto import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm
from signxml.exceptions import InvalidInput

from communaute.domain.signatures.judging.evidence import MAX_OBJECTS, Evidence, from_ders
from communaute.domain.signatures.vocabulary import Proof
from communaute.domain.signatures.xades.parsing import (
    ds,
    is_xades,
    text_of,
    xades_children,
    xades_inside,
)
from communaute.domain.signatures.xades.references import Reference, Standing, digested


@dataclass(frozen=True)
class Properties:
    """The properties that belong to one signature."""

    signed: etree._Element
    """Its SignedProperties, the very element that its reference points at."""
    unsigned: etree._Element | None
    """Its UnsignedSignatureProperties: anybody may add some."""

    @property
    def declared_at(self) -> datetime | None:
        """The time the signer claims, in UTC when no offset is given."""
        for node in xades_inside(self.signed, "SigningTime"):
            with suppress(ValueError):
                claimed = datetime.fromisoformat(text_of(node))
                return claimed if claimed.tzinfo else claimed.replace(tzinfo=UTC)
        return None

    @property
    def names_a_certificate(self) -> bool:
        """Whether the certificate of the signer is among what is signed."""
        return any(True for _ in self._digests())

    def names(self, certificate: x509.Certificate) -> bool:
        """Say whether the first certificate named is this one (EN 319 132-1, 5.2.2)."""
        first = next(self._digests(), None)
        if first is None:
            return True
        algorithm, expected = first
        return digested(certificate.dump(), algorithm) == expected

    def _digests(self) -> Iterator[tuple[DigestAlgorithm, bytes]]:
        for listed in xades_inside(self.signed, "SigningCertificate", "SigningCertificateV2"):
            for digest in xades_inside(listed, "CertDigest"):
                with suppress(InvalidInput, ValueError, binascii.Error, AttributeError):
                    method = DigestAlgorithm(digest.find(ds("DigestMethod")).get("Algorithm"))
                    value = text_of(digest.find(ds("DigestValue")))
                    yield method, base64.b64decode(value, validate=True)


def properties_of(signature: etree._Element, references: Sequence[Reference]) -> Properties | None:
    """Give the properties that a signature signs; None when it signs none.

    Only the element that its own reference digests, in the place XAdES gives it: another one,
    put in the file by somebody else, is not read.
    """
    signed = [
        one.target
        for one in references
        if one.standing is Standing.MATCHES
        and one.target is not None
        and is_xades(one.target, "SignedProperties")
        and _belongs(one.target, signature)
    ]
    if len(signed) != 1:
        return None
    qualifying = signed[0].getparent()
    unsigned = [
        found
        for added in xades_children(qualifying, "UnsignedProperties")
        for found in xades_children(added, "UnsignedSignatureProperties")
    ]
    return Properties(signed[0], unsigned[0] if len(unsigned) == 1 else None)


def _belongs(signed: etree._Element, signature: etree._Element) -> bool:
    qualifying = signed.getparent()
    holder = qualifying.getparent() if qualifying is not None else None
    return (
        holder is not None
        and is_xades(qualifying, "QualifyingProperties")
        and holder.tag == ds("Object")
        and holder.getparent() is signature
    )


# EN 319 132-1, 5.2.8, and annex A.1.5 of 319 132-2; RFC 6283 for evidence records.
_UNREAD = {
    Proof.CONTENT_TIMESTAMP: ("AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp"),
    Proof.REFERENCES_TIMESTAMP: (
        *("SigAndRefsTimeStamp", "SigAndRefsTimeStampV2"),
        *("RefsOnlyTimeStamp", "RefsOnlyTimeStampV2"),
    ),
    Proof.EVIDENCE_RECORD: ("SealingEvidenceRecords",),
}


def unread(properties: Properties) -> tuple[Proof, ...]:
    """Name what a signature also carries that is not read here."""
    holders = [one for one in (properties.signed, properties.unsigned) if one is not None]
    return tuple(
        proof
        for proof, names in _UNREAD.items()
        if any(True for holder in holders for _ in xades_inside(holder, *names))
    )


def certificates_of(signature: etree._Element) -> tuple[x509.Certificate, ...]:
    """List the certificates that KeyInfo shows, the signer's among them, in any order."""
    path = f"{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}"
    return from_ders(certificates=list(_encoded(signature.iterfind(path)))).certificates


def carried_by(signature: etree._Element) -> Evidence:
    """Give the certificates and revocation data that a signature carries, signed or not."""
    found = Evidence(certificates_of(signature))
    for holder in signature.findall(ds("Object")):
        found = found.plus(
            from_ders(
                certificates=_values(holder, "EncapsulatedX509Certificate"),
                crls=_values(holder, "EncapsulatedCRLValue"),
                ocsps=_values(holder, "EncapsulatedOCSPValue"),
            )
        )
    return found


def _values(holder: etree._Element, name: str) -> list[bytes]:
    return list(_encoded(xades_inside(holder, name)))


def _encoded(nodes: Iterator[etree._Element]) -> Iterator[bytes]:
    for node in islice(nodes, MAX_OBJECTS):
        with suppress(binascii.Error, ValueError):
            yield base64.b64decode(text_of(node), validate=True)
