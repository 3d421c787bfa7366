"""Certificates, CMS and time stamps with any one thing wrong, that no honest library would make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import new as new_hash
from pathlib import Path
from typing import Any

from asn1crypto import cms, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponderEncoding, OCSPResponseBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from pyhanko.sign.ades.qualified_asn1 import QcStatements
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from communaute.domain.signatures.trust.store import LoadedTrust, load_trust, with_revocation
from tests.signatures.pki import NOW, YEAR


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
QUALIFIED: tuple[dict[str, Any], ...] = (
    {"statement_id": "qc_compliance"},
    {"statement_id": "qc_sscd"},
    {"statement_id": "qc_type", "statement_info": ["qct_esign"]},
)
HOUR = timedelta(hours=1)
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes
    above: tuple[Holder, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    def signer(self) -> SimpleSigner:
        """The same for pyHanko, with the certificates above."""
        der = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        store = SimpleCertificateStore()
        store.register_multiple([one.asn1 for one in self.above])
        return SimpleSigner(
            signing_cert=self.asn1,
            signing_key=keys.PrivateKeyInfo.load(der),
            cert_registry=store,
        )

    def clock(self, at: datetime) -> DummyTimeStamper:
        """A time-stamping unit stopped at `at`."""
        signer = self.signer()
        return DummyTimeStamper(
            tsa_cert=signer.signing_cert,
            tsa_key=signer.signing_key,
            certs_to_embed=signer.cert_registry,
            fixed_dt=at,
        )


@dataclass(frozen=True)
class Wish:
    """What a certificate shall say; what is not said is as in a sound one."""

    name: str = "Claude Exemple"
    ca: bool | None = False
    """None: no basicConstraints at all."""
    path_length: int | None = None
    usages: Sequence[str] | None = ("digital_signature", "content_commitment")
    extended: Sequence[ObjectIdentifier] = ()
    statements: Sequence[dict[str, Any]] | None = QUALIFIED
    since: datetime = NOW - 5 * YEAR
    until: datetime = NOW + 3 * YEAR
    more: Sequence[tuple[x509.ExtensionType, bool]] = ()
    serial: int | None = None
    key: CertificateIssuerPrivateKeyTypes | None = None


AUTHORITY = Wish("Autorité", ca=True, usages=("key_cert_sign", "crl_sign"), statements=None)
STAMPER = Wish("Horodatage", usages=("digital_signature",), extended=(TIME_STAMPING,))


def issue(wish: Wish, issuer: Holder | None = None) -> Holder:
    """Issue a certificate; self-signed without an issuer."""
    key = wish.key or ec.generate_private_key(ec.SECP256R1())
    by = issuer.key if issuer else key
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, wish.name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(wish.serial or x509.random_serial_number())
        .not_valid_before(wish.since)
        .not_valid_after(wish.until)
    )
    for extension, critical in _extensions(wish, key, by):
        builder = builder.add_extension(extension, critical)
    above = (issuer, *issuer.above) if issuer else ()
    return Holder(builder.sign(by, hashes.SHA256()), key, above)


def _extensions(
    wish: Wish, key: CertificateIssuerPrivateKeyTypes, by: CertificateIssuerPrivateKeyTypes
) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False),
    ]
    if wish.ca is not None:
        found.append((x509.BasicConstraints(wish.ca, wish.path_length), True))
    if wish.usages is not None:
        found.append((x509.KeyUsage(**{one: one in wish.usages for one in _USAGES}), True))
    if wish.extended:
        found.append((x509.ExtendedKeyUsage(list(wish.extended)), True))
    if wish.statements is not None:
        value = QcStatements(list(wish.statements)).dump()
        oid = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
        found.append((x509.UnrecognizedExtension(oid, value), False))
    return [*found, *wish.more]


@dataclass(frozen=True)
class Cms:
    """How to make a CMS by hand: one signer, any attribute, any label."""

    signer: Holder
    digest: str = "sha256"
    mechanism: str = "sha256_ecdsa"
    hash_for_key: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    signing_certificate: Holder | None = None
    """Whose certificate the signed attribute names; None: the signer's."""
    attributes: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda found: found
    certificates: Sequence[Holder] | None = None
    content_type: str = "data"
    unsigned: Sequence[dict[str, Any]] = ()

    def info(self, content: bytes) -> cms.SignerInfo:
        """The signer's part."""
        named = self.signing_certificate or self.signer
        attributes = self.attributes(usual_attributes(content, named, self.digest))
        signed = cms.CMSAttributes([cms.CMSAttribute(one) for one in attributes])
        body = signed.dump()
        key = self.signer.key
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("elliptic curves only")
        value = key.sign(body, ec.ECDSA(self.hash_for_key))
        found = {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": self.signer.asn1.issuer,
                    "serial_number": self.signer.asn1.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": self.digest},
            "signed_attrs": signed,
            "signature_algorithm": {"algorithm": self.mechanism},
            "signature": value,
        }
        if self.unsigned:
            found["unsigned_attrs"] = list(self.unsigned)
        return cms.SignerInfo(found)

    def data(
        self, content: bytes, *, detached: bool = False, others: Sequence[cms.SignerInfo] = ()
    ) -> cms.SignedData:
        """The signed data, with the parts of other signers."""
        inside: dict[str, Any] = {"content_type": self.content_type}
        if not detached:
            inside["content"] = content
        sent = self.certificates
        if sent is None:
            sent = (self.signer, *self.signer.above)
        return cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [{"algorithm": self.digest}],
                "encap_content_info": inside,
                "certificates": [one.asn1 for one in sent],
                "signer_infos": [self.info(content), *others],
            }
        )

    def der(self, content: bytes, **how: Any) -> bytes:
        """The whole file."""
        return whole(self.data(content, **how))


