"""Gather the certificates and revocation data that a document or a signature carries."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from asn1crypto import cms, core, crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades import cades_asn1  # noqa: F401 - teaches asn1crypto the CAdES attributes
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from communaute.domain.signatures.der import attributes
from communaute.domain.signatures.trust.protocol import TrustStore


@dataclass(frozen=True)
class Evidence:
    """Certificates and revocation data that may be used, wherever they come from."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[CRLContainer, ...] = ()
    ocsps: tuple[OCSPContainer, ...] = ()

    def plus(self, other: "Evidence") -> "Evidence":
        """Give both evidences together."""
        return Evidence(
            self.certificates + other.certificates,
            self.crls + other.crls,
            self.ocsps + other.ocsps,
        )


# A document that carries more than this is hostile or broken: the first ones are enough.
MAX_OBJECTS = 200
_ADOBE_ARCHIVAL = "1.2.840.113583.1.1.8"
_CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
_REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"


class _Certificates(core.SequenceOf):
    _child_spec = x509.Certificate


class _CertificateLists(core.SequenceOf):
    _child_spec = crl.CertificateList


class _BasicResponses(core.SequenceOf):
    _child_spec = ocsp.BasicOCSPResponse


class _OcspResponses(core.SequenceOf):
    _child_spec = ocsp.OCSPResponse


class _RevocationValues(core.Sequence):
    """RevocationValues of ETSI TS 101 733, 6.3.4 (kept by EN 319 122-2)."""

    _fields = [  # noqa: RUF012 - asn1crypto reads it this way
        ("crls", _CertificateLists, {"explicit": 0, "optional": True}),
        ("ocsps", _BasicResponses, {"explicit": 1, "optional": True}),
        ("other", core.Any, {"explicit": 2, "optional": True}),
    ]


class _AdobeArchival(core.Sequence):
    """RevocationInfoArchival of ISO 32000-1, 12.8.3.3.2."""

    _fields = [  # noqa: RUF012 - asn1crypto reads it this way
        ("crls", _CertificateLists, {"explicit": 0, "optional": True}),
        ("ocsps", _OcspResponses, {"explicit": 1, "optional": True}),
        ("other", core.Any, {"explicit": 2, "optional": True}),
    ]


def from_trust(trust: TrustStore) -> Evidence:
    """Give the revocation data of the trust store; what cannot be read is left out."""
    return Evidence(
        crls=tuple(_crls(crl.CertificateList.load, trust.local_crls())),
        ocsps=tuple(_ocsps(ocsp.OCSPResponse.load, trust.local_ocsps())),
    )


def from_ders(
    *,
    certificates: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
    ocsps: Iterable[bytes] = (),
) -> Evidence:
    """Give what a file holds as DER, one by one; what cannot be read is left out."""
    return Evidence(
        tuple(_tolerant(_certificate, certificates)),
        tuple(_crls(crl.CertificateList.load, crls)),
        tuple(_ocsps(_any_response, ocsps)),
    )


def from_pdf(reader: PdfFileReader) -> Evidence:
    """Give what the document security store of a PDF holds (ETSI EN 319 142-1, 5.4.2).

    A stream that cannot be decoded within the limits counts as absent.
    """
    try:
        store = reader.root["/DSS"]
    except Exception:
        return Evidence()
    certificates = _tolerant(_certificate, _streams(store, "/Certs", DecodePurpose.CERTIFICATE))
    return Evidence(
        tuple(certificates),
        tuple(_crls(crl.CertificateList.load, _streams(store, "/CRLs", DecodePurpose.CRL))),
        tuple(
            _ocsps(ocsp.OCSPResponse.load, _streams(store, "/OCSPs", DecodePurpose.OCSP_RESPONSE))
        ),
    )


def from_signed_data(signed_data: cms.SignedData) -> Evidence:
    """Give what a CMS carries: certificates, revocation data, and the attributes of signers."""
    gathered = Evidence(tuple(certificates_of(signed_data)), *_revocation_choices(signed_data))
    for signer in islice(signed_data["signer_infos"], MAX_OBJECTS):
        gathered = gathered.plus(_attribute_values(signer))
    return gathered


def certificates_of(signed_data: cms.SignedData) -> list[x509.Certificate]:
    """List the readable X.509 certificates of a CMS."""
    choices = islice(signed_data["certificates"] or (), MAX_OBJECTS)
    return [
        certificate
        for choice in choices
        if choice.name == "certificate"
        for certificate in _tolerant(_checked, [choice.chosen.untag()])
    ]


