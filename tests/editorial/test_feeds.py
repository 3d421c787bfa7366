"""Atom feeds."""

from datetime import date
from xml.etree import ElementTree

from communaute.editorial.feeds import atom_feed
from tests.editorial.trees import PICTURE, Tree


ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(tree: Tree, path: str = "/flux.atom") -> ElementTree.Element:
    """The feed of a folder's latest pages, parsed."""
    xml = atom_feed("L'actualité", tree.load().latest(9), base_url="https://b.fr", path=path)
    return ElementTree.fromstring(xml.encode())


def text(parent: ElementTree.Element, name: str) -> str:
    """The text of an element that must be there."""
    found = parent.find(f"a:{name}", ATOM)
    assert found is not None
    return found.text or ""


def test_a_feed_says_what_atom_wants(tree: Tree) -> None:
    tree.page(title="Où ?", published=date(2026, 11, 1))
    root = feed(tree, "/guides/flux.atom")

    assert text(root, "title") == "L’actualité"
    assert text(root, "id") == "https://b.fr/guides/flux.atom"
    assert text(root, "updated") == "2026-11-01T00:00:00Z"
    assert root.find("a:author/a:name", ATOM) is not None
    assert {(link.get("rel"), link.get("href")) for link in root.findall("a:link", ATOM)} == {
        ("self", "https://b.fr/guides/flux.atom"),
        ("alternate", "https://b.fr/guides/"),
    }
    entry = root.find("a:entry", ATOM)
    assert entry is not None
    assert text(entry, "id") == "https://b.fr/guides/essai"
    assert text(entry, "title") == "Où\u202f?"
    assert text(entry, "updated") == "2026-11-01T00:00:00Z"


def test_what_a_feed_holds_can_be_read_away_from_its_page(tree: Tree) -> None:
    tree.file("guides/essai.svg", PICTURE)
    tree.page(body="## A\n\n[plus bas](#a) ![x](essai.svg)\n\n::: outil tarifs\n:::\n")
    entry = feed(tree).find("a:entry", ATOM)
    assert entry is not None
    html = text(entry, "content")

    assert 'href="https://b.fr/guides/essai#a"' in html
    assert 'src="https://b.fr/media/guides/essai.svg"' in html
    assert 'href="https://b.fr/outils/tarifs"' in html
    assert "hx-" not in html
    assert "permalink" not in html


def test_an_empty_feed_is_still_a_feed(tree: Tree) -> None:
    assert text(feed(tree), "updated").endswith("Z")


def test_signs_of_xml_are_escaped(tree: Tree) -> None:
    tree.page(title="A < B & C")

    assert text(feed(tree).findall("a:entry", ATOM)[0], "title") == "A < B & C"
