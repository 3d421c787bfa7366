"""What a signature carries and is not read here is named, and changes no verdict."""

import asyncio

from asn1crypto import cms, core
from lxml import etree

from communaute.domain.signatures.museum import container as box
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import written
from communaute.domain.signatures.vocabulary import Proof, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office
from tests.signatures.test_etsi_report import signer_of


TEXT = b"Contrat de cent euros\n"


def test_in_a_cms(office: Office, check: Verifier) -> None:
    info = cms.ContentInfo.load(asyncio.run(office.cms(TEXT)))
    (signer,) = info["content"]["signer_infos"]
    signer["unsigned_attrs"] = [
        {"type": oid, "values": [core.OctetString(b"rien")]}
        for oid in ("1.2.840.113549.1.9.16.2.26", "1.2.840.113549.1.9.16.2.49")
    ]
    report = check(info.dump(force=True))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.unread == (
        Proof.REFERENCES_TIMESTAMP,
        Proof.EVIDENCE_RECORD,
    )
    assert check(asyncio.run(office.cms(TEXT))).signatures[0].facts.unread == ()


def test_in_an_xml(office: Office, check: Verifier) -> None:
    signed = make.enveloped(etree.fromstring("<a>b</a>"), signer_of(office))
    (signature,) = signed.iter(f"{{{make.DS}}}Signature")
    make.xades(make.added_to(signature), "SigAndRefsTimeStamp")
    report = check(written(signed))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.unread == (Proof.REFERENCES_TIMESTAMP,)


def test_in_a_container(office: Office, check: Verifier) -> None:
    signature = make.detached([("contrat.txt", TEXT)], signer_of(office))
    about = {
        "signatures0.xml": box.xades_file([signature]),
        "ASiCArchiveManifest1.xml": b"<a/>",
    }
    report = check(box.container({"contrat.txt": TEXT}, about))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.unread == (Proof.ARCHIVE_MANIFEST,)