def _attribute_values(signer: cms.SignerInfo) -> Evidence:
    gathered = Evidence()
    for der in attributes(signer["signed_attrs"], _ADOBE_ARCHIVAL):
        gathered = gathered.plus(_lists_and_responses(_AdobeArchival, der, lambda found: found))
    for der in attributes(signer["unsigned_attrs"], _REVOCATION_VALUES):
        gathered = gathered.plus(_lists_and_responses(_RevocationValues, der, _wrapped))
    for der in attributes(signer["unsigned_attrs"], _CERTIFICATE_VALUES):
        known = _tolerant(lambda raw: list(map(_checked, _Certificates.load(raw))), [der])
        gathered = gathered.plus(Evidence(tuple(c for found in known for c in found)))
    return gathered


def _lists_and_responses(
    spec: type[core.Sequence], der: bytes, wrap: Callable[[Any], ocsp.OCSPResponse]
) -> Evidence:
    try:
        values = spec.load(der)
        lists, responses = list(values["crls"] or ()), list(values["ocsps"] or ())
    except (ValueError, TypeError):
        return Evidence()
    return Evidence(
        (),
        tuple(_crls(lambda found: found, lists[:MAX_OBJECTS])),
        tuple(_ocsps(wrap, responses[:MAX_OBJECTS])),
    )


def _wrapped(basic: ocsp.BasicOCSPResponse) -> ocsp.OCSPResponse:
    return ocsp.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": core.ParsableOctetString(basic.dump()),
            },
        }
    )


def _revocation_choices(
    signed_data: cms.SignedData,
) -> tuple[tuple[CRLContainer, ...], tuple[OCSPContainer, ...]]:
    choices = list(islice(signed_data["crls"] or (), MAX_OBJECTS))
    lists = [choice.chosen for choice in choices if choice.name == "crl"]
    others = [choice.chosen for choice in choices if choice.name == "other"]
    responses = [o["other_rev_info"].dump() for o in others]
    return tuple(_crls(lambda found: found, lists)), tuple(_ocsps(_any_response, responses))


def _any_response(der: bytes) -> ocsp.OCSPResponse:
    # RFC 5940 has a whole OCSPResponse; ETSI EN 319 122-1 also admits the basic one.
    response = ocsp.OCSPResponse.load(der)
    try:
        _ = response["response_status"].native
    except ValueError:
        return _wrapped(ocsp.BasicOCSPResponse.load(der))
    return response


def _streams(store: generic.DictionaryObject, key: str, purpose: DecodePurpose) -> Iterator[bytes]:
    try:
        references = list(store[key])[:MAX_OBJECTS]
    except Exception:
        return
    for reference in references:
        yield from _tolerant(lambda ref: ref.get_object().read_data(purpose), [reference])


def _crls(
    load: Callable[[Any], crl.CertificateList], items: Iterable[Any]
) -> Iterator[CRLContainer]:
    def read(item: object) -> CRLContainer:
        found = load(item)
        _ = found["tbs_cert_list"]["this_update"].native, found.issuer.hashable
        return CRLContainer(found)

    return _tolerant(read, items)


def _ocsps(
    load: Callable[[Any], ocsp.OCSPResponse], items: Iterable[Any]
) -> Iterator[OCSPContainer]:
    def read(item: object) -> list[OCSPContainer]:
        response = load(item)
        # One answer that breaks later, when it is written again, would take all the others with it.
        for certificate in response.basic_ocsp_response["certs"]:
            _checked(certificate)
        response.dump()
        containers = OCSPContainer.load_multi(response)
        return [c for c in containers if c.issuance_date is not None]

    return (container for found in _tolerant(read, items) for container in found)


def _certificate(der: bytes) -> x509.Certificate:
    return _checked(x509.Certificate.load(der))


def _checked(certificate: x509.Certificate) -> x509.Certificate:
    # Lazy parsing would otherwise fail later, in the middle of building a path.
    _ = (
        certificate.subject.hashable,
        certificate.issuer.hashable,
        certificate.serial_number,
        certificate.not_valid_before,
        certificate.not_valid_after,
        certificate.public_key.algorithm,
        certificate.key_identifier,
        certificate.authority_key_identifier,
    )
    return certificate


def _tolerant(read: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    """Apply `read`, leaving out what raises: hostile input raises anything but never stops us."""
    for item in items:
        try:
            result = read(item)
        except Exception:  # noqa: S112 - see above
            continue
        yield result
