"""The report as a PDF, and what its code proves."""

import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

from communaute.domain import clock
from communaute.domain.signatures import results
from communaute.domain.signatures.results import WrongCode, new_code, read_code, spaced
from communaute.extensions import db
from communaute.models import Verification, VerificationResult
from communaute.web import pdf
from tests.pages import one
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.pki import DAY, NOW
from tests.signatures.served import TOOL, Served, served
from tests.swapping import main_text


CONTROL = f"{TOOL}/controle"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, trust_directory: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("report"), trust_directory) as running:
        yield running


@pytest.fixture(scope="module")
def good(office: Office) -> bytes:
    return office.sign(blank_pdf(), at=NOW - DAY)


@pytest.fixture(scope="module")
def address(site: Served, good: bytes) -> str:
    return site.verified(good)


@pytest.fixture(scope="module")
def printed(site: Served, address: str) -> bytes:
    answer = site.pages.response("GET", address + ".pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    content: bytes = answer.data
    return content


def text_of(document: bytes) -> str:
    """The text of a PDF, white space folded."""
    told = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


def code_of(site: Served, address: str) -> str:
    site.pages.get(address)  # waits for the recorder, as a visitor's first look does
    with site.app.app_context():
        row = db.session.get_one(VerificationResult, address.rsplit("/", 1)[1])
        assert row.code
        return row.code


def test_the_report_says_what_the_page_says(site: Served, address: str, printed: bytes) -> None:
    text = text_of(printed)
    for point in site.pages.get(address).select(".points__title"):
        assert " ".join(point.get_text().split()) in text
    for said in (
        "La signature est valide",
        "Claude Exemple",
        "aucune valeur de constat",
        "pyHanko",
    ):
        assert said in text


def test_the_report_holds_the_hash_of_the_file(printed: bytes, good: bytes) -> None:
    import hashlib

    assert hashlib.sha256(good).hexdigest() in text_of(printed).replace(" ", "")


def test_the_report_is_tagged_titled_and_in_french(printed: bytes) -> None:
    reader = PdfFileReader(BytesIO(printed))
    assert reader.root["/MarkInfo"]["/Marked"]
    assert reader.root["/Lang"] == "fr"
    assert "/StructTreeRoot" in reader.root
    assert reader.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in reader.root["/Metadata"].data


# What may stand right under what (ISO 32000-1, 14.8.4): what PDF/UA checkers refuse first.
CHILDREN = {
    "/L": {"/LI", "/L", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TR": {"/TH", "/TD"},
}


def elements(node: Any) -> Iterator[Any]:
    """The elements of a tree of tags, from the top."""
    if isinstance(node, DictionaryObject) and "/S" in node:
        yield node
        held = node.get("/K", [])
        for child in held if isinstance(held, ArrayObject) else [held]:
            yield from elements(child.get_object())


def test_the_tags_of_the_report_are_in_order(site: Served, office: Office) -> None:
    """Lists hold items, tables rows, headings no step: what a screen reader goes by."""
    document = office.sign(office.sign(blank_pdf(), at=NOW), "stranger", field="Other")
    printed = site.pages.response("GET", site.verified(document) + ".pdf").data
    reader = PdfFileReader(BytesIO(printed))
    found = list(elements(reader.root["/StructTreeRoot"]["/K"][0].get_object()))
    kinds = [element["/S"] for element in found]
    assert {"/H1", "/Sect", "/P", "/L", "/LI", "/LBody"} <= set(kinds)
    for element in found:
        assert element["/S"] != "/Figure" or element["/Alt"]
        allowed = CHILDREN.get(element["/S"])
        held = element.get("/K", [])
        children = [one.get_object() for one in held if isinstance(one, IndirectObject)]
        named = {one["/S"] for one in children if "/S" in one}
        assert allowed is None or named <= allowed, (element["/S"], named)
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_report_names_no_file_in_its_header(site: Served, address: str) -> None:
    answer = site.pages.response("GET", address + ".pdf")
    assert answer.headers["Content-Disposition"].endswith('filename="rapport-de-verification.pdf"')
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_without_verdict_has_no_report(site: Served) -> None:
    address = site.verified(blank_pdf())
    assert site.pages.response("GET", address + ".pdf").status_code == 404
    assert site.pages.response("GET", f"{TOOL}/{'x' * 24}.pdf").status_code == 404


def test_a_hostile_name_fetches_nothing_and_is_printed_as_text(
    site: Served, office: Office, tmp_path: Path
) -> None:
    address = site.verified(office.sign(blank_pdf(), "hostile"))
    told = text_of(site.pages.response("GET", address + ".pdf").data)
    assert "<script>alert(1)</script>" in told


@pytest.mark.parametrize(
    "asked",
    [
        '<img src="http://127.0.0.1:{port}/a">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css">',
        '<img src="font:../../../../etc/hostname">',
        "<object data='file:///etc/hostname'></object>",
    ],
)
def test_a_page_printed_reaches_nothing(asked: str) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        page = asked.replace("{port}", str(listening.getsockname()[1]))
        made = pdf.render_pdf(f"<html lang=fr><title>t</title><h1>t</h1>{page}", "")
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert b"/EmbeddedFile" not in made


def test_only_vendor_fonts_are_given() -> None:
    for refused in (
        "font:x.woff2",
        "font:../a",
        "file:///etc/passwd",
        "http://a.example",
        "data:,a",
    ):
        with pytest.raises(ValueError, match="fetch nothing"):
            pdf.font(refused)


def test_the_code_proves_hash_verdict_and_lists_without_a_name(
    site: Served, address: str, printed: bytes, good: bytes
) -> None:
    import hashlib

    code = code_of(site, address)
    assert spaced(code) in text_of(printed)
    text = main_text(site.pages.get(f"{CONTROL}?code={spaced(code).lower()}"))
    assert "vient bien de ce site" in text
    assert hashlib.sha256(good).hexdigest() in text
    assert "TOTAL-PASSED" in text
    assert "aucune n’était chargée" in text
    assert "Claude" not in text


def test_the_proof_outlives_the_result_and_holds_no_name(site: Served, good: bytes) -> None:
    address = site.verified(good)
    code = code_of(site, address)
    with site.app.app_context():
        later = clock.now() + results.KEPT
        results.purge_results(db.session(), later)
        db.session.commit()
        kept = db.session.get_one(Verification, code)
        columns = {c.name: getattr(kept, c.name) for c in Verification.__table__.columns}
    site.pages.get(f"{CONTROL}?code={code}")
    assert set(columns) == {
        *("code", "sha256", "verdict", "sub_indication", "acceptable", "signature_count"),
        *("lists_issued_at", "lists_number", "verified_at"),
    }
    assert "Claude" not in str(columns)


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 422, "Saisissez le code"),
        ("7K3M", 422, "12 caractères"),
        ("7K3M-Q9TD-X2W?", 422, "chiffres et des lettres"),
        ("7K3M-Q9TD-X2WA", 404, "Aucun rapport n’a ce code"),
    ],
)
def test_a_wrong_code_is_said_beside_the_field_and_stays(
    site: Served, typed: str, status: int, sentence: str
) -> None:
    page = site.pages.get(f"{CONTROL}?code={typed}", status)
    assert sentence in one(page, "#code-erreur").text
    assert one(page, "#code")["value"] == typed


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    for typed in (code, code.lower(), spaced(code), f" {spaced(code)} ", " ".join(code)):
        assert read_code(typed) == code
    assert read_code("O0IL-1234-5678") == "001112345678"
    with pytest.raises(WrongCode):
        read_code("U" * 12)
