"""Authorities invented for the museum: made anew each time, trusted for nothing else."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from communaute.domain.signatures.museum.xml_signer import XmlSigner


_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Person:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Authorities:
    """One authority that is trusted, whom it certified, and one that is not."""

    authority: Person
    signer: Person
    second: Person
    clock: Person

    def xml(self, person: Person) -> XmlSigner:
        """Sign XML."""
        return XmlSigner(person.key, person.der, (self.authority.der,))

    def cms(self, person: Person) -> SimpleSigner:
        """Sign CMS and PDF."""
        return SimpleSigner(
            signing_cert=asn1.Certificate.load(person.der),
            signing_key=_key(person),
            cert_registry=self._store(),
        )

    def stamp(self, content: bytes) -> bytes:
        """Give a time-stamp token over some bytes."""
        stamper = DummyTimeStamper(
            tsa_cert=asn1.Certificate.load(self.clock.der),
            tsa_key=_key(self.clock),
            certs_to_embed=self._store(),
        )
        digest = hashlib.sha256(content).digest()
        token: bytes = asyncio.run(stamper.async_timestamp(digest, "sha256")).dump()
        return token

    def write_trust(self, directory: Path) -> Path:
        """Write the trust DIR that the pieces are to be verified with."""
        for folder, person in (("ca-qc", self.authority), ("tsa-qtst", self.clock)):
            (directory / folder).mkdir(parents=True, exist_ok=True)
            text = person.certificate.public_bytes(Encoding.PEM)
            (directory / folder / "musee.pem").write_bytes(text)
        (directory / "crl").mkdir(exist_ok=True)
        (directory / "crl" / "musee.crl").write_bytes(self._revocations())
        return directory

    def _store(self) -> SimpleCertificateStore:
        store = SimpleCertificateStore()
        store.register(asn1.Certificate.load(self.authority.der))
        return store

    def _revocations(self) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.authority.certificate.subject)
            .last_update(now - timedelta(hours=1))
            .next_update(now + 10 * _YEAR)
        )
        signed = builder.sign(self.authority.key, hashes.SHA256())
        return signed.public_bytes(Encoding.DER)


def invent() -> Authorities:
    """Make keys and certificates."""
    authority = _certified("Autorité du musée", None, ca=True)
    return Authorities(
        authority,
        _certified("Camille Musée", authority),
        _certified("Dominique Musée", authority),
        _certified("Horloge du musée", authority, stamps=True),
    )


def _certified(
    name: str, authority: Person | None, *, ca: bool = False, stamps: bool = False
) -> Person:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _YEAR)
        .not_valid_after(now + 5 * _YEAR)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
    )
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    issuer = authority.key if authority else key
    return Person(key, builder.sign(issuer, hashes.SHA256()))


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _key(person: Person) -> keys.PrivateKeyInfo:
    der = person.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return keys.PrivateKeyInfo.load(der)
