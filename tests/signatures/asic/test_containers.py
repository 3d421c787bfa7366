"""ASiC containers: what each signature is over, what it leaves out, and what is not opened."""

import asyncio
import base64
import stat
import struct
from collections.abc import Callable, Mapping, Sequence

import pytest

from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.museum import container as make
from communaute.domain.signatures.museum import xml_signer as xml
from communaute.domain.signatures.museum.xml_signer import XmlSigner
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.vocabulary import (
    Error,
    Extent,
    Format,
    Kind,
    SubIndication,
    Verdict,
)
from communaute.french.typography import typeset
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office


Signer = Callable[..., XmlSigner]
FILES = {"contrat.txt": b"Cent euros\n" * 20, "annexe.xml": b"<annexe/>"}


def over(
    files: Mapping[str, bytes], signer: XmlSigner, name: str = "signatures0.xml"
) -> dict[str, bytes]:
    """A file of one XML signature over these documents."""
    return {name: make.xades_file([xml.detached(list(files.items()), signer)])}


def extended(files: Mapping[str, bytes], office: Office, label: str = "signer") -> dict[str, bytes]:
    """A manifest and its CMS signature."""
    listing = make.manifest("META-INF/signature001.p7s", files)
    signature = asyncio.run(office.cms(listing, label, detached=True))
    return {"ASiCManifest001.xml": listing, "signature001.p7s": signature}


def faults(report: DocumentReport) -> set[str]:
    return {fault for one in report.signatures for fault in one.facts.faults}


def test_xml_signatures_of_a_container(xml_signer: Signer, check: Verifier) -> None:
    about = over(FILES, xml_signer()) | over(FILES, xml_signer("ec"), "signatures1.xml")
    report = check(make.container(FILES, about))
    assert (report.kind, report.verdict, report.acceptable) == (Kind.ASIC, Verdict.PASSED, True)
    assert [one.facts.name for one in report.signatures] == [
        "signatures0.xml, Signature 1",
        "signatures1.xml, Signature 1",
    ]
    scope = report.signatures[0].facts.scope
    assert scope is not None
    assert (scope.extent, scope.names, scope.left_out) == (Extent.FILES, tuple(FILES), ())
    assert "contrat.txt" in report.signatures[0].summary[0]


def test_cms_signatures_of_a_container(office: Office, check: Verifier) -> None:
    report = check(make.container(FILES, extended(FILES, office)))
    (signature,) = report.signatures
    assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)
    assert signature.facts.format is Format.CADES
    assert signature.facts.scope is not None
    assert signature.facts.scope.names == tuple(FILES)


def test_a_simple_container(office: Office, xml_signer: Signer, check: Verifier) -> None:
    one = {"contrat.txt": FILES["contrat.txt"]}
    cms = asyncio.run(office.cms(one["contrat.txt"], detached=True))
    for about in ({"signature.p7s": cms}, over(one, xml_signer(), "signatures.xml")):
        for mimetype in (make.SIMPLE, b""):
            report = check(make.container(one, about, mimetype))
            assert (report.verdict, report.acceptable) == (Verdict.PASSED, True)


@pytest.mark.parametrize(
    "uri", ["dossier/pièce%20n°1+2.txt", "dossier/pi%C3%A8ce%20n%C2%B01+2.txt", "./a b.txt"]
)
def test_names_however_they_are_escaped(uri: str, xml_signer: Signer, check: Verifier) -> None:
    name = "a b.txt" if "a b" in uri else "dossier/pièce n°1+2.txt"
    signature = xml.detached([(uri, b"texte")], xml_signer())
    about = {"signatures.xml": make.xades_file([signature])}
    assert check(make.container({name: b"texte"}, about)).verdict is Verdict.PASSED


def test_an_altered_document_is_refused(
    office: Office, xml_signer: Signer, check: Verifier
) -> None:
    altered = FILES | {"contrat.txt": b"Mille euros"}
    for about in (over(FILES, xml_signer()), extended(FILES, office)):
        report = check(make.container(altered, about))
        assert (report.verdict, report.sub_indication) == (
            Verdict.FAILED,
            SubIndication.HASH_FAILURE,
        )


def test_a_removed_document_is_missing(office: Office, xml_signer: Signer, check: Verifier) -> None:
    left = {"contrat.txt": FILES["contrat.txt"]}
    for about in (over(FILES, xml_signer()), extended(FILES, office)):
        report = check(make.container(left, about))
        assert (report.verdict, report.sub_indication) == (
            Verdict.INDETERMINATE,
            SubIndication.SIGNED_DATA_NOT_FOUND,
        )


def test_an_added_document_is_said_not_to_be_signed(
    office: Office, xml_signer: Signer, check: Verifier
) -> None:
    more = {**FILES, "avenant.txt": b"Et mille de plus"}
    for about in (over(FILES, xml_signer()), extended(FILES, office)):
        report = check(make.container(more, about))
        assert (report.verdict, report.acceptable) == (Verdict.INDETERMINATE, False)
        assert faults(report) == {"part_signed"}
        assert "avenant.txt" in report.signatures[0].summary[1]


