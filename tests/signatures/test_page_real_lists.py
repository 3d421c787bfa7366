"""The page over real European lists, long past their date: it says so wherever it matters."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from communaute.domain.signatures.trust.refresh import refresh_from_folder
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.served import API, TOOL, Served, form, served
from tests.swapping import main_text


PAST = "a passé la date de sa mise à jour"


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, trust_directory: Path, reference_data: Path
) -> Iterator[Served]:
    """The tests' authorities beside the lists of the Union and of France as of October 2020."""
    trust = tmp_path_factory.mktemp("real") / "trust"
    shutil.copytree(trust_directory, trust)
    refresh_from_folder(trust, reference_data / "signatures" / "trustlists")
    with served(tmp_path_factory.mktemp("page"), trust) as running:
        yield running


def test_the_form_warns_that_the_lists_are_past_their_date(site: Served) -> None:
    text = main_text(site.pages.get(TOOL))
    assert "Les listes de confiance ne sont pas à jour" in text
    assert "n° 274, publiée le 1er octobre 2020" in text


def test_a_green_result_says_that_the_lists_are_past_their_date(
    site: Served, office: Office
) -> None:
    """It was said of the form only: a result is kept, printed and shown to others."""
    page = site.pages.get(site.verified(office.sign(blank_pdf())))
    text = main_text(page)
    assert "La signature est valide" in text
    assert PAST in text
    assert "n° 274" in text
    assert "(dépassée)" in text


def test_a_result_without_verdict_says_nothing_of_lists(site: Served) -> None:
    assert PAST not in main_text(site.pages.get(site.verified(b"bonjour")))


def test_readiness_and_answers_name_the_lists(site: Served, office: Office) -> None:
    said = site.pages.response("GET", "/sante/pret").json or {}
    numbers = {one["territory"]: one["number"] for one in said["signatures"]["lists"]}
    assert numbers == {"EU": 274, "FR": 73}
    assert said["signatures"]["late"] == 2
    answer = site.pages.response("POST", API, **form(office.sign(blank_pdf(), "stranger")))
    assert answer.json
    assert answer.json["sub_indication"] == "NO_CERTIFICATE_CHAIN_FOUND"


@pytest.fixture(scope="module")
def altered(tmp_path_factory: pytest.TempPathFactory, reference_data: Path) -> Iterator[Served]:
    """The same lists, one byte of the French one changed on the disk."""
    trust = tmp_path_factory.mktemp("altered") / "trust"
    trust.mkdir()
    refresh_from_folder(trust, reference_data / "signatures" / "trustlists")
    (french,) = (one for one in (trust / "lists").iterdir() if b">FR<" in one.read_bytes()[:9000])
    french.write_bytes(french.read_bytes().replace(b">FR<", b">Fr<", 1))
    with served(tmp_path_factory.mktemp("page"), trust) as running:
        yield running


def test_a_refused_list_is_said_before_anything_is_sent(altered: Served) -> None:
    page = altered.pages.get(TOOL)
    (alert,) = (one for one in page.select(".fr-alert--warning") if "chargée" in one.get_text())
    text = alert.get_text(" ", strip=True)
    assert "Une liste de confiance n’a pas pu être chargée" in text
    assert "autorité inconnue" in text
    altered.verified(blank_pdf())  # it verifies all the same
