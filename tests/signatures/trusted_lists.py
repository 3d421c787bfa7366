"""Make trusted lists of our own: a list of lists, national lists, and who signs them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from xml.sax.saxutils import escape

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.xades.xades import XAdESSigner

from communaute.domain.signatures.trust.pinned import OfficialAnchor


TSL = "http://uri.etsi.org/02231/v2#"
URI = "http://uri.etsi.org/TrstSvc/TrustedList"
CA_QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
QTST = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
ISSUED = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """Somebody who signs lists, or a service that lists name."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)


@cache
def a_signer(
    name: str,
    since: datetime = datetime(2010, 1, 1, tzinfo=UTC),
    until: datetime = datetime(2040, 1, 1, tzinfo=UTC),
) -> Signer:
    """A self-signed certificate authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Signer(name, key, builder.sign(key, hashes.SHA256()))


def anchors_of(*signers: Signer) -> tuple[OfficialAnchor, ...]:
    """What the Official Journal would publish, were these the signers of the list of lists."""
    certificates = tuple(signer.asn1 for signer in signers)
    return (OfficialAnchor("essai", certificates, ISSUED - timedelta(days=900)),)


@dataclass(frozen=True)
class Period:
    """A status of a service since a date."""

    since: datetime
    status: str = "granted"


@dataclass(frozen=True)
class Service:
    """A service of a national list, its present status first."""

    authority: Signer
    kind: str = CA_QC
    periods: tuple[Period, ...] = (Period(datetime(2016, 7, 1, tzinfo=UTC)),)
    extension: str = ""


@dataclass(frozen=True)
class Pointer:
    """What the list of lists says of a list: whose it is and who may sign it."""

    territory: str
    signers: tuple[Signer, ...]
    location: str = "https://listes.example/tl.xml"


@dataclass(frozen=True)
class TrustedList:
    """A list to be, unsigned."""

    territory: str
    number: int = 1
    issued: datetime = ISSUED
    services: tuple[Service, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    pivots: tuple[str, ...] = ()
    next_update: datetime | None = field(default=ISSUED + timedelta(days=180))

    @property
    def is_list_of_lists(self) -> bool:
        return bool(self.pointers)


def signed(trusted_list: TrustedList, signer: Signer) -> bytes:
    """The list signed as the European ones are: enveloped, XAdES."""
    root = etree.fromstring(_list_xml(trusted_list).encode())
    result = XAdESSigner(signature_algorithm="ecdsa-sha256").sign(
        root,
        key=signer.key,
        cert=[signer.certificate],  # type: ignore[arg-type, list-item, unused-ignore]
        always_add_key_value=False,
    )
    return bytes(etree.tostring(result, xml_declaration=True, encoding="UTF-8"))


def _list_xml(one: TrustedList) -> str:
    kind = "EUlistofthelists" if one.is_list_of_lists else "EUgeneric"
    due = f"<dateTime>{_utc(one.next_update)}</dateTime>" if one.next_update else ""
    uris = "".join(f'<URI xml:lang="en">{escape(uri)}</URI>' for uri in one.pivots)
    body = _pointers_xml(one) if one.is_list_of_lists else ""
    providers = "" if one.is_list_of_lists else _provider_xml(one.services)
    return (
        f'<TrustServiceStatusList xmlns="{TSL}" TSLTag="http://uri.etsi.org/19612/TSLTag">'
        f"<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier>"
        f"<TSLSequenceNumber>{one.number}</TSLSequenceNumber>"
        f"<TSLType>{URI}/TSLType/{kind}</TSLType>"
        f"<SchemeInformationURI>{uris}</SchemeInformationURI>"
        f"<SchemeTerritory>{one.territory}</SchemeTerritory>{body}"
        f"<ListIssueDateTime>{_utc(one.issued)}</ListIssueDateTime>"
        f"<NextUpdate>{due}</NextUpdate></SchemeInformation>{providers}</TrustServiceStatusList>"
    )


def _pointers_xml(one: TrustedList) -> str:
    return f"<PointersToOtherTSL>{''.join(map(_pointer_xml, one.pointers))}</PointersToOtherTSL>"


def _pointer_xml(pointer: Pointer) -> str:
    rule = "EUlistofthelists" if pointer.territory == "EU" else "EUcommon"
    identities = "".join(map(_identity_xml, pointer.signers))
    return (
        "<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>"
        f"{identities}</ServiceDigitalIdentity></ServiceDigitalIdentities>"
        f"<TSLLocation>{pointer.location}</TSLLocation><AdditionalInformation>"
        f"<OtherInformation><SchemeTerritory>{pointer.territory}</SchemeTerritory>"
        "</OtherInformation><OtherInformation><ns3:MimeType "
        'xmlns:ns3="http://uri.etsi.org/02231/v2/additionaltypes#">'
        "application/vnd.etsi.tsl+xml</ns3:MimeType></OtherInformation><OtherInformation>"
        f'<SchemeTypeCommunityRules><URI xml:lang="en">{URI}/schemerules/{rule}</URI>'
        "</SchemeTypeCommunityRules></OtherInformation></AdditionalInformation></OtherTSLPointer>"
    )


def _provider_xml(services: tuple[Service, ...]) -> str:
    return (
        "<TrustServiceProviderList><TrustServiceProvider><TSPInformation/><TSPServices>"
        f"{''.join(map(_service_xml, services))}"
        "</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
    )


def _service_xml(service: Service) -> str:
    present, *past = service.periods
    history = "".join(
        f"<ServiceHistoryInstance>{_status_xml(service, one)}</ServiceHistoryInstance>"
        for one in past
    )
    return (
        f"<TSPService><ServiceInformation>{_status_xml(service, present)}</ServiceInformation>"
        f"<ServiceHistory>{history}</ServiceHistory></TSPService>"
    )


def _status_xml(service: Service, period: Period) -> str:
    return (
        f"<ServiceTypeIdentifier>{service.kind}</ServiceTypeIdentifier>"
        f'<ServiceName><Name xml:lang="en">{escape(service.authority.name)}</Name></ServiceName>'
        f"<ServiceDigitalIdentity>{_identity_xml(service.authority)}</ServiceDigitalIdentity>"
        f"<ServiceStatus>{URI}/Svcstatus/{period.status}</ServiceStatus>"
        f"<StatusStartingTime>{_utc(period.since)}</StatusStartingTime>"
        f"<ServiceInformationExtensions>{service.extension}</ServiceInformationExtensions>"
    )


def _identity_xml(signer: Signer) -> str:
    certificate = base64.b64encode(signer.der).decode()
    return f"<DigitalId><X509Certificate>{certificate}</X509Certificate></DigitalId>"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
