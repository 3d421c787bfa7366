"""The signature tool in a real browser, over a real verifier: what a visitor sees and does."""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server

from communaute import PACKAGE
from tests.browser.axe import VIEWS, faults_here, settle
from tests.browser.conftest import Visit, Visitor
from tests.browser.hands import HANDS, Hand
from tests.browser.test_journeys import press_until
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import fill_field, replace_text, update
from tests.signatures.pki import DAY, NOW, make_pki
from tests.signatures.served import TOOL, Served, obedient, served, several


pytestmark = pytest.mark.browser
GUIDE = "/guides/verifier-une-signature"
SAMPLES = PACKAGE / "static" / "exemples-signature"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(make_pki(tmp_path_factory.mktemp("pki")))


@pytest.fixture(scope="module")
def files(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One document of each state, signed in a thread: Playwright runs a loop in this one."""
    folder = tmp_path_factory.mktemp("documents")
    with ThreadPoolExecutor() as pool:
        documents = pool.submit(documents_of_each_state, office).result()
    for name, content in documents.items():
        (folder / f"{name}.pdf").write_bytes(content)
    return folder


def documents_of_each_state(office: Office) -> dict[str, bytes]:
    good = office.sign(blank_pdf(), at=NOW - DAY)
    return {
        "good": good,
        "unqualified": office.sign(blank_pdf(), "noqc"),
        "stranger": office.sign(blank_pdf(), "stranger"),
        "replaced": update(office.sign(blank_pdf()), replace_text),
        "filled": update(good, fill_field),
        "several": office.sign(good, "hostile", field="Second"),
        "long": office.sign(blank_pdf(), "long"),
        "unsigned": blank_pdf(),
        "held": asyncio.run(office.cms(good)),
    }


@pytest.fixture(scope="module")
def site(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    trust = office.pki.write_trust(tmp_path_factory.mktemp("trust"))
    with served(tmp_path_factory.mktemp("browser-signature"), trust) as running:
        yield running


@contextmanager
def listening(app: Callable[..., Any]) -> Iterator[str]:
    """The address of an application served for real."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address(site: Served) -> Iterator[str]:
    """In the place of the site without a verifier."""
    with listening(site.app) as found:
        yield found


@pytest.fixture
def meet(visit: Visit, address: str) -> Callable[..., Visitor]:
    """A visitor of this module's site."""
    return lambda *a, **k: replace_address(visit(*a, **k), address)


def replace_address(visitor: Visitor, address: str) -> Visitor:
    visitor.address = address
    return visitor


def verify(page: Page, path: Path) -> None:
    page.get_by_label("Document signé").set_input_files(path)
    page.get_by_role("button", name="Vérifier la signature").click()
    expect(page.locator("#verdict")).to_be_visible(timeout=60_000)


def test_a_clerk_verifies_a_contract(meet: Callable[..., Visitor], files: Path) -> None:
    visitor = meet()
    page = visitor.open(TOOL)
    verify(page, files / "good.pdf")
    expect(page.get_by_role("heading", name="La signature est valide")).to_be_visible()
    expect(page.get_by_text("Claude Exemple").first).to_be_visible()
    expect(page.locator("[data-focus]")).to_be_focused()
    assert "/outils/signature/" in page.url
    page.reload()
    expect(page.get_by_role("heading", name="La signature est valide")).to_be_visible()
    assert visitor.faults() == []


@pytest.mark.slow
@pytest.mark.parametrize("made", HANDS)
@pytest.mark.parametrize(
    ("name", "verdict", "answer"),
    [
        ("good", "La signature est valide", "Oui"),
        ("stranger", "Vérification non concluante", "Pas en l’état"),
        ("replaced", "La signature n’est pas valide", "Non."),
    ],
)
def test_a_signed_pdf_was_received_may_it_be_accepted(
    meet: Callable[..., Visitor], files: Path, made: Hand, name: str, verdict: str, answer: str
) -> None:
    hand = made.of(meet(**made.context))
    page = hand.visitor.open("/")
    hand.press("link", "Vérifier une signature électronique")
    page.get_by_label("Document signé").set_input_files(files / f"{name}.pdf")
    if hand.way != "no-script":
        expect(page.locator(".file__said").first).to_have_text(f"{name}.pdf")
    hand.press("button", "Vérifier la signature")
    expect(page.locator("#verdict")).to_have_text(verdict, timeout=60_000)
    hand.press("link", "Puis-je l’accepter")
    answered = page.locator(".signature__acceptance")
    expect(answered).to_be_in_viewport()
    expect(answered.locator("strong").first).to_contain_text(answer)
    hand.sees_nothing_wrong()


def test_the_same_without_a_script(meet: Callable[..., Visitor], files: Path) -> None:
    page = meet(scripts=False).open(TOOL)
    verify(page, files / "stranger.pdf")
    expect(page.get_by_role("heading", name="Vérification non concluante")).to_be_visible()
    page.locator("summary", has_text="Révocation").click()
    expect(page.get_by_text("Pas contrôlé")).to_be_visible()


def test_the_same_by_keyboard_alone(meet: Callable[..., Visitor], files: Path) -> None:
    page = meet().open(TOOL)
    page.get_by_label("Document signé").set_input_files(files / "good.pdf")
    press_until(page, "Tab", ".signature__form button[type=submit]", most=80)
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_visible(timeout=60_000)
    press_until(page, "Tab", ".signature__details summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chaîne vérifiée")).to_be_visible()