@pytest.mark.parametrize("name", ["Contrat.pdf", "annexes/Contrat.txt", "contrat.xml"])
def test_a_document_put_among_the_signatures_is_said_not_to_be_signed(
    name: str, xml_signer: Signer, check: Verifier
) -> None:
    about = over(FILES, xml_signer()) | {"hashcodes-sha256.xml": b"<hashcodes/>"}
    assert check(make.container(FILES, about)).verdict is Verdict.PASSED
    report = check(make.container(FILES, about | {name: b"Mille euros"}))
    assert (report.verdict, faults(report)) == (Verdict.INDETERMINATE, {"part_signed"})


def test_a_second_document_in_a_simple_container(office: Office, check: Verifier) -> None:
    cms = asyncio.run(office.cms(FILES["contrat.txt"], detached=True))
    report = check(make.container(FILES, {"signature.p7s": cms}, make.SIMPLE))
    assert report.verdict is Verdict.INDETERMINATE


def test_two_manifests_for_one_signature_decide_nothing(office: Office, check: Verifier) -> None:
    about = extended(FILES, office)
    other = make.manifest("META-INF/signature001.p7s", {"contrat.txt": b"Mille euros"})
    report = check(make.container(FILES, {**about, "ASiCManifest002.xml": other}))
    assert report.verdict is Verdict.INDETERMINATE


def test_an_altered_manifest_is_refused(office: Office, check: Verifier) -> None:
    files = FILES | {"contrat.txt": b"Mille euros"}
    about = extended(FILES, office)
    about["ASiCManifest001.xml"] = make.manifest("META-INF/signature001.p7s", files)
    assert check(make.container(files, about)).verdict is Verdict.FAILED


def test_a_document_announced_and_absent(xml_signer: Signer, check: Verifier) -> None:
    about = over(FILES, xml_signer()) | {"manifest.xml": make.announcing([*FILES, "plan.pdf"])}
    report = check(make.container(FILES, about))
    assert (report.verdict, faults(report)) == (Verdict.INDETERMINATE, {"announced_missing"})
    about["manifest.xml"] = make.announcing(list(FILES))
    assert check(make.container(FILES, about)).verdict is Verdict.PASSED


def test_one_false_signature_among_two(xml_signer: Signer, check: Verifier) -> None:
    about = over(FILES, xml_signer())
    false = over(FILES | {"contrat.txt": b"autre"}, xml_signer(), "signatures1.xml")
    report = check(make.container(FILES, about | false))
    assert [one.verdict for one in report.signatures] == [Verdict.PASSED, Verdict.FAILED]
    assert report.verdict is Verdict.FAILED


def test_a_file_of_signatures_that_cannot_be_read(xml_signer: Signer, check: Verifier) -> None:
    about = over(FILES, xml_signer()) | {"signatures1.xml": b"<!DOCTYPE a><a/>"}
    report = check(make.container(FILES, about))
    assert [one.verdict for one in report.signatures] == [
        Verdict.PASSED,
        Verdict.INDETERMINATE,
    ]


def test_a_container_sent_with_its_document(xml_signer: Signer, check: Verifier) -> None:
    sealed = make.container(FILES, over(FILES, xml_signer()))
    assert check(FILES["contrat.txt"], sealed).verdict is Verdict.PASSED
    assert check(b"autre", sealed).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({}, no_verdict.CONTAINER_UNSIGNED),
        ({"timestamp.tst": b""}, no_verdict.CONTAINER_STAMPED),
        ({"evidencerecord.xml": b""}, no_verdict.CONTAINER_RECORDED),
    ],
)
def test_a_container_without_signature(
    about: dict[str, bytes], sentence: str, check: Verifier
) -> None:
    report = check(make.container(FILES, about))
    assert (report.error, report.explanation) == (Error.NO_SIGNATURE, typeset(sentence))


def test_an_open_document_is_not_a_container(check: Verifier) -> None:
    about = {"documentsignatures.xml": b"<a/>"}
    report = check(make.container({}, about, b"application/vnd.oasis.opendocument.text"))
    assert report.error is Error.UNSUPPORTED


Twisted = Callable[[bytes], bytes]
REFUSED: Sequence[tuple[str, Twisted]] = [
    ("prefix", make.with_prefix),
    ("trailing", make.with_suffix),
    ("hidden", lambda z: make.with_hidden_entry(z, "contrat.txt", b"Mille euros")),
    ("hidden", lambda z: make.with_two_directories(z, make.zipped({"contrat.txt": b"Mille"}))),
    ("directories", lambda z: make.with_another_name_inside(z, "contrat.txt", "marches.txt")),
    ("sizes", lambda z: make.with_false_size(z, "contrat.txt")),
    # Said otherwise in the entry itself: the method, the check sum, the unpacked size.
    ("directories", lambda z: make.with_false_entry(z, "contrat.txt", 8, b"\0\0")),
    ("directories", lambda z: make.with_false_entry(z, "contrat.txt", 14, b"\1\0\0\0")),
    ("sizes", lambda z: make.with_false_entry(z, "contrat.txt", 22, b"\1\0\0\0")),
    ("hidden", lambda z: make.with_bytes_packed(z, "contrat.txt", b"PK\3\4 mille euros")),
]


