"""Several documents in one table, and one that is known by its digest only."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from communaute.blueprints.signatures import uploads
from communaute.domain.signatures.detect import Content, Digests
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.served import TOOL, Served, served, several
from tests.swapping import main_text


TEXT = b"Nous acceptons le devis."


@pytest.fixture(scope="module")
def site(trust_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("several"), trust_directory) as running:
        yield running


def digests_of(content: bytes) -> Digests:
    return Digests({
        name: hashlib.new(name, content).digest() for name in ("sha256", "sha384", "sha512")
    })  # fmt: skip


def verdict_of(check: Verifier, document: Content, signature: bytes | None) -> str | None:
    verdict = check(document, signature).verdict
    return verdict.value if verdict else None


def in_a_form(digests: Digests) -> str:
    return ",".join(f"{name}={value}" for name, value in digests.written().items())


def table(site: Served, documents: dict[str, bytes]) -> str:
    answer = site.pages.response("POST", TOOL, **several(documents))
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["Location"])
    while site.pages.response("GET", address).status_code == 202:
        pass
    return address


def test_each_document_has_its_line_and_its_result(site: Served, office: Office) -> None:
    address = table(
        site,
        {
            "marché.pdf": office.sign(blank_pdf()),
            "nu.pdf": blank_pdf(),
            "devis.txt": TEXT,
            "devis.txt.p7s": asyncio.run(office.cms(TEXT, detached=True)),
        },
    )
    page = site.pages.get(address)
    text = main_text(page)
    assert "3 documents" in text
    assert "2 valides, 1 sans conclusion" in text
    assert "devis.txt (devis.txt.p7s)" in text
    assert "Claude Exemple" in text
    assert "Aucune signature électronique dans ce fichier" in text
    links = [str(a["href"]) for a in page.select("table a")]
    assert len(links) == 3
    one = site.pages.get(links[0])
    assert "La signature est valide" in main_text(one)
    assert one.select_one(f'a[href="{address}"]') is not None


def test_a_table_that_is_erased_or_never_was_is_not_found(site: Served) -> None:
    assert site.pages.response("GET", f"{TOOL}/lot/nothing").status_code == 404


@pytest.mark.parametrize(
    ("documents", "signature", "status", "sentence"),
    [
        ({f"{n}.pdf": b"x" for n in range(21)}, None, 422, uploads.TOO_MANY),
        ({"a.pdf": b"x", "b.pdf": b"y"}, b"z", 422, "ne vaut que pour un document"),
    ],
)
def test_what_cannot_be_taken_together_is_said(
    site: Served, documents: dict[str, bytes], signature: bytes | None, status: int, sentence: str
) -> None:
    answer = site.pages.response("POST", TOOL, **several(documents, signature))
    assert answer.status_code == status
    assert sentence in answer.text.replace("\u202f", " ").replace("\u00a0", " ")


def test_documents_too_large_together_are_refused(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "BATCH_BYTES", 100)
    answer = site.pages.response("POST", TOOL, **several({"a": bytes(60), "b": bytes(60)}))
    assert answer.status_code == 413


def test_the_api_takes_one_document_a_request(site: Served) -> None:
    sent = several({"a.pdf": b"x", "b.pdf": b"y"})
    assert site.pages.response("POST", "/api/v1/signatures", **sent).status_code == 422


def test_a_detached_signature_is_verified_over_a_digest(site: Served, office: Office) -> None:
    signature = asyncio.run(office.cms(TEXT, detached=True))
    for content, title in (
        (TEXT, "La signature est valide"),
        (TEXT + b" ", "La signature n’est pas valide"),
    ):
        sent = several({}, signature, empreintes=in_a_form(digests_of(content)))
        answer = site.pages.response("POST", TOOL, **sent)
        assert answer.status_code == 303, answer.text
        address = str(answer.headers["Location"])
        while site.pages.response("GET", address).status_code == 202:
            pass
        page = site.pages.get(address)
        assert title in main_text(page)
        assert hashlib.sha256(content).hexdigest() in page.text


@pytest.mark.parametrize(
    "given", ["", "sha256=zz", "sha1=" + "0" * 40, "sha512=" + "0" * 128, "sha256", "=,="]
)
def test_a_digest_that_is_none_is_refused(site: Served, given: str) -> None:
    answer = site.pages.response("POST", TOOL, **several({}, b"x", empreintes=given))
    assert answer.status_code == 422


def test_a_digest_without_a_signature_is_refused(site: Served) -> None:
    sent = several({}, None, empreintes=in_a_form(digests_of(TEXT)))
    assert site.pages.response("POST", TOOL, **sent).status_code == 422


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_every_digest_of_a_browser_will_do(office: Office, check: Verifier, algorithm: str) -> None:
    signature = asyncio.run(office.cms(TEXT, digest=algorithm, detached=True))
    assert verdict_of(check, digests_of(TEXT), signature) == "TOTAL-PASSED"
    assert verdict_of(check, digests_of(b"other"), signature) == "TOTAL-FAILED"
    assert verdict_of(check, digests_of(b""), signature) == "TOTAL-FAILED"


def test_a_digest_that_was_not_sent_leaves_open(office: Office, check: Verifier) -> None:
    signature = asyncio.run(office.cms(TEXT, digest="sha512", detached=True))
    only = Digests({"sha256": hashlib.sha256(TEXT).digest()})
    assert verdict_of(check, only, signature) == "INDETERMINATE"


def test_an_attached_signature_is_held_to_the_digest(office: Office, check: Verifier) -> None:
    attached = asyncio.run(office.cms(TEXT))
    assert verdict_of(check, digests_of(TEXT), attached) == "TOTAL-PASSED"
    assert verdict_of(check, digests_of(b"other"), attached) == "TOTAL-FAILED"


def test_a_digest_alone_or_with_a_pdf_has_no_verdict(office: Office, check: Verifier) -> None:
    assert verdict_of(check, digests_of(TEXT), None) is None
    assert verdict_of(check, digests_of(TEXT), office.sign(blank_pdf())) is None
