"""The page of the signature tool, over a real verifier process and a real socket."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from communaute.domain import clock
from communaute.domain.signatures.serve.client import VerifierClient
from communaute.extensions import db
from communaute.wiring import current
from tests.pages import Pages, one
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import fill_field, replace_text, update
from tests.signatures.pki import DAY, NOW
from tests.signatures.served import TOOL, Served, form, running_verifier, served
from tests.signatures.test_limits import zipped
from tests.swapping import main_text, swap


PART = "#outil-signature"
EMPTY_XML_SIGNATURE = b'<a><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></a>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, trust_directory: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("page"), trust_directory) as running:
        yield running


@pytest.fixture(scope="module")
def good(office: Office) -> bytes:
    return office.sign(blank_pdf(), at=NOW - DAY)


def test_the_form_asks_for_a_document_and_says_what_becomes_of_it(site: Served) -> None:
    page = site.pages.get(TOOL)
    assert page.select_one("input[type=file][name=document]")
    assert page.select_one("input[type=file][name=signature]")
    assert "n’est pas conservé" in main_text(page)
    assert "quinze minutes" in main_text(page)


def test_a_document_is_sent_then_found_at_an_address_of_its_own(site: Served, good: bytes) -> None:
    answer = site.pages.response("POST", TOOL, **form(good))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(TOOL + "/")
    text = main_text(site.pages.get(answer.headers["Location"]))
    assert "La signature est valide" in text
    assert "Claude Exemple" in text
    assert "Signature électronique qualifiée" in text


def test_the_five_points_are_answered_in_words(site: Served, good: bytes) -> None:
    page = site.pages.get(site.verified(good))
    answers = [badge.text for badge in page.select(".points__answer")]
    assert answers == ["Oui"] * 5


def test_only_what_is_all_proven_is_green(site: Served, office: Office, good: bytes) -> None:
    kinds = {}
    documents = {
        "good": good,
        "unqualified": office.sign(blank_pdf(), "noqc", at=NOW - DAY),
        "stranger": office.sign(blank_pdf(), "stranger"),
        "replaced": update(office.sign(blank_pdf()), replace_text),
        "unsigned": blank_pdf(),
    }
    for name, document in documents.items():
        alert = one(site.pages.get(site.verified(document)), ".signature__verdict")
        kinds[name] = str(alert["class"][1]).removeprefix("fr-alert--")
    assert kinds == {
        "good": "success",
        "unqualified": "warning",
        "stranger": "info",
        "replaced": "error",
        "unsigned": "info",
    }


def test_several_signatures_have_a_verdict_each_and_the_document_the_worst(
    site: Served, office: Office, good: bytes
) -> None:
    page = site.pages.get(site.verified(office.sign(good, "stranger", field="Second")))
    listed = [item.get_text(" ", strip=True) for item in page.select(".signature__several li")]
    assert len(listed) == 2
    assert "Claude Exemple" in listed[0]
    assert listed[1].endswith("Non concluant")
    assert "non concluante" in one(page, "#verdict").text


def test_what_was_added_since_and_how_to_cut_it_off_are_said(site: Served, good: bytes) -> None:
    page = site.pages.get(site.verified(update(good, fill_field)))
    assert one(page, "[data-cut]")["data-length"] == str(len(good))
    assert f"head -c {len(good)}" in one(page, "[data-cut-by-hand]").text


def test_a_detached_signature_is_verified_with_its_document(site: Served, office: Office) -> None:
    import asyncio

    signature = asyncio.run(office.cms(b"un contrat", detached=True, at=NOW - DAY))
    text = main_text(site.pages.get(site.verified(b"un contrat", signature)))
    assert "La signature est valide" in text
    assert "n’est pas valide" in main_text(
        site.pages.get(site.verified(b"un autre contrat", signature))
    )


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (blank_pdf(), "ne contient pas de signature électronique"),
        (b"bonjour", "ne contient pas de signature électronique"),
        (b"", "ne peut pas être lu"),
        (
            zipped("word/document.xml", "_xmlsignatures/sig1.xml"),
            "est signé dans un format propre à ces logiciels",
        ),
    ],
)
def test_a_file_without_verdict_says_why_and_what_to_do(
    site: Served, document: bytes, sentence: str
) -> None:
    page = site.pages.get(site.verified(document))
    assert sentence in main_text(page)
    assert not page.select("a[href$='.pdf']")


def test_a_signature_of_xml_that_cannot_be_judged(site: Served) -> None:
    page = main_text(site.pages.get(site.verified(EMPTY_XML_SIGNATURE)))
    assert "n’a pas pu être établie" in page


def test_hostile_names_are_text(site: Served, office: Office) -> None:
    page = site.pages.get(site.verified(office.sign(blank_pdf(), "hostile")))
    assert not [script for script in page.find_all("script") if "alert(1)" in script.text]
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in page.text


def test_a_very_long_name_is_cut(site: Served, office: Office) -> None:
    assert "A" * 201 not in site.pages.get(site.verified(office.sign(blank_pdf(), "long"))).text


def test_no_document_is_an_error_beside_the_field(site: Served) -> None:
    page = site.pages.post(TOOL, 422, **form(None))
    field = one(page, "#document")
    assert field["aria-invalid"] == "true"
    assert "Choisissez le document" in one(page, "#document-erreur").text
    assert one(page, "title").text.startswith("Erreur")


@pytest.mark.slow
@pytest.mark.parametrize("field", ["document", "signature"])
def test_too_large_a_file_is_refused_in_a_sentence(
    tmp_path: Path, trust_directory: Path, field: str
) -> None:
    with served(tmp_path, trust_directory, signature_megabytes="1") as small:
        large = bytes(1024 * 1024 + 1)
        data = form(large) if field == "document" else form(b"x", large)
        page = small.pages.post(TOOL, 413, **data)
        assert "1\u00a0Mo" in one(page, f"#{field}-erreur").text
        page = small.pages.post(TOOL, 413, **form(bytes(3 * 1024 * 1024)))
        assert "1\u00a0Mo" in one(page, "#document-erreur").text


def test_other_forms_of_the_site_stay_small(site: Served) -> None:
    answer = site.pages.response("POST", "/outils/avis", data={"remarque": "x" * 300_000})
    assert answer.status_code == 413


def test_another_site_may_not_send_a_document(site: Served, good: bytes) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"}):
        answer = site.pages.response("POST", TOOL, **form(good), headers=headers)
        assert answer.status_code == 403


def test_no_cookie_no_cache_no_index(site: Served, good: bytes) -> None:
    for answer in (
        site.pages.response("GET", TOOL),
        site.pages.response("GET", site.verified(good)),
    ):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_part_swapped_in_is_the_page_reloaded(site: Served, good: bytes) -> None:
    here = {"HX-Current-URL": f"http://localhost{TOOL}"}
    for address, status in (
        (site.verified(good), 200),
        (site.verified(blank_pdf()), 200),
        (f"{TOOL}/{'x' * 24}", 404),
    ):
        part = site.pages.fragment(address, status, headers=here)
        swapped = swap(site.pages.get(TOOL), PART, part)
        assert main_text(swapped) == main_text(site.pages.get(address, status))


def test_on_its_own_page_the_address_of_the_result_is_pushed_and_elsewhere_not(
    site: Served, good: bytes
) -> None:
    address = site.verified(good)
    for where, pushed in ((TOOL, address), ("/guides/verifier-une-signature", None)):
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{where}"}
        answer = site.pages.response("GET", address, headers=headers)
        assert answer.headers.get("HX-Push-Url") == pushed


def test_a_result_is_gone_after_fifteen_minutes(
    site: Served, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, now = site.verified(good), clock.now()
    for minutes, status in ((14, 200), (15, 404)):
        later = now + timedelta(minutes=minutes, seconds=20 if minutes == 15 else 0)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        page = site.pages.get(address, status)
        assert site.pages.response("GET", address + ".pdf").status_code == status
    assert "n’existe plus" in main_text(page)


@pytest.mark.slow
def test_the_result_outlives_the_verifier(
    tmp_path: Path, trust_directory: Path, good: bytes
) -> None:
    """Any web process of any host reads it in the table."""
    with served(tmp_path, trust_directory) as running:
        address = running.verified(good)
        running.process.terminate()
        running.process.wait(30)
        assert "La signature est valide" in main_text(running.pages.get(address))


@pytest.mark.slow
def test_without_a_verifier_the_page_says_so_and_nothing_is_lost(
    tmp_path: Path, trust_directory: Path, good: bytes
) -> None:
    with served(tmp_path, trust_directory) as running:
        running.process.terminate()
        running.process.wait(30)
        assert "arrêtée pour le moment" in main_text(running.pages.get(TOOL))
        answer = running.pages.response("POST", TOOL, **form(good))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "n’a pas été gardé" in running.pages.post(TOOL, 503, **form(good)).text


@pytest.mark.slow
def test_a_document_lost_with_its_verifier_is_said_to_be(
    tmp_path: Path, trust_directory: Path
) -> None:
    from communaute.domain.signatures.results import expect_result

    with served(tmp_path, trust_directory) as running:
        with running.app.app_context():
            expect_result(db.session(), "a" * 24, clock.now(), current.host())
            db.session.commit()
        text = main_text(running.pages.get(f"{TOOL}/{'a' * 24}", 503))
        assert "interrompue" in text
        assert "Envoyez-le de nouveau" in text


@pytest.mark.slow
def test_limits_answer_429_with_retry_after(tmp_path: Path, trust_directory: Path) -> None:
    with served(tmp_path, trust_directory, limits="on") as running:
        answers = [running.pages.response("POST", TOOL, **form(None)) for _ in range(31)]
        assert {answer.status_code for answer in answers[:30]} == {422}
        assert answers[30].status_code == 429
        assert int(answers[30].headers["Retry-After"]) <= 60


@pytest.mark.slow
def test_nothing_of_the_file_or_the_signer_is_logged(
    tmp_path: Path, trust_directory: Path, good: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with served(tmp_path, trust_directory) as running:
        running.pages.get(running.verified(good))
        running.pages.response("GET", running.verified(good) + ".pdf")
    said = "".join(capfd.readouterr())
    assert "Claude" not in said
    assert "contrat.pdf" not in said


@pytest.mark.slow
def test_a_second_verifier_can_take_over(
    tmp_path: Path, trust_directory: Path, good: bytes
) -> None:
    with served(tmp_path, trust_directory) as running:
        running.process.terminate()
        running.process.wait(30)
        with running_verifier(tmp_path, trust_directory, str(running.socket)):
            assert VerifierClient(running.socket).state()["status"] == "up"
            assert "valide" in main_text(running.pages.get(running.verified(good)))


def test_readiness_shows_the_lists_and_takes_no_web_process_out(site: Served) -> None:
    said = site.pages.response("GET", "/sante/pret").json or {}
    assert said["signatures"] == {"verifier": "ok", "late": 0, "lists": []}


def test_the_guide_embeds_the_tool(shared_app: object, pages: Pages) -> None:
    frame = pages.get("/guides/verifier-une-signature").select_one(".tool-frame")
    assert frame
    assert frame.select_one(f"a[href='{TOOL}']")
    part = pages.fragment(f"{TOOL}?fragment=1")
    assert "<h2" not in part
