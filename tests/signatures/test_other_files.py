"""Files that are no PDF and no bare CMS: signed mails, and what is named because it is not read."""

import asyncio
import base64
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import PubKeySecurityHandler
from pyhanko.pdf_utils.crypt.pubkey import RecipientEncryptionPolicy
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from communaute.domain.signatures.vocabulary import Criterion, Error, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office


PART = b"Content-Type: text/plain\r\n\r\nActe d'engagement\r\nCent euros\r\n"


def mail(office: Office, signed: bytes = PART, shown: bytes = PART, end: bytes = b"\r\n") -> bytes:
    der = asyncio.run(office.cms(signed, detached=True))
    head = (
        b'MIME-Version: 1.0\r\nSubject: Marche\r\nContent-Type: multipart/signed; micalg="sha-256";'
        b' protocol="application/pkcs7-signature";\r\n boundary="----A1"\r\n\r\nS/MIME\r\n\r\n'
    )
    signature = (
        b'\r\n------A1\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(der).replace(b"\n", b"\r\n")
        + b"\r\n------A1--\r\n"
    )
    return (head + b"------A1\r\n" + shown + signature).replace(b"\r\n", end)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_signed_mail_is_read_however_its_lines_were_saved(
    end: bytes, office: Office, check: Verifier
) -> None:
    report = check(mail(office, end=end))
    assert report.acceptable
    point = report.signatures[0].points[4]
    assert point.criterion is Criterion.INTEGRITY
    assert "pas l’expéditeur" in point.evidence


def test_a_mail_whose_part_was_changed_is_refused(office: Office, check: Verifier) -> None:
    changed = PART.replace(b"Cent", b"Mille")
    assert check(mail(office, shown=changed)).verdict is Verdict.FAILED
    more = mail(office).replace(b"------A1--", b"------A1\r\n\r\nAvenant\r\n------A1--")
    report = check(more)
    assert (report.verdict, report.error) == (None, Error.UNSUPPORTED)
    assert "smime.p7s" in report.explanation


def test_a_document_encrypted_for_certificates_is_said_encrypted(
    office: Office, check: Verifier
) -> None:
    writer = PdfFileWriter()
    stream = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.insert_page(PageObject(stream, (0, 0, 600, 800)))
    handler = PubKeySecurityHandler.build_from_certs(
        [office.pki.certificate("signer")], policy=RecipientEncryptionPolicy(ignore_key_usage=True)
    )
    writer._assign_security_handler(handler)
    output = BytesIO()
    writer.write(output)
    report = check(output.getvalue())
    assert report.error is Error.ENCRYPTED
    assert "certificats" in report.explanation


def test_what_is_not_read_is_named(check: Verifier) -> None:
    ddoc = b'<?xml version="1.0"?><SignedDoc format="DIGIDOC-XML" version="1.3"></SignedDoc>'
    report = check(ddoc + b"<!-- http://www.w3.org/2000/09/xmldsig# -->")
    assert report.error is Error.UNSUPPORTED
    assert "DDOC" in report.explanation