def test_a_contract_is_verified_inside_the_guide(meet: Callable[..., Visitor], files: Path) -> None:
    visitor = meet()
    page = visitor.open(GUIDE)
    frame = page.locator(".tool-frame", has_text="Vérifier une signature électronique").first
    frame.scroll_into_view_if_needed()
    frame.get_by_label("Document signé").set_input_files(files / "replaced.pdf")
    frame.get_by_role("button", name="Vérifier la signature").click()
    expect(frame.get_by_role("heading", name="La signature n’est pas valide")).to_be_visible(
        timeout=60_000
    )
    assert page.url.endswith(GUIDE)
    assert visitor.faults() == []


def test_a_dropped_file_is_the_chosen_one(meet: Callable[..., Visitor]) -> None:
    page = meet().open(TOOL)
    page.wait_for_selector(".drop-zone--live")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["x"], "contrat.pdf"));
          document.querySelector(".drop-zone")
            .dispatchEvent(new DragEvent("drop", {dataTransfer: data, cancelable: true}));
        }"""
    )
    assert page.evaluate("document.querySelector('#document').files[0].name") == "contrat.pdf"


def test_too_large_a_file_is_refused_before_it_is_sent(
    meet: Callable[..., Visitor], tmp_path: Path
) -> None:
    page = meet().open(TOOL)
    page.wait_for_selector(".drop-zone--live")
    (tmp_path / "large.pdf").write_bytes(bytes(25 * 1024 * 1024 + 1))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Document signé").set_input_files(tmp_path / "large.pdf")
    expect(page.get_by_role("alert")).to_contain_text("25 Mo")
    page.get_by_role("button", name="Vérifier la signature").click()
    assert "POST" not in sent


def test_the_signed_version_is_cut_from_the_visitor_s_own_copy(
    meet: Callable[..., Visitor], files: Path
) -> None:
    page = meet().open(TOOL)
    page.wait_for_selector(".drop-zone--live")
    verify(page, files / "filled.pdf")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Télécharger la version signée").click()
    assert downloading.value.path().read_bytes() == (files / "good.pdf").read_bytes()
    page.reload()
    expect(page.get_by_role("button", name="Télécharger la version signée")).to_be_hidden()
    choose = page.get_by_label("choisissez de nouveau le document")
    choose.set_input_files(files / "good.pdf")
    expect(page.get_by_text("Ce n’est pas le document vérifié")).to_be_visible()
    choose.set_input_files(files / "filled.pdf")
    expect(page.get_by_role("button", name="Télécharger la version signée")).to_be_visible()


def test_a_document_chosen_before_the_script_came_is_known_to_it(
    meet: Callable[..., Visitor], files: Path
) -> None:
    visitor = meet()
    held: list[Route] = []
    visitor.page.route("**/js/signature.js", lambda route: held.append(route))
    page = visitor.open(TOOL)
    page.locator("#signature").set_input_files(files / "good.pdf")
    page.get_by_label("Document signé").set_input_files(files / "good.pdf")
    page.wait_for_function("() => document.querySelector('#document').files.length === 1")
    assert page.locator(".drop-zone--live").count() == 0
    held[0].continue_()
    expect(page.locator("[data-digest]")).to_be_visible()
    expect(page.locator(".file__said").first).to_have_text("good.pdf")


def test_a_sample_is_tried_and_headed_as_one(meet: Callable[..., Visitor]) -> None:
    page = meet().open(TOOL)
    page.get_by_text("Essayer avec un document d’exemple").click()
    page.get_by_role("button", name="Vérifier cet exemple : Signature valide").click()
    expect(page.locator("#verdict")).to_have_text("Exemple\u00a0: La signature est valide")


def test_a_report_is_checked_by_its_code_and_the_file_by_its_hash(
    meet: Callable[..., Visitor], files: Path
) -> None:
    visitor = meet()
    page = visitor.open(TOOL)
    verify(page, files / "good.pdf")
    page.get_by_text("Le fichier, les listes de confiance et les versions").click()
    code = page.locator("dt:has-text('Code du rapport') + dd").first.inner_text()
    page = visitor.open(f"{TOOL}/controle")
    page.get_by_label("Code du rapport").fill(code.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce rapport vient bien de ce site")).to_be_visible()
    digest = hashlib.sha256((files / "good.pdf").read_bytes()).hexdigest()
    expect(page.get_by_text(digest)).to_be_visible()
    page.get_by_label("Est-ce bien votre fichier").set_input_files(files / "filled.pdf")
    expect(page.locator(".signature__compared")).to_contain_text("Non")
    page.get_by_label("Est-ce bien votre fichier").set_input_files(files / "good.pdf")
    expect(page.locator(".signature__compared")).to_contain_text("Oui")
    assert visitor.faults() == []


def test_several_documents_make_one_table(meet: Callable[..., Visitor], files: Path) -> None:
    visitor = meet()
    page = visitor.open(TOOL)
    page.get_by_label("Document signé").set_input_files(
        [files / "good.pdf", files / "replaced.pdf", files / "unsigned.pdf"]
    )
    page.get_by_role("button", name="Vérifier la signature").click()
    expect(page.get_by_role("heading", name="1 sans conclusion, 1 non valide")).to_be_visible(
        timeout=60_000
    )
    assert f"{TOOL}/lot/" in page.url
    page.get_by_role("link", name="good.pdf").click()
    expect(page.get_by_role("heading", name="La signature est valide")).to_be_visible()
    page.get_by_role("link", name="Revenir au tableau").click()
    expect(page.get_by_role("link", name="replaced.pdf")).to_be_visible()
    assert visitor.faults() == []


def test_a_document_known_by_its_digest_never_leaves(
    visit: Visit, site: Served, office: Office, tmp_path: Path
) -> None:
    secret = b"Le prix secret est de 1 234 567 euros.\n" * 20_000
    with ThreadPoolExecutor() as pool:
        signature = pool.submit(lambda: asyncio.run(office.cms(secret, detached=True))).result()
    (tmp_path / "offre.txt").write_bytes(secret)
    (tmp_path / "offre.p7s").write_bytes(signature)
    requests: list[bytes] = []

    def read(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        """Keep all that is sent, then let the site answer."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        heads = [str(value).encode() for name, value in environ.items() if name.isupper()]
        requests.append(b"\n".join([*heads, body]))
        return site.app(environ | {"wsgi.input": BytesIO(body)}, start)

    with listening(read) as address:
        page = replace_address(visit(), address).open(TOOL)
        page.get_by_label("Document signé").set_input_files(tmp_path / "offre.txt")
        expect(page.locator("#empreinte-seule")).to_be_hidden()
        page.locator("#signature").set_input_files(tmp_path / "offre.p7s")
        page.get_by_label("Ne pas envoyer le document").check(force=True)
        page.get_by_role("button", name="Vérifier la signature").click()
        expect(page.get_by_role("heading", name="La signature est valide")).to_be_visible(
            timeout=60_000
        )
    assert any(hashlib.sha512(secret).hexdigest().encode() in one for one in requests)
    assert any(signature in one for one in requests)
    assert all(b"prix secret" not in one for one in requests)
    assert all(len(one) < len(signature) + 6_000 for one in requests)


