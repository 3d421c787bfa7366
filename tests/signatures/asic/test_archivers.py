"""Containers as archivers write them: read alike, and never two files under one name."""

import asyncio
import struct
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

import pytest

from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.museum import container as make
from communaute.domain.signatures.museum import xml_signer as xml
from communaute.domain.signatures.museum.xml_signer import XmlSigner
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.vocabulary import Extent, SubIndication, Verdict
from communaute.french.typography import typeset
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office


Signer = Callable[..., XmlSigner]
TEXT = b"Cent euros\n" * 20
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def pieces(name: str, signer: XmlSigner) -> list[tuple[str, bytes]]:
    about = make.xades_file([xml.detached([(name, TEXT)], signer)])
    return [("mimetype", make.EXTENDED), (name, TEXT), ("META-INF/signatures.xml", about)]


def headers(content: bytes) -> list[tuple[int, int]]:
    """Where each header is, local and central, with where its flags are."""
    found = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        at = archive.start_dir
        for one in archive.infolist():
            found += [(one.header_offset, 6), (at, 8)]
            name, extra, comment = struct.unpack_from("<HHH", content, at + 28)
            at += 46 + name + extra + comment
    return found


def not_said_to_be_utf8(content: bytes) -> bytes:
    """Clear bit 11: the names stay as they are."""
    changed = bytearray(content)
    for at, flags in headers(content):
        (value,) = struct.unpack_from("<H", changed, at + flags)
        struct.pack_into("<H", changed, at + flags, value & ~0x800)
    return bytes(changed)


def made_on_windows(files: Sequence[tuple[str, bytes]]) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            one = zipfile.ZipInfo(name)
            one.create_system = 0
            one.filename = name.replace("/", "\\")
            archive.writestr(one, content)
    return output.getvalue()


def refused(report: DocumentReport, reason: str) -> bool:
    return report.explanation == typeset(no_verdict.CONTAINER_REFUSED[reason])


def test_names_in_utf8_that_do_not_say_so(xml_signer: Signer, check: Verifier) -> None:
    content = make.zipped(pieces("pièce jointe.txt", xml_signer()))
    report = check(not_said_to_be_utf8(content))
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].facts.scope is not None
    assert report.signatures[0].facts.scope.names == ("pièce jointe.txt",)


@pytest.mark.parametrize("other", ["pièce.txt", "pie\u0300ce.txt", "PIÈCE.TXT"])
def test_two_writings_of_one_name_are_one_name_twice(
    other: str, xml_signer: Signer, check: Verifier
) -> None:
    files = pieces("pièce.txt", xml_signer())
    placeholder = "p" * len(other.encode())
    content = make.zipped([*files, (placeholder, b"mille euros")])
    changed = content.replace(placeholder.encode(), other.encode())
    assert refused(check(changed), "twice")
    assert refused(check(not_said_to_be_utf8(changed)), "twice")


def test_folders_parted_as_on_windows(xml_signer: Signer, check: Verifier) -> None:
    files = pieces("lot 1/contrat.txt", xml_signer())
    for listed in (files, files[1:]):
        assert check(made_on_windows(listed)).verdict is Verdict.PASSED
    assert refused(check(made_on_windows([*files, ("lot 1/../a", b"")])), "path")
    both = BytesIO(made_on_windows(files))
    with zipfile.ZipFile(both, "a") as archive:
        archive.writestr("lot 1/contrat.txt", b"mille euros")
    assert refused(check(both.getvalue()), "twice")


def test_sizes_that_a_stream_tells_in_part(xml_signer: Signer, check: Verifier) -> None:
    """`zip -r - .` knows how long a file is and not how long it will be once packed."""

    def streamed(unpacked: int) -> bytes:
        output = BytesIO()
        stream = _Unseekable(output)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            for name, content in pieces("contrat.txt", xml_signer()):
                archive.writestr(name, content)
        changed = bytearray(output.getvalue())
        with zipfile.ZipFile(BytesIO(output.getvalue())) as archive:
            at = archive.getinfo("contrat.txt").header_offset
        struct.pack_into("<I", changed, at + 22, unpacked)
        return bytes(changed)

    assert check(streamed(0)).verdict is Verdict.PASSED
    assert check(streamed(len(TEXT))).verdict is Verdict.PASSED
    assert refused(check(streamed(len(TEXT) + 1)), "sizes")


def in_64_bits(content: bytes, *, more: bytes = b"", **changed: int) -> bytes:
    """Tell of the directory in a record of 64 bits, as `zip -fz` does for archives of any size."""
    at = content.rindex(b"PK\x05\x06")
    total, size, start = struct.unpack_from("<HII", content, at + 10)
    told = {"total": total, "size": size, "start": start} | changed
    record = b"PK\x06\x06" + struct.pack(
        "<QHHIIQQQQ",
        *(44, 45, 45, 0, 0, told["total"], told["total"], told["size"], told["start"]),
    )
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, at + len(more), 1)
    end = content[at : at + 16] + struct.pack("<I", 0xFFFFFFFF) + content[at + 20 :]
    return content[:at] + more + record + locator + end


def test_a_directory_told_of_in_64_bits(xml_signer: Signer, check: Verifier) -> None:
    content = make.zipped(pieces("contrat.txt", xml_signer()))
    assert check(in_64_bits(content)).verdict is Verdict.PASSED
    assert check(in_64_bits(content, more=b"hidden")).verdict is None
    for false in (in_64_bits(content, total=2), in_64_bits(content, size=200)):
        assert check(false).verdict is None
    assert check(in_64_bits(content, start=12)).verdict is None
    # The end and the record may not tell two things.
    both = bytearray(in_64_bits(content))
    struct.pack_into("<I", both, len(both) - 6, 12)
    assert check(bytes(both)).verdict is None


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_few_programs_unpack_is_refused_by_name(
    method: int, xml_signer: Signer, check: Verifier
) -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, content in pieces("contrat.txt", xml_signer()):
            archive.writestr(name, content)
    assert refused(check(output.getvalue()), "method")


class _Unseekable:
    """A pipe."""

    def __init__(self, to: BytesIO) -> None:
        self.write, self.flush = to.write, to.flush


@pytest.mark.parametrize("left", ["__MACOSX/._contrat.txt", ".DS_Store", "a/Thumbs.db"])
def test_what_a_system_left_is_named_and_hides_no_document(
    left: str, office: Office, check: Verifier
) -> None:
    signature = asyncio.run(office.cms(TEXT, detached=True))

    def simple(text: bytes) -> DocumentReport:
        documents = {"contrat.txt": text, left: b"\0\0\0\1"}
        return check(make.container(documents, {"signature.p7s": signature}, make.SIMPLE))

    (found,) = simple(TEXT).signatures
    assert found.verdict is Verdict.INDETERMINATE
    assert found.facts.faults == ("part_signed",)
    assert found.facts.scope is not None
    assert found.facts.scope.extent is Extent.FILES
    assert (found.facts.scope.names, found.facts.scope.left_out) == (("contrat.txt",), (left,))
    assert simple(b"Mille euros").sub_indication is SubIndication.HASH_FAILURE
