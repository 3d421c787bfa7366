"""Make the signed documents that the verifier reads before it takes anybody's. No key is kept.

Run: .venv/bin/python -m tools.make_signature_rehearsal
Rewrites site/domain/signatures/rehearsal/documents/. To be run again only to change the documents.
"""

import shutil
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from lxml import etree

from communaute.domain.signatures.museum import container as box
from communaute.domain.signatures.museum import pdf_pieces
from communaute.domain.signatures.museum import xml_signer as xml
from communaute.domain.signatures.museum.authorities import Authorities, invent
from communaute.domain.signatures.museum.cms_pieces import TEXT, sign_cms
from communaute.domain.signatures.rehearsal import FOLDER


def main() -> None:
    """Write a document of each kind, with every proof that a child may meet, and their trust."""
    of = invent()
    shutil.rmtree(FOLDER, ignore_errors=True)
    of.write_trust(FOLDER / "trust")
    for name, content in {
        "document.pdf": _pdf(of),
        "document.xml": _xml(of),
        "enveloppe.p7m": sign_cms(of, TEXT, of.signer, detached=False),
        "conteneur.asice": _container(of),
    }.items():
        (FOLDER / name).write_bytes(content)
    (FOLDER / "moment").write_text(datetime.now(UTC).isoformat(timespec="seconds") + "\n")


def _pdf(of: Authorities) -> bytes:
    once = pdf_pieces.sign(pdf_pieces.blank(), of, of.signer, "Signature1")
    return pdf_pieces.sign(once, of, of.second, "Signature2")


def _xml(of: Authorities) -> bytes:
    root = etree.fromstring("<contrat><montant>100</montant></contrat>")
    signed = xml.c14n(root.getroottree())
    signature = xml.enveloped(root, of.xml(of.signer))
    properties = xml.c14n(signature.find(f".//{{{xml.XADES}}}SignedProperties"))
    xml.stamp(signature, of.stamp)
    xml.add_proofs(signature, [of.authority.der], [_list(of)], [_answer(of)])
    xml.archive(signature, of.stamp, [signed, properties])
    return xml.written(root)


def _list(of: Authorities) -> bytes:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(of.authority.certificate.subject)
        .last_update(now)
        .next_update(now + timedelta(days=30))
    )
    return builder.sign(of.authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _answer(of: Authorities) -> bytes:
    now, issuer = datetime.now(UTC), of.authority.certificate
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            of.signer.certificate,
            issuer,
            hashes.SHA1(),  # noqa: S303 - what responders still name certificates by
            ocsp.OCSPCertStatus.GOOD,
            now,
            now + timedelta(days=1),
            None,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
    )
    return builder.sign(of.authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _container(of: Authorities) -> bytes:
    files = {"contrat.txt": TEXT, "annexe.txt": b"Annexe\n"}
    listing = box.manifest("META-INF/signature001.p7s", files)
    signature = xml.detached(list(files.items()), of.xml(of.second))
    about = {
        "ASiCManifest001.xml": listing,
        "signature001.p7s": sign_cms(of, listing, of.signer, detached=True),
        "signatures0.xml": box.xades_file([signature]),
    }
    return box.container(files, about)


if __name__ == "__main__":
    main()
