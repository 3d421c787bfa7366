"""XML and containers on the page, through the confined process that verifies."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from communaute.domain.signatures.museum import container as boxes
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import XmlSigner, written
from tests.pages import Pages
from tests.signatures.served import TOOL, Served, served
from tests.signatures.xades.conftest import ORDER, xml_signer
from tests.swapping import main_text


__all__ = ["xml_signer"]

Signer = Callable[..., XmlSigner]
TEXT = b"Cent euros\n" * 10


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, trust_directory: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("formats"), trust_directory) as running:
        yield running


def shown(site: Served, document: bytes, detached: bytes | None = None) -> str:
    return str(main_text(site.pages.get(site.verified(document, detached))))


def test_the_form_says_what_is_accepted(site: Served) -> None:
    text = str(Pages(site.app).get(TOOL))
    for format_ in ("PAdES", "XAdES", "CAdES", "ASiC", ".xml", ".asice"):
        assert format_ in text
    assert "ne lit pas encore" not in text


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "ISO-8859-15"])
def test_an_xml_signature_in_the_encodings_people_use(
    site: Served, xml_signer: Signer, encoding: str
) -> None:
    root = etree.fromstring(ORDER.replace(b"encre", "encre à l’œuf €".encode()))
    make.enveloped(root, xml_signer())
    document = etree.tostring(root, encoding=encoding, xml_declaration=True)
    text = shown(site, document)
    assert "La signature est valide" in text
    assert "le document entier" in text
    assert "XAdES" in text


def test_a_detached_xml_signature(site: Served, xml_signer: Signer) -> None:
    signature = written(make.detached([("contrat.txt", TEXT)], xml_signer()))
    text = shown(site, TEXT, signature)
    assert "La signature est valide" in text
    assert "contrat.txt" in text
    assert "n’est pas valide" in shown(site, TEXT + b"!", signature)


def test_a_container_says_which_files_are_signed(site: Served, xml_signer: Signer) -> None:
    name = "pièce jointe.txt"
    signature = make.detached([(name, TEXT)], xml_signer())
    about = {"signatures0.xml": boxes.xades_file([signature])}
    sealed = boxes.container({name: TEXT, "avenant.txt": b"mille"}, about)
    page = site.pages.get(site.verified(sealed))
    text = str(main_text(page))
    assert "Vérification non concluante" in text
    rows = [str(row.get_text(" ", strip=True)) for row in page.select(".signature__scope li")]
    assert rows == [f"{name} signé", "avenant.txt non signé"]


def test_names_in_the_old_alphabet_of_zip(site: Served, xml_signer: Signer) -> None:
    """Without the mark of UTF-8, names are in code page 437: read in a process without files."""
    signature = make.detached([("é.txt", TEXT)], xml_signer())
    about = {"signatures0.xml": boxes.xades_file([signature])}
    sealed = boxes.container({"a.txt": TEXT}, about)
    assert "La signature est valide" in shown(site, sealed.replace(b"a.txt", b"\x82.txt"))


def test_a_refused_container_says_why(site: Served, xml_signer: Signer) -> None:
    signature = make.detached([("a.txt", TEXT)], xml_signer())
    about = {"signatures0.xml": boxes.xades_file([signature])}
    sealed = boxes.container({"a.txt": TEXT}, about)
    page = site.pages.get(site.verified(boxes.with_suffix(sealed)))
    assert "des octets suivent son contenu" in main_text(page)
    assert not page.select("a[href$='.pdf']")


def test_the_report_shows_the_new_formats(site: Served, xml_signer: Signer) -> None:
    root = etree.fromstring(ORDER)
    make.enveloped(root, xml_signer())
    address = site.verified(written(root))
    answer = site.pages.response("GET", f"{address}.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
