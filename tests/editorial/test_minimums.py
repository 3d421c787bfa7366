"""The least that each kind of page gives, and what the pages come to."""

from typing import Any

import pytest

from communaute.editorial.minimums import figures, reading_level
from tests.editorial.trees import Tree


STEPS = ":::: demarche\n::: etape Ouvrir\nOuvrez.{nous}\n:::\n::::\n"
LONG = "Vous déposez la facture sur le portail. " * 110
SOURCE: dict[str, Any] = {"sources": [{"label": "Un texte, article 1", "url": "https://a.fr/b"}]}
EXAMPLE = "Par exemple, une mairie inventée suspend la facture. "
OWED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "a short guide": ("guides/essai.md", STEPS, {"few_screens": "Papier."}, "700 mots"),
    "a guide without screens": ("guides/essai.md", LONG + "\n\n" + STEPS, {}, "4 écrans"),
    "a short answer": ("questions/essai.md", EXAMPLE, {}, "60 mots"),
    "an answer that leads nowhere": ("questions/essai.md", "Oui, c'est ainsi. " * 30, {}, "mène"),
    "an answer without a source": ("questions/essai.md", EXAMPLE * 10, {}, "au moins une source"),
    "an answer whose sources no sentence names": (
        "questions/essai.md",
        EXAMPLE * 10,
        SOURCE,
        "appelez ses sources",
    ),
    "a short status": ("statuts/essai.md", EXAMPLE, {"order": 1, "code": "X", "actor": "personne"}, "120"),
    "a status without an example": (
        "statuts/essai.md",
        LONG,
        {"order": 1, "code": "X", "actor": "personne"},
        "un exemple",
    ),
}  # fmt: skip
ENOUGH: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a guide that says why it has no screens": (
        "guides/essai.md",
        LONG + "\n\n" + STEPS,
        {"few_screens": "Tout se fait sur papier."},
    ),
    "a guide that is no procedure": ("guides/essai.md", "Court.\n", {}),
    "an answer with an example, that names its source": (
        "questions/essai.md",
        EXAMPLE * 10 + "Il a 30 jours.{1}",
        SOURCE,
    ),
    "an answer that leads to an act": (
        "questions/essai.md",
        "Oui.{1} " * 60 + "[Le portail](https://a.fr/b)\n",
        SOURCE,
    ),
    "a news item": ("actualites/essai.md", "Court.\n", {}),
}


def said(tree: Tree) -> list[str]:
    return [fault.message for fault in tree.faults()]


@pytest.mark.parametrize("name", OWED)
def test_what_is_owed_is_a_fault(tree: Tree, name: str) -> None:
    where, body, fields, words = OWED[name]
    tree.page(where, body, **fields)

    assert any(words in message for message in said(tree))


@pytest.mark.parametrize("name", ENOUGH)
def test_what_is_enough_is_none(tree: Tree, name: str) -> None:
    where, body, fields = ENOUGH[name]
    tree.page(where, body, **fields)

    assert said(tree) == []


def test_long_sentences_of_long_words_are_harder_to_read(tree: Tree) -> None:
    tree.page("guides/facile.md", "Tu lis. Tu dis oui. Il va là.\n")
    tree.page("guides/ardu.md", f"{'Nonobstant consécutivement ' * 30}.\n")
    pages = tree.load().pages

    assert reading_level(pages["/guides/facile"]) < 40 < reading_level(pages["/guides/ardu"])


def test_figures_are_by_kind(tree: Tree) -> None:
    tree.page("guides/un.md", "Un deux trois.\n", sources=[{"label": "A", "note": "papier"}])
    tree.page("actualites/deux.md", "Un.\n")

    rows = {row.kind: row for row in figures(tree.load().pages.values())}
    assert rows["guides"].pages == 1
    assert rows["guides"].sources == 1
    assert rows["guides"].words > rows["actualites"].words
