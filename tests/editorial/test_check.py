"""Every rule of `content check`: what is wrong, where, and what to do.

Each case takes a sound folder and makes one thing wrong in it; the marker is a text of
the line that the fault must name (empty: line 1).
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from communaute.domain import clock
from communaute.editorial.checking import check
from communaute.editorial.content import Content
from communaute.editorial.faults import Fault
from communaute.editorial.loading import load
from tests.editorial.trees import PICTURE, Tree


Wrong = Callable[[Tree], Path]


def body(text: str, **more: str) -> Wrong:
    """A guide with this body, among files named by their address with underscores."""

    def write(tree: Tree) -> Path:
        for where, content in more.items():
            tree.file(f"guides/{where.replace('__', '.').replace('_', '-')}", content)
        return tree.page(body=text)

    return write


def header(**fields: Any) -> Wrong:
    """A guide whose header is wrong in these fields."""
    return lambda tree: tree.page(**fields)


def raw(text: str | bytes, where: str = "guides/essai.md") -> Wrong:
    """A file as it is."""

    def write(tree: Tree) -> Path:
        tree.page("guides/autre.md")
        return tree.file(where, text)

    return write


def picture(svg: str) -> Wrong:
    """An SVG beside a page."""

    def write(tree: Tree) -> Path:
        tree.page()
        return tree.file("guides/essai.svg", svg)

    return write


def svg(inside: str, attributes: str = 'viewBox="0 0 4 3"') -> str:
    """An SVG around these elements."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'


def page(where: str, text: str = "Du texte.\n", **fields: Any) -> Wrong:
    """A page anywhere."""
    return lambda tree: tree.page(where, text, **fields)


def two(first: Wrong, second: Wrong) -> Wrong:
    """Two files, the second of which is wrong because of the first."""

    def write(tree: Tree) -> Path:
        first(tree)
        return second(tree)

    return write


def no_index(tree: Tree) -> Path:
    tree.page()
    (tree.root / "guides/_index.md").unlink()
    return tree.root / "guides/_index.md"


CHART = '::: graphique fichier=essai.csv type=barres titre="T" axe="A"\nDit.\n:::\n'
SOURCES = [{"label": "S", "url": "http://exemple.fr"}]
STATUS: dict[str, Any] = {"code": "X", "actor": "fournisseur", "order": 1}

