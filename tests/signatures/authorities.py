"""Certificates that say where to ask about them, and what their authorities answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as _ocsp  # noqa: F401 - makes x509.ocsp known
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.signatures.trusted_lists import Signer


NOW = datetime.now(UTC)


def issued_by(
    authority: Signer,
    name: str = "Claude Exemple",
    *,
    crl: str | None = None,
    ocsp: str | None = None,
    ca: bool = False,
) -> Signer:
    """A certificate of this authority, which says where to ask about it."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=365))
        .not_valid_after(NOW + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if crl:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if ocsp:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return Signer(name, key, builder.sign(authority.key, hashes.SHA256()))


def revocation_list(authority: Signer, due: timedelta = timedelta(hours=5)) -> bytes:
    """The revocation list of an authority, which revokes nobody."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(NOW - timedelta(hours=1))
        .next_update(NOW + due)
    )
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def ocsp_answer(authority: Signer, subject: Signer) -> bytes:
    """The authority's answer that a certificate is good."""
    builder = x509.ocsp.OCSPResponseBuilder().add_response(
        cert=subject.certificate,
        issuer=authority.certificate,
        algorithm=hashes.SHA1(),
        cert_status=x509.ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + timedelta(hours=1),
        revocation_time=None,
        revocation_reason=None,
    )
    builder = builder.responder_id(x509.ocsp.OCSPResponderEncoding.HASH, authority.certificate)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass
class Publisher:
    """A web server of this machine that answers as told and remembers who came."""

    server: HTTPServer
    answers: dict[str, bytes]
    asked: list[str]

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def publisher() -> Publisher:
    """Start one; an unknown path is redirected to the machine's own metadata."""
    answers: dict[str, bytes] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = answers.get(self.path)
            self.send_response(200 if found is not None else 302)
            self.send_header("Location", "/metadata")
            self.end_headers()
            self.wfile.write(found or b"")

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    return Publisher(server, answers, asked)


def write_anchor(directory: Path, authority: Signer) -> Path:
    """A trust DIR with this authority as its only anchor."""
    (directory / "ca-qc").mkdir(parents=True, exist_ok=True)
    (directory / "ca-qc" / "anchor.pem").write_bytes(authority.pem)
    return directory
