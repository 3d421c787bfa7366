"""What a guide asserts names its source: by passage for figures, by step for what a screen says."""

import pytest

from tests.editorial.trees import Tree


SOURCES = [{"label": "A", "url": "https://a.fr/b"}, {"label": "B", "url": "https://a.fr/c"}]
BOTH = "Voici.{1, 2}\n\n"
STEP = ":::: demarche\n::: etape Ouvrir\n%s\n:::\n::::\n"
UNTOLD = {
    "a figure": "Le nom compte 50 caractères.",
    "a delay in words": "Le titulaire a quinze jours pour répondre.",
    "a delay of one": "Le mémoire se dépose dans un an.",
    "an article": "Le délai court ensuite (R2192-15).",
    "a decree": "C'est le décret n° 2016 qui le dit.",
    "words of a screen": "Choisissez « Enregistrer ».",
    "words of a screen, beside a passage that is told": "Vrai.{1}\n\nChoisissez « Enregistrer ».",
    "an item of a list": "Deux cas :\n\n- l'un ;\n- l'autre, en 30 jours.",
    "a row of a table": "| Qui | Quoi |\n|---|---|\n| Maire | paie sous 30 jours |\n| Vous | rien{1} |",
    "a definition": "Délai\n: 30 jours.",
    "a callout": "::: retenir\nVous avez 30 jours.\n:::",
    "a step": STEP % "Que faire\n: Ouvrez la page.",
    "a figure in a step that has a call": STEP % "Où\n: La page.{1}\n\nQuoi\n: Attendez 30 jours.",
}
TOLD = {
    "nothing asserted": "Ouvrez la page, puis relisez-la.",
    "the passage": "Le nom compte 50 caractères.{1}",
    "what is ours": "Comptez vingt minutes.{nous}",
    "the paragraph before a list": "Deux cas :{1}\n\n- 30 jours ;\n- 50 jours.",
    "the name of a table": "Tableau : Les délais{1}\n\n| Qui | Quoi |\n|---|---|\n| Maire | 30 jours |",
    "another cell of the row": "| Qui | Quoi |\n|---|---|\n| 30 jours | Maire{1} |",
    "a step, for what a screen says": STEP % "Où\n: « Synthèse »\n\nQuoi\n: Ouvrez la page.{1}",
    "a code": "Tapez `F2026-041` et `30`.",
    "a heading": "## Les 30 jours\n\nVoyez plus bas.",
    "a cadre": "Choisissez A9 ou A12.",
}


@pytest.mark.parametrize("name", UNTOLD)
def test_what_names_no_source_is_a_fault(tree: Tree, name: str) -> None:
    tree.page("guides/essai.md", BOTH + UNTOLD[name], sources=SOURCES, few_screens="Papier.")

    assert any("nous" in fault.message for fault in tree.faults())


@pytest.mark.parametrize("name", TOLD)
def test_what_names_its_source_is_none(tree: Tree, name: str) -> None:
    tree.page("guides/essai.md", BOTH + TOLD[name], sources=SOURCES, few_screens="Papier.")

    assert not [fault for fault in tree.faults() if "nous" in fault.message]


def test_the_fault_says_where_and_quotes_the_words(tree: Tree) -> None:
    tree.page("guides/essai.md", BOTH + "Le nom compte 50 caractères.", sources=SOURCES)

    (fault,) = [fault for fault in tree.faults() if "nous" in fault.message]
    assert "m compte 50 caractères" in fault.message
    lines = fault.file.read_text(encoding="utf-8").split("\n")
    assert "50 caractères" in lines[fault.line - 1]


def test_only_guides_are_asked(tree: Tree) -> None:
    tree.page("actualites/essai.md", "En 2020, 50 structures.")

    assert tree.faults() == []
