"""The commands for other programs do what they say, on the very file they were written for."""

import asyncio
import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from communaute.domain.signatures.elsewhere import commands
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import written
from communaute.domain.signatures.vocabulary import Kind
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.test_etsi_report import signer_of


TEXT = b"Contrat de cent euros\n"


def run(
    folder: Path, program: str, files: dict[str, bytes], told: tuple[bytes, bytes | None, Kind]
) -> int:
    """Run what is told of a program over these files; its exit status."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (text,) = [one.text for one in commands(*told) if one.program == program]
    tools = {line.split("|")[-1].split()[0].strip("(") for line in text.splitlines()}
    if absent := {tool for tool in tools if shutil.which(tool) is None}:
        pytest.skip(f"not installed: {absent}")
    done = subprocess.run(["bash", "-e", "-c", text], cwd=folder, capture_output=True, check=False)
    return done.returncode


@pytest.mark.parametrize("altered", [False, True])
def test_openssl_checks_every_signature_of_a_pdf(
    office: Office, tmp_path: Path, *, altered: bool
) -> None:
    signed = office.sign(office.sign(blank_pdf()), field="Second")
    given = signed.replace(b"/MediaBox", b"/MediaBax", 1) if altered else signed
    status = run(tmp_path, "OpenSSL", {"document.pdf": given}, (given, None, Kind.PDF))
    assert (status != 0) is altered


@pytest.mark.parametrize("altered", [False, True])
def test_pdfsig_checks_every_signature_of_a_pdf(
    office: Office, tmp_path: Path, *, altered: bool
) -> None:
    """Its exit status says nothing of the signatures: what it prints does."""
    if shutil.which("pdfsig") is None:
        pytest.skip("not installed: pdfsig")
    signed = office.sign(office.sign(blank_pdf()), field="Second")
    given = signed.replace(b"/MediaBox", b"/MediaBax", 1) if altered else signed
    (tmp_path / "document.pdf").write_bytes(given)
    told = commands(given, None, Kind.PDF)[0].text
    done = subprocess.run(
        ["bash", "-e", "-c", told], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.stdout.count(b"Signature is Valid") == (0 if altered else 2)
    assert done.stdout.count(b"Digest Mismatch") == (2 if altered else 0)


@pytest.mark.parametrize("altered", [False, True])
@pytest.mark.parametrize("wrapping", ["der", "pem", "base64"])
def test_openssl_checks_an_attached_cms(
    office: Office, tmp_path: Path, wrapping: str, *, altered: bool
) -> None:
    der = asyncio.run(office.cms(TEXT))
    given = der.replace(b"cent", b"dent") if altered else der
    wrapped = wrap(given, wrapping)
    status = run(tmp_path, "OpenSSL", {"document.p7m": wrapped}, (wrapped, None, Kind.CMS))
    assert (status != 0) is altered
    if not altered:
        assert (tmp_path / "contenu").read_bytes() == TEXT


def wrap(der: bytes, wrapping: str) -> bytes:
    encoded = base64.encodebytes(der)
    if wrapping == "pem":
        return b"-----BEGIN CMS-----\n" + encoded + b"-----END CMS-----\n"
    return encoded if wrapping == "base64" else der


@pytest.mark.parametrize("altered", [False, True])
def test_openssl_checks_a_detached_cms(office: Office, tmp_path: Path, *, altered: bool) -> None:
    der = asyncio.run(office.cms(TEXT, detached=True))
    document = TEXT + b" " * altered
    files = {"document": document, "signature.p7s": der}
    assert (run(tmp_path, "OpenSSL", files, (document, der, Kind.CMS)) != 0) is altered


@pytest.mark.parametrize("altered", [False, True])
def test_xmlsec_checks_an_xml(office: Office, tmp_path: Path, *, altered: bool) -> None:
    signed = written(make.enveloped(etree.fromstring("<a>cent</a>"), signer_of(office)))
    given = signed.replace(b"cent", b"dent") if altered else signed
    status = run(tmp_path, "xmlsec1", {"document.xml": given}, (given, None, Kind.XML))
    assert (status != 0) is altered


def test_names_of_the_file_are_no_commands(office: Office) -> None:
    """What is pasted in a terminal never holds what the file says, but plain names."""
    root = etree.fromstring('<a xmlns="urn:x;touch(vu)" Id="x">cent</a>')
    signature = make.detached([("$(touch vu)\u202e", TEXT)], signer_of(office))
    make.ds(signature, "Reference", URI="#x")
    root.append(signature)
    told = commands(TEXT, written(root), Kind.XML)
    assert told
    for one in told:
        assert "touch" not in one.text
        assert "\u202e" not in one.note


def test_pdfsig_and_dss_are_asked_by_name(office: Office) -> None:
    told = commands(office.sign(blank_pdf()), None, Kind.PDF)
    assert [one.program.split()[0] for one in told] == ["pdfsig", "OpenSSL", "DSS"]
    assert "document.pdf" in told[0].text
    assert "validateSignature" in told[2].text
    assert commands(b"rien", None, Kind.OTHER) == ()


def test_a_byte_range_outside_of_the_file_is_not_told() -> None:
    document = b"%PDF-1.7 /ByteRange [0 10 999999 5] /ByteRange [0 4 6 2]"
    (openssl,) = [one for one in commands(document, None, Kind.PDF) if one.program == "OpenSSL"]
    assert "999999" not in openssl.text
    assert "head -c 4 document.pdf" in openssl.text