@pytest.mark.slow
def test_a_full_verifier_keeps_the_document_in_the_page_and_takes_it_later(
    visit: Visit, files: Path, tmp_path: Path
) -> None:
    with obedient(tmp_path) as busy:
        held = [busy.send() for _ in range(6)]
        with listening(busy.app) as address:
            page = replace_address(visit(), address).open(TOOL)
            page.get_by_label("Document signé").set_input_files(files / "unsigned.pdf")
            page.get_by_role("button", name="Vérifier la signature").click()
            said = page.locator("#signature-envoi")
            expect(said).to_contain_text("le premier de la file")
            assert page.evaluate("document.querySelector('#document').files[0].name")
            page.get_by_role("button", name="Ne plus attendre").click()
            expect(said).to_contain_text("n’a pas été envoyé")
            page.get_by_role("button", name="Vérifier la signature").click()
            expect(said).to_contain_text("de la file")
            for _ in held:
                with busy.gate.open("w"):
                    pass
            expect(page.locator("#verdict")).to_be_visible(timeout=60_000)


def together(site: Served, documents: dict[str, bytes]) -> str:
    """The address of the table of documents sent together, once they are all verified."""
    address = str(site.pages.response("POST", TOOL, **several(documents)).headers["Location"])
    while site.pages.response("GET", address).status_code == 202:
        pass
    return address


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_in_any_state(
    meet: Callable[..., Visitor], site: Served, files: Path, width: int, scheme: str
) -> None:
    visitor = meet(width, scheme)
    states = [
        TOOL,
        f"{TOOL}/controle",
        f"{TOOL}/controle?code=12",
        f"{TOOL}/{'x' * 24}",
        GUIDE,
        *(site.verified(path.read_bytes()) for path in sorted(files.iterdir())),
        together(site, {path.name: path.read_bytes() for path in files.iterdir()}),
    ]
    found = []
    for path in states:
        page = visitor.open(path)
        settle(page)
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
        found += faults_here(visitor, path)
    assert not found, "\n".join(found)