RULES: dict[str, tuple[Wrong, str, str]] = {
    # the header
    "a missing field": (header(summary=None), "", "« summary » manque"),
    "an unknown field": (header(tags=["a"]), "tags:", "« tags » n’existe pas"),
    "a wrong type": (header(period=2020), "period:", "« period » doit être un texte"),
    "a text where a list goes": (header(keywords="a"), "keywords:", "doit être une liste"),
    "a date between quotes": (header(verified="2026-11-20"), "verified:", "doit être une date"),
    "a word out of the list": (header(publics=["mairie"]), "publics:", "l’un de ces mots"),
    "an address elsewhere": (header(see_also=["https://a.fr"]), "see_also:", "adresse de ce site"),
    "a source not in https": (header(sources=SOURCES), "sources:", "« https:// »"),
    "a source without label": (header(sources=[{"url": "https://a.fr"}]), "sources:", "les champs"),
    "an illustration undescribed": (header(illustration={"file": "a.svg"}), "illustration:", "alt"),
    "a number as text": (
        page("statuts/x.md", **STATUS | {"order": "a"}),
        "order:",
        "nombre entier",
    ),
    "an unreadable header": (raw('---\ntitle: "a\nb: [\n---\nx'), "", "illisible"),
    "a header that is a list": (raw("---\n- a\n---\nx"), "- a", "champ: valeur"),
    "a field given twice": (raw("---\ntitle: a\ntitle: b\n---\nx"), "title: b", "deux fois"),
    "a header never closed": (raw("---\ntitle: a\nx"), "", "pas fermé"),
    "no header": (raw("Du texte"), "", "commencer par un en-tête"),
    "an impossible date": (
        raw("---\ntitle: a\nverified: 2026-11-31\n---\nx"),
        "verified:",
        "« 2026-11-31 » n’est pas une date du calendrier",
    ),
    # the file
    "an empty file": (raw(""), "", "vide"),
    "a byte order mark": (raw(b"\xef\xbb\xbf---\ntitle: a\n---\nx"), "", "BOM"),
    "Windows line ends": (raw(b"---\r\ntitle: a\r\n---\r\nx"), "", "fins de ligne"),
    "latin-1 bytes": (raw("---\ntitle: été\n---\nx".encode("latin-1")), "title", "UTF-8"),
    "an invisible character": (raw("---\ntitle: a\n---\nx\x00"), "x\x00", "invisible"),
    "a huge page": (raw("---\ntitle: a\n---\n" + "mot " * 250_000), "", "découpez"),
    "a bad file name": (page("guides/Été 2020.md"), "", "renommez-le « ete-2020.md »"),
    "an unknown kind": (raw("---\ntitle: a\n---\n", "astuces/a.md"), "", "pas un genre"),
    "a page out of folders": (raw("---\ntitle: a\n---\n", "a.md"), "", "pas un genre"),
    "a page in a folder's folder": (
        raw("---\ntitle: a\n---\n", "guides/b/a.md"),
        "",
        "pas un genre",
    ),
    "a folder without _index.md": (no_index, "", "_index.md"),
    "a slug taken by a section": (page("pages/guides.md"), "", "déjà prise"),
    "a status told twice": (
        two(page("statuts/a.md", **STATUS), page("statuts/b.md", **STATUS)),
        "code:",
        "déjà dit par a.md",
    ),
    "a term told twice": (
        two(page("glossaire/ej.md", title="EJ"), page("glossaire/engagement.md", aliases=["ej"])),
        "title:",
        "déjà dit par ej.md",
    ),
    # dates
    "verified before published": (
        header(published=date(2026, 11, 2), verified=date(2026, 11, 1)),
        "verified:",
        "précède « published »",
    ),
    "verified in the future": (header(verified=date(2027, 1, 1)), "verified:", "l’avenir"),
    "valid until before published": (
        header(valid_until=date(2026, 10, 1), replaced_by="/guides/"),
        "valid_until:",
        "précède « published »",
    ),
    "past its truth, not replaced": (
        header(valid_until=date(2026, 11, 10)),
        "valid_until:",
        "« replaced_by »",
    ),
    # headings
    "a heading of level 1": (body("# Titre\n"), "# Titre", "commencez à « ## »"),
    "a merge not finished": (
        body("Un.\n\n<<<<<<< HEAD\nDeux.\n"),
        "<<<<<<< HEAD",
        "Deux versions",
    ),
    "a skipped level": (body("## Un\n\n#### Trois\n"), "#### Trois", "écrivez « ### »"),
    "a first heading too deep": (body("### Un\n"), "### Un", "écrivez « ## »"),
    "two headings of one name": (body("## Où ?\n\nx\n\n## « Où »\n"), "## « Où »", "même adresse"),
    "a heading in a callout": (body("::: retenir\n## Non\n:::\n"), "## Non", "Pas de titre"),
    "a heading in a term": (page("glossaire/x.md", "## Non\n"), "## Non", "n’a pas de titres"),
    # directives
    "an unknown block": (body("::: astuce\nx\n:::\n"), "::: astuce", "« astuce » n’existe pas"),
    "a block never closed": (body("::: retenir\nx\n"), "::: retenir", "pas fermé"),
    "a step never closed": (
        body(":::: demarche D\n::: etape E\nx\n::::\n"),
        "::: etape",
        "pas fermé",
    ),
    "a fence that closes nothing": (body("x\n\n:::\n"), ":::", "n’ouvre ni ne ferme"),
    "a step out of a procedure": (body("::: etape E\nx\n:::\n"), "::: etape", "dans une démarche"),
    "a procedure without steps": (body(":::: demarche D\nx\n::::\n"), ":::: dem", "pas d’étape"),
    "a step without title": (
        body(":::: demarche D\n::: etape\nx\n:::\n::::\n"),
        "::: etape",
        "un titre à l’étape",
    ),
    "an unknown tool": (body("::: outil loto\n:::\n"), "::: outil", "« loto » n’existe pas"),
    "an unknown argument": (body("::: outil tarifs ville=Lyon\n:::\n"), "::: outil", "« ville »"),
    "a refused argument": (
        body("::: outil tarifs categorie=x\n:::\n"),
        "::: outil",
        "« x » n’existe",
    ),
    "an argument without value": (
        body("::: outil tarifs experts\n:::\n"),
        "::: outil",
        "nom=valeur",
    ),
    "unknown data": (body("::: donnees x\n:::\n"), "::: donnees", "« x » n’existent pas"),
    # links
    "a page that is not": (body("a\nb [le guide](/guides/absent)\n"), "b [le", "n’existe pas"),
    "a section without slash": (body("[tous](/guides)\n"), "[tous]", "écrivez /guides/"),
    "an anchor that is not": (
        body("[là-bas](/guides/essai#non)\n"),
        "[là-bas]",
        "pas d’ancre #non",
    ),
    "an own anchor that is not": (body("[plus bas](#non)\n"), "[plus bas]", "pas d’ancre #non"),
    "a term's anchor that is not": (
        two(page("glossaire/ej.md", title="EJ"), body("[le terme](/glossaire#non)\n")),
        "[le terme]",
        "pas d’ancre #non",
    ),
    "a term that is not": (body("Un [[EJ]].\n"), "[[EJ]]", "pas au glossaire"),
    "a page to see that is not": (header(see_also=["/guides/non"]), "see_also:", "n’existe pas"),
    "a replacement that is not": (
        header(replaced_by="/guides/non"),
        "replaced_by:",
        "n’existe pas",
    ),
    "a page replaced by itself": (header(replaced_by="/guides/essai"), "replaced_by:", "elle-même"),
    "an article that is not": (
        page("newsletter/n.md", articles=["actualites/non"]),
        "articles:",
        "/actualites/non n’existe pas",
    ),
    "a step's page that is not": (
        page("parcours/p.md", public="travaux", steps=[{"page": "/x", "title": "T", "why": "W"}]),
        "steps:",
        "/x n’existe pas",
    ),
    "an address not in https": (body("[site](http://a.fr)\n"), "[site]", "pas en https"),
    "an address without scheme": (body("[site](//a.fr)\n"), "[site]", "pas en https"),
    "an odd scheme": (body("[site](ftp://a.fr)\n"), "[site]", "pas en https"),
    "a script for an address": (body("[site](javascript:alert(1))\n"), "[site]", "est refusée"),
    "a relative address": (body("[site](autre)\n"), "[site]", "commencez par « / »"),
    "click here": (body("[cliquez ici](/guides/essai)\n"), "[cliquez", "ne dit pas où mène"),
    "here": (body("C'est [ici](/guides/essai).\n"), "[ici]", "ne dit pas où mène"),
    "a link without words": (body("[](/guides/essai)\n"), "[](", "pas de texte"),
    "a note that is not": (body("Texte.[^1]\n"), "[^1]", "n’est pas écrite"),
    # pictures and data
    "a picture that is not": (body("![A](non.svg)\n"), "![A]", "non.svg manque"),
    "a picture elsewhere": (body("![A](https://a.fr/b.png)\n"), "![A]", "manque"),
    "a picture undescribed": (body("![](essai.svg)\n", essai__svg=PICTURE), "![](", "remplacement"),
    "an illustration that is not": (
        header(illustration={"file": "non.svg", "alt": ""}),
        "illustration:",
        "non.svg manque",
    ),
    "a picture badly named": (
        two(header(), raw(PICTURE, "guides/Été.svg")),
        "",
        "Renommez le fichier",
    ),
    "a heavy drawing": (picture(svg(f"<desc>{'a' * 12_000}</desc>")), "", "allégez-le"),
    "a drawing that is no XML": (picture("<svg>"), "", "pas du XML"),
    "a drawing with entities": (picture(f"<!DOCTYPE svg>{PICTURE}"), "", "ni DOCTYPE"),
    "a drawing without size": (picture(svg("", "")), "", "viewBox"),
    "a drawing with a script": (picture(svg("<script/>")), "", "<script>"),
    "a drawing with a handler": (picture(svg('<g onload="x"/>')), "", "onload"),
    "a drawing with a style": (picture(svg('<g style="fill:red"/>')), "", "l’attribut style"),
    "a drawing that calls out": (picture(svg('<use href="https://a.fr/b"/>')), "", "extérieure"),
    "a drawing that imports": (picture(svg("<style>@import 'a'</style>")), "", "extérieure"),
    "a drawing that fills from out": (picture(svg('<g fill="url(https://a)"/>')), "", "extérieure"),
    "a broken photograph": (two(header(), raw(b"x", "guides/essai.png")), "", "illisible"),
    "a chart without file": (body(CHART), "::: graphique", "essai.csv manque"),
    "a chart without title": (
        body(
            "::: graphique fichier=essai.csv type=barres axe=A\nDit.\n:::\n",
            essai__csv="a,b\nx,1\n",
        ),
        "::: graphique",
        "« titre=… »",
    ),
    "a chart of no known type": (
        body(CHART.replace("barres", "camembert"), essai__csv="a,b\nx,1\n"),
        "::: graphique",
        "barres, points",
    ),
    "a chart with an odd argument": (
        body(CHART.replace("type", "x=1 type"), essai__csv="a,b\nx,1\n"),
        "::: graphique",
        "« x »",
    ),
    "a chart that says nothing": (
        body(CHART.replace("Dit.\n", ""), essai__csv="a,b\nx,1\n"),
        "::: graphique",
        "Décrivez",
    ),
    "a CSV in latin-1": (
        lambda tree: (
            tree.file("guides/essai.csv", "a,b\né,1\n".encode("latin-1")) and tree.page(body=CHART)
        ),
        "::: graphique",
        "pas en UTF-8",
    ),
    "an empty CSV": (body(CHART, essai__csv=""), "::: graphique", "vide ou illisible"),
    "a CSV of one column": (body(CHART, essai__csv="a\nx\n"), "::: graphique", "colonnes"),
    "a CSV with an odd column": (
        body(CHART, essai__csv="a,b,c\nx,1,2\n"),
        "::: graphique",
        "colonnes",
    ),
    "a CSV row too short": (body(CHART, essai__csv="a,b\nx\n"), "::: graphique", "ligne 2"),
    "a CSV value that is no number": (
        body(CHART, essai__csv="a,b\nx,1\ny,deux\n"),
        "::: graphique",
        "ligne 3 veut un nombre",
    ),
    "a CSV with a comma for decimals": (
        body(CHART, essai__csv='a,b\nx,"1,5"\n'),
        "::: graphique",
        "veut un nombre",
    ),
    "a CSV label too long": (
        body(CHART, essai__csv=f"a,b\n{'x' * 41},1\n"),
        "::: graphique",
        "40 caractères",
    ),
    "a CSV without any value": (
        body(CHART, essai__csv="a,b\nx,\n"),
        "::: graphique",
        "rien à dessiner",
    ),
    "a CSV without rows": (body(CHART, essai__csv="a,b\n"), "::: graphique", "de 1 à 40"),
    "lists nested too deep": (
        body("".join(f"{'  ' * n}- x\n" for n in range(30))),
        "- x",
        "trop imbriquées",
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_fault_is_found_with_its_file_its_line_and_what_to_do(tree: Tree, name: str) -> None:
    make, marker, words = RULES[name]
    path = make(tree)

    found = [fault for fault in tree.faults() if words in fault.message]

    assert [fault.file for fault in found] == [path], [str(fault) for fault in tree.faults()]
    if marker:
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
        assert marker in lines[found[0].line - 1]
    assert found[0].line >= 1


SOUND = {
    "nothing but text": body("Du texte.\n"),
    "what a page may link to": two(
        page("glossaire/ej.md", title="engagement", acronym="EJ"),
        body(
            "[tous](/guides/) [soi](/guides/essai#ou) [plus bas](#ou) [là](/glossaire#ej)s [[EJ]]"
            " [outil](/outils/x?y=1) [courriel](mailto:a@b.fr) [le CSV](essai.csv) [site](https://a.fr)"
            "\n\n## Où ?\n".replace("[là]", "[le terme]"),
            essai__csv="a,b\n",
        ),
    ),
    "a past truth that is replaced": header(
        valid_until=date(2026, 11, 10), replaced_by="/guides/", period="2020"
    ),
    "an old truth told of an old time": header(
        valid_until=date(2020, 1, 1), period="automne 2020", replaced_by="/guides/"
    ),
    "code that looks like faults": body("`[ici](http://a) ::: [[EJ]]`\n\n    ::: retenir\n"),
    "a drawing with a gradient": picture(
        svg('<style>@media (prefers-color-scheme: dark){g{fill:#fff}}</style><g fill="url(#a)"/>')
    ),
    "a step's anchor": page(
        "guides/essai.md",
        ":::: demarche D\n::: etape E\nx{nous}\n:::\n::::\n\n[deux](#etape-1)\n\n" + "mot " * 700,
        few_screens="Tout se fait sur papier.",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_right_is_no_fault(tree: Tree, name: str) -> None:
    SOUND[name](tree)

    assert [str(f) for f in tree.faults(lambda path: path.startswith("/outils/"))] == []


def test_a_route_that_matches_anything_does_not_hide_a_missing_page(tree: Tree) -> None:
    tree.page(body="[le guide](/guides/absent)\n")

    assert len(tree.faults(known_urls=lambda path: True)) == 1


def test_the_home_page_names_pages_that_exist(tree: Tree) -> None:
    tree.page()
    tree.file("accueil.yaml", yaml.safe_dump({"questions": ["/questions/non"], "doors": []}))

    assert ["/questions/non" in fault.message for fault in tree.faults()] == [True]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (b"questions: []\ndoors: [\n", 3),
        (b"questions: []\n", 1),
        (b"- une liste\n", 1),
        (b"questions: 3\ndoors: []\n", 1),
        (b"questions: []\ndoors: [une porte]\n", 1),
        (b"\xff", 1),
    ],
)
def test_choices_of_the_home_page_that_cannot_be_read_keep_no_page_back(
    tree: Tree, written: bytes, line: int
) -> None:
    tree.page()
    path = tree.file("accueil.yaml", written)
    content = tree.load()

    assert "/guides/essai" in content.pages
    assert [(fault.file, fault.line, fault.hides) for fault in content.faults] == [
        (path, line, True)
    ]


def test_every_fault_of_a_file_is_told_at_once_in_order(tree: Tree) -> None:
    tree.page(body="[ici](#ou)\n\n### Où\n", period=2020, keywords="a")

    assert [fault.line for fault in tree.faults()] == [8, 9, 11, 13]


def test_dead_links_are_told_beside_what_is_wrong_in_the_header(tree: Tree) -> None:
    tree.page(body="[une page](/guides/non)\n", keywords="a", see_also=["/guides/ni-la"])
    tree.page("guides/date.md", "[une page](/guides/non)\n", verified="JOUR")
    dated = tree.root / "guides" / "date.md"
    dated.write_text(dated.read_text().replace("JOUR", "2026-11-31"))

    told = [(fault.file.name, fault.line, fault.message[:20]) for fault in tree.faults()]

    assert told == [
        ("date.md", 7, "« 2026-11-31 » n’est"),
        ("date.md", 9, "L’adresse /guides/no"),
        ("essai.md", 8, "Le champ « keywords "),
        ("essai.md", 9, "L’adresse /guides/ni"),
        ("essai.md", 12, "L’adresse /guides/no"),
    ]


def test_a_page_whose_header_is_wrong_is_no_dead_link_of_the_others(tree: Tree) -> None:
    tree.page(body="[une](/guides/autre#ou) [deux](/guides/date#ou) [trois](/guides/vide)\n")
    tree.page("guides/autre.md", keywords="a")
    tree.file("guides/date.md", "---\nverified: 2026-11-31\n---\n")
    tree.file("guides/vide.md", "")

    assert {fault.file.name for fault in tree.faults()} == {"autre.md", "date.md", "vide.md"}


def test_the_word_that_is_in_no_list_is_named(tree: Tree) -> None:
    tree.page(publics=["fournisseur", "fournisseurr"])

    assert ["fournisseurr »" in fault.message for fault in tree.faults()] == [True]


CONTENT = Path(__file__).parents[2] / "site" / "content"
REAL = sorted(path.relative_to(CONTENT) for path in CONTENT.rglob("*.md"))


@pytest.fixture(scope="module")
def real_content() -> Content:
    return load(CONTENT)


@pytest.mark.skipif(not REAL, reason="no content yet")
def test_nothing_of_the_real_content_is_hidden_from_visitors(real_content: Content) -> None:
    assert [str(fault) for fault in real_content.faults] == []


@pytest.fixture(scope="module")
def real_faults(real_content: Content) -> list[Fault]:
    """What is wrong in the real content, but for tools and data: the application gives them."""
    # As of today: a page written today is not dated in the future.
    faults = check(real_content, known_urls=lambda path: True, today=clock.today())
    return [fault for fault in faults if not fault.message.startswith(("L’outil", "Les données"))]


@pytest.mark.parametrize("where", REAL, ids=str)
def test_a_real_page_has_no_fault(real_faults: list[Fault], where: Path) -> None:
    assert [str(fault) for fault in real_faults if fault.file == CONTENT / where] == []


@pytest.mark.skipif(not REAL, reason="no content yet")
def test_the_real_files_beside_pages_have_no_fault(real_faults: list[Fault]) -> None:
    pages = {CONTENT / where for where in REAL}

    assert [str(fault) for fault in real_faults if fault.file not in pages] == []
