"""Texts of the tools: read by their id, their parts by name, their faults told."""

import re

import pytest
from markupsafe import Markup, escape

from communaute import PACKAGE
from communaute.editorial.checking import check
from tests.editorial.trees import TODAY, Tree


SIRET = """## etape-1 Ouvrir la fiche : où ?

Choisissez l'icône **Crayon**. Voir [la page](/guides/essai).

Où
: Espace « Activités », *bloc* 1

À faire
: Avant le {jour} ?

## etape-2

Rien : {nom}.
"""


def test_a_text_is_found_by_its_feature_and_id(tree: Tree) -> None:
    tree.page()
    tree.file("textes/siret.md", SIRET)
    content = tree.load()

    text = content.text("siret/etape-1")

    assert text.title == "Ouvrir la fiche\u00a0: où\u202f?"
    assert "<strong>Crayon</strong>" in escape(text)
    assert str(text).startswith("Choisissez l’icône Crayon.")
    assert text.parts["ou"].html == "Espace «\u00a0Activités\u00a0», <em>bloc</em> 1"
    assert str(text.parts["ou"]) == "Espace «\u00a0Activités\u00a0», bloc 1"
    assert [fault.message for fault in check(content, today=TODAY)] == []


def test_blanks_are_filled_and_escaped_everywhere(tree: Tree) -> None:
    tree.file("textes/siret.md", SIRET)
    text = tree.load().text("siret/etape-1").filled(jour="<1 mai>")

    assert Markup(text.parts["a-faire"].html) == "Avant le &lt;1\u00a0mai&gt;\u202f?"
    assert str(text.parts["a-faire"]) == "Avant le <1\u00a0mai>\u202f?"
    with pytest.raises(KeyError):
        tree.load().text("siret/etape-2").filled(jour="x")


def test_a_text_that_is_not_written_names_its_file(tree: Tree) -> None:
    with pytest.raises(KeyError, match=r"content/textes/siret\.md has no part « ## etape-9 »"):
        tree.load().text("siret/etape-9")


@pytest.mark.parametrize(
    ("written", "line", "message"),
    [
        ("Bonjour\n", 1, "Commencez par"),
        ("## a\n\nx\n\n## A faire\n\nx\n", 5, "pas un identifiant"),
        ("## a\n\nx\n\n## a\n\nx\n", 5, "deux fois"),
        ("## a\n\n## b\n\nx\n", 1, "vide"),
        ("## a\n\n### b\n\nx\n", 3, "pas de titres"),
        ("## a\n\n[la page](/guides/rien)\n", 3, "n’existe pas"),
        ("## a\n\n[[rien]]\n", 3, "glossaire"),
        (b"\xff", 1, "UTF-8"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tree: Tree, written: str | bytes, line: int, message: str
) -> None:
    path = tree.file("textes/siret.md", written)
    faults = check(tree.load(), today=TODAY)

    assert [(f.file, f.line) for f in faults if message in f.message] == [(path, line)]


def test_every_text_that_the_code_names_is_written() -> None:
    used = re.compile(r"""\b(?:text_of|current\.text|\.text)\(\s*["']([a-z]+/[a-z0-9-]+)["']""")
    folder = PACKAGE / "content" / "textes"
    written = {
        f"{path.stem}/{name}"
        for path in folder.glob("*.md")
        for name in re.findall(r"^## ([a-z0-9-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    sources = [*PACKAGE.rglob("*.py"), *(PACKAGE / "templates").rglob("*.html")]
    named = {key for path in sources for key in used.findall(path.read_text(encoding="utf-8"))}
    assert named - written == set()