def whole(data: cms.SignedData) -> bytes:
    """The file that holds this signed data."""
    found: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return found


def usual_attributes(content: bytes, named: Holder, digest: str) -> list[dict[str, Any]]:
    """The signed attributes of a sound CAdES signature."""
    reference = tsp.ESSCertIDv2({"cert_hash": new_hash("sha256", named.der).digest()})
    return [
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [new_hash(digest, content).digest()]},
        {"type": "signing_certificate_v2", "values": [{"certs": [reference]}]},
    ]


def crl(
    issuer: Holder,
    revoked: dict[int, datetime] | None = None,
    *,
    at: datetime = NOW - HOUR,
    due: datetime | None = NOW + YEAR / 12,
    more: Sequence[tuple[x509.ExtensionType, bool]] = (),
    name: x509.Name | None = None,
) -> bytes:
    """A revocation list signed by `issuer`, in its own name or another."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name or issuer.certificate.subject)
        .last_update(at)
        .next_update(due or at)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
    )
    for serial, when in (revoked or {}).items():
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        )
    for extension, critical in more:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def ocsp(
    issuer: Holder,
    subject: Holder,
    *,
    by: Holder | None = None,
    status: str = "good",
    revoked_at: datetime | None = None,
    since: datetime = NOW - HOUR,
    until: datetime | None = NOW + HOUR,
) -> bytes:
    """What `issuer`, or a responder that signs in its stead, answers about `subject`."""
    responder = by or issuer
    builder = OCSPResponseBuilder().add_response(
        cert=subject.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA1(),  # it only names the certificate
        cert_status=OCSPCertStatus[status.upper()],
        this_update=since,
        next_update=until,
        revocation_time=revoked_at,
        revocation_reason=None,
    )
    builder = builder.responder_id(OCSPResponderEncoding.HASH, responder.certificate)
    if by is not None:
        builder = builder.certificates([by.certificate])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)


def trusting(
    directory: Path,
    authorities: Sequence[Holder],
    stampers: Sequence[Holder] = (),
    crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (),
) -> LoadedTrust:
    """Write a trust DIR with these anchors, and load it with these revocation data."""
    for folder, holders in (("ca-qc", authorities), ("tsa-qtst", stampers)):
        (directory / folder).mkdir(parents=True, exist_ok=True)
        for rank, holder in enumerate(holders):
            pem = holder.certificate.public_bytes(Encoding.PEM)
            (directory / folder / f"{rank}.pem").write_bytes(pem)
    return with_revocation(load_trust(directory), crls, ocsps)
