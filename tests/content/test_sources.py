"""Each source's address, taken apart: it names a text or a page, never a host or a whole repository."""

from flask import Flask

from communaute.editorial.sources import check_sources, wrong_address


def test_every_source_names_a_text_or_a_page_or_says_why_it_has_no_address(
    shared_app: Flask,
) -> None:
    pages = shared_app.extensions["communaute"].content.pages
    assert not [fault for page in pages.values() for fault in check_sources(page)]
    assert sum(len(page.sources) for page in pages.values()) > 1000


def test_the_faults_it_looks_for() -> None:
    assert "dépôt entier" in wrong_address("https://github.com/owner/name")
    assert "accueil" in wrong_address("https://www.example.fr/")
    assert "essai" in wrong_address("https://www.testing.example.fr/article")
    assert "https" in wrong_address("http://www.example.fr/article")
    assert not wrong_address("https://portail.example.fr/?id=12")
    assert not wrong_address("https://github.com/owner/name/issues/3")