@pytest.mark.parametrize(("reason", "twist"), REFUSED)
def test_what_two_programs_would_not_read_alike_is_refused_by_name(
    reason: str, twist: Twisted, xml_signer: Signer, check: Verifier
) -> None:
    sealed = make.container(FILES, over(FILES, xml_signer()))
    report = check(twist(sealed))
    assert (report.verdict, report.error) == (None, Error.UNREADABLE)
    assert report.explanation == typeset(no_verdict.CONTAINER_REFUSED[reason])


NAMES: Sequence[tuple[str, list[tuple[str, bytes]]]] = [
    ("twice", [("contrat.txt", b"Mille euros")]),
    ("twice", [("CONTRAT.TXT", b"Mille euros")]),
    ("path", [("../contrat.txt", b"Mille euros")]),
    ("path", [("/etc/passwd", b"")]),
    ("path", [("a/../../b", b"")]),
    ("path", [("a\\b", b"")]),
    ("hidden", [("contrat.pdf/", b"Mille euros")]),
    ("path", [("a\nb", b"")]),
    ("depth", [("a/" * 21 + "b", b"")]),
    ("count", [(f"{n}.txt", b"") for n in range(200)]),
    ("ratio", [("zeros", bytes(50_000_000))]),
]


def test_a_link_to_another_file_is_refused(xml_signer: Signer, check: Verifier) -> None:
    """What is signed is the name it leads to; whoever unpacks it reads the other file."""
    linked = FILES | {"avenant.txt": b"/tmp/mille-euros.txt"}
    sealed = make.container(linked, over(linked, xml_signer()))
    assert check(sealed).verdict is Verdict.PASSED
    at = sealed.index(b"avenant.txt", sealed.index(b"PK\1\2")) - 8
    mode = struct.pack("<I", (stat.S_IFLNK | 0o777) << 16)
    report = check(sealed[:at] + mode + sealed[at + 4 :])
    assert (report.verdict, report.error) == (None, Error.UNREADABLE)
    assert report.explanation == typeset(no_verdict.CONTAINER_REFUSED["path"])


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(("reason", "more"), NAMES)
def test_names_and_sizes_are_refused_before_anything_is_unpacked(
    reason: str, more: list[tuple[str, bytes]], xml_signer: Signer, check: Verifier
) -> None:
    about = [(f"META-INF/{n}", c) for n, c in over(FILES, xml_signer()).items()]
    sealed = make.zipped([("mimetype", make.EXTENDED), *FILES.items(), *about, *more])
    report = check(sealed)
    assert report.verdict is None
    assert report.explanation == typeset(no_verdict.CONTAINER_REFUSED[reason])


def test_a_cut_container_is_unreadable(xml_signer: Signer, check: Verifier) -> None:
    sealed = make.container(FILES, over(FILES, xml_signer()))
    for length in (40, len(sealed) // 2, len(sealed) - 10):
        assert check(sealed[:length]).verdict is None


def test_bytes_after_the_cms_are_seen(office: Office, check: Verifier) -> None:
    about = extended(FILES, office)
    armoured = b"-----BEGIN CMS-----\n" + base64.encodebytes(about["signature001.p7s"])
    about["signature001.p7s"] = b"Mille euros\n" + armoured + b"-----END CMS-----\n"
    assert faults(check(make.container(FILES, about))) == {"beside"}


@pytest.mark.parametrize("directory", [False, True])
@pytest.mark.parametrize(
    ("flag", "error"),
    [
        (0x1, Error.ENCRYPTED),
        (0x40, Error.ENCRYPTED),
        (0x2000, Error.ENCRYPTED),
        (0x20, Error.UNREADABLE),
    ],
)
def test_flags_that_other_programs_do_not_open(
    flag: int, error: Error, directory: bool, xml_signer: Signer, check: Verifier
) -> None:
    content = bytearray(make.container(FILES, over(FILES, xml_signer())))
    at = content.find(b"PK\x01\x02") + 8 if directory else 6
    content[at : at + 2] = (int.from_bytes(content[at : at + 2], "little") | flag).to_bytes(
        2, "little"
    )
    report = check(bytes(content))
    assert report.error is error
    assert not report.acceptable


def test_a_second_name_is_admitted_when_it_is_the_first(
    xml_signer: Callable[..., XmlSigner], check: Verifier
) -> None:
    """Many programs write the name again in UTF-8 beside itself (APPNOTE 4.6.9)."""
    signature = xml.detached([("contrat.txt", b"cent")], xml_signer())
    made = make.container(
        {"contrat.txt": b"cent"}, {"signatures0.xml": make.xades_file([signature])}
    )
    again = make.with_another_name_beside(made, "contrat.txt", "contrat.txt")
    assert check(again).verdict is Verdict.PASSED
    other = make.with_another_name_beside(made, "contrat.txt", "marche.txt")
    assert check(other).error is Error.UNREADABLE
    assert "deux noms" in check(other).explanation
