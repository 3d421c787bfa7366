"""The HTML that pages become."""

import re

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communaute.editorial.pages import TocEntry
from tests.editorial.trees import PICTURE, Tree


N, F = "\u202f", "\u00a0"
PROCEDURE = ":::: demarche {}\n::: etape Ouvrir\nx\n:::\n::: etape Fermer\ny\n:::\n::::\n"


def soup(tree: Tree, body: str) -> BeautifulSoup:
    """The page of a body, parsed."""
    return BeautifulSoup(tree.html(body), "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The only element that a selector finds."""
    (found,) = page.select(selector)
    return found


def test_html_typed_by_an_author_is_text(tree: Tree) -> None:
    page = soup(tree, "<b>gras</b> <script>alert(1)</script>\n\n<div onclick='x'>\n")

    assert page.find(["b", "script", "div"]) is None
    assert "<script>" in page.get_text()


def test_a_heading_has_an_anchor_without_accents_and_a_link_that_says_where_it_leads(
    tree: Tree,
) -> None:
    page = soup(tree, "## L'œuvre d'été : où ?\n")

    assert one(page, "h2")["id"] == "l-oeuvre-d-ete-ou"
    assert one(page, "h2").get_text() == f"L’œuvre d’été{F}: où{N}?"
    link = one(page, "a.permalink")
    assert link["href"] == "#l-oeuvre-d-ete-ou"
    assert link.get_text() == f"#Lien vers cette partie{F}: L’œuvre d’été{F}: où{N}?"
    assert link.find_parent("h2") is None


def test_the_table_of_contents_is_a_tree_in_the_order_of_the_page(tree: Tree) -> None:
    tree.page(body="## A\n### B\n### C\n## D's *x*\n")

    assert tree.load().pages["/guides/essai"].toc == (
        TocEntry(2, "a", "A", (TocEntry(3, "b", "B"), TocEntry(3, "c", "C"))),
        TocEntry(2, "d-s-x", "D’s x"),
    )


def test_headings_of_the_same_name_still_have_their_own_ids(tree: Tree) -> None:
    page = soup(tree, "## A\n\n## A\n\n## A\n")

    assert [h["id"] for h in page.select("h2")] == ["a", "a-2", "a-3"]


def test_the_two_callouts_are_those_of_the_state_design_system(tree: Tree) -> None:
    page = soup(tree, "::: retenir\nCeci.\n:::\n\n::: attention\nCela.\n:::\n")

    assert one(page, ".fr-callout .fr-callout__text p").get_text() == "Ceci."
    assert one(page, ".fr-alert--warning .fr-alert__title").name == "p"
    assert page.find(re.compile("^h[1-6]$")) is None


def test_a_table_names_its_columns_its_rows_and_itself(tree: Tree) -> None:
    page = soup(tree, "Tableau : Les *délais*\n\n| Quoi | Combien |\n|---|--:|\n| Un | 30 |\n")

    assert one(page, "caption").get_text() == "Les délais"
    assert [cell["scope"] for cell in page.select("thead th")] == ["col", "col"]
    assert one(page, "tbody th")["scope"] == "row"
    assert one(page, "tbody td")["class"] == ["fr-cell--right"]
    assert "Tableau" not in page.get_text()
    region = one(page, "[role=region][tabindex='0']")
    assert region["aria-labelledby"] == one(page, "caption")["id"]
    assert page.select("[style]") == []


def test_a_column_without_name_names_no_rows(tree: Tree) -> None:
    page = soup(tree, "|  | B |\n|---|:-:|\n| un | deux |\n")

    assert page.select("tbody th") == []
    assert [cell.name for cell in page.select("thead tr > *")] == ["td", "th"]


def test_a_picture_alone_is_a_figure_with_its_size_and_caption(tree: Tree) -> None:
    tree.file("guides/essai-1.svg", PICTURE)
    page = soup(tree, '![L\'écran "un".](essai-1.svg "La fiche : ici")\n')

    picture = one(page, "figure.fr-content-media img")
    assert (picture["src"], picture["width"], picture["height"]) == (
        "/media/guides/essai-1.svg",
        "400",
        "300",
    )
    assert picture["alt"] == "L’écran «\u00a0un\u00a0»."
    assert picture["loading"] == "lazy"
    assert one(page, "figcaption").get_text() == f"La fiche{F}: ici"
    assert page.find("p") is None


def test_a_picture_among_words_stays_among_them(tree: Tree) -> None:
    tree.file("guides/essai-1.svg", PICTURE)
    page = soup(tree, "Choisir ![le crayon](essai-1.svg) à droite.\n")

    assert one(page, "p img")["alt"] == "le crayon"
    assert page.find("figure") is None


def test_a_procedure_numbers_its_steps_and_gives_each_an_address(tree: Tree) -> None:
    page = soup(tree, "## Avant\n\n" + PROCEDURE.format("Les étapes"))

    section = one(page, "section.procedure")
    assert one(section, "h2")["id"] == section["aria-labelledby"] == "les-etapes"
    assert [item["id"] for item in section.select("ol > li")] == ["etape-1", "etape-2"]
    assert [h.get_text() for h in section.select("h3")] == [
        "Étape 1 sur 2 Ouvrir",
        "Étape 2 sur 2 Fermer",
    ]
    assert [a["href"] for a in section.select("li .permalink")] == ["#etape-1", "#etape-2"]


def test_a_procedure_without_title_belongs_to_the_part_it_is_in(tree: Tree) -> None:
    page = soup(tree, "## Avant\n\n### Comment\n\n" + PROCEDURE.format(""))

    assert len(page.select(".procedure h4")) == 2


def test_two_procedures_of_a_page_share_no_id(tree: Tree) -> None:
    page = soup(tree, PROCEDURE.format("A") + "\n" + PROCEDURE.format("B"))

    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids)) == 6


def test_a_step_may_hold_definitions_and_a_callout(tree: Tree) -> None:
    step = ":::: etape E\nOù\n: Ici\n\n::: retenir\nX\n:::\n::::\n"
    page = soup(tree, f"::::: demarche D\n{step}:::::\n")

    assert one(page, "li dl dt").get_text() == "Où"
    assert one(page, "li .fr-callout p.fr-callout__title").get_text() == "À retenir"


def test_what_changed_since_is_a_part_with_its_title(tree: Tree) -> None:
    page = soup(tree, "## A\n\n::: depuis\nDepuis 2022.\n:::\n")

    title = one(page, "section.since h2")
    assert title.get_text() == "Ce qui a changé depuis"
    assert one(page, "section.since")["aria-labelledby"] == title["id"]


def test_a_tool_is_a_plain_link_that_htmx_replaces_when_seen(tree: Tree) -> None:
    page = soup(tree, "## A\n\n::: outil tarifs categorie=experts\n:::\n")

    frame = one(page, "section.tool-frame")
    assert one(frame, "h3").get_text() == "Les tarifs"
    link = one(frame, ".tool-frame__body a")
    assert link["href"] == "/outils/tarifs?categorie=experts"
    assert link.get_text() == f"Les tarifs{F}: ouvrir en pleine page"
    body = one(frame, ".tool-frame__body")
    assert body["hx-get"] == "/outils/tarifs?categorie=experts&fragment=1"
    assert body["hx-target"] == f"#{body['id']}"
    assert tree.load().pages["/guides/essai"].tools == ("tarifs",)


def test_a_tool_not_built_yet_is_nothing_for_visitors(tree: Tree) -> None:
    assert tree.html("Avant.\n\n::: outil loto\n:::\n") == "<p>Avant.</p>\n"


def test_the_application_says_where_tools_are(tree: Tree) -> None:
    tree.page(body="::: outil tarifs categorie=experts\n:::\n")
    content = tree.load(
        tool_url=lambda endpoint, given: f"/{endpoint}/{given['categorie']}" if given else "/t"
    )

    assert 'href="/t.page/experts"' in content.pages["/guides/essai"].html
    assert "/t.page/experts?fragment=1" in content.pages["/guides/essai"].html


def test_a_block_of_the_site_is_put_as_it_is(tree: Tree) -> None:
    assert "<p>x</p>" in tree.html("::: donnees conservation\n:::\n")


def test_notes_are_in_french_and_lead_back_to_each_call(tree: Tree) -> None:
    page = soup(tree, "Un.[^a] Deux.[^a]\n\n[^a]: Article R2192-27.\n")

    assert one(page, "section.notes h2").get_text() == "Notes"
    back = [a["href"] for a in page.select("a.notes__back")]
    assert back == [f"#{a['id']}" for a in page.select(".note-call a")]
    assert [a.get_text() for a in page.select("a.notes__back")] == [
        "Retour au texte de la note 1",
        "Retour au texte de la note 1, renvoi 2",
    ]


def test_a_term_is_linked_at_its_first_use_only(tree: Tree) -> None:
    tree.page("glossaire/engagement-juridique.md", title="Engagement juridique", acronym="EJ")
    page = soup(tree, "L'[[EJ|numéro d'engagement]] puis [[engagement juridique]].\n")

    link = one(page, "a.glossary-term")
    assert link["href"] == "/glossaire#engagement-juridique"
    assert page.get_text().strip() == "L’numéro d’engagement puis engagement juridique."


def test_a_term_does_not_link_to_itself_and_keeps_its_ids_apart(tree: Tree) -> None:
    for name in ("un", "deux"):
        tree.page(f"glossaire/{name}.md", f"Le [[{name}]].[^1]\n\n[^1]: Note.\n", title=name)
    pages = [page.html for page in tree.load().glossary]

    ids = [i for html in pages for i in re.findall(r' id="([^"]+)"', html)]
    assert len(ids) == len(set(ids)) == 6
    assert "glossary-term" not in "".join(pages)
    assert "<h2" not in "".join(pages)


def test_links_to_other_sites_say_so_and_open_no_window(tree: Tree) -> None:
    link = one(soup(tree, "[le portail](https://a.fr/)\n"), "a")

    assert link["rel"] == ["noopener", "external"]
    assert "target" not in link.attrs


def test_code_and_addresses_keep_their_marks(tree: Tree) -> None:
    page = soup(tree, 'Taper `a ? b : "c"` ou <https://a.fr/?x=1;y> ?\n\n    d\'e !\n')

    assert one(page, "p code").get_text() == 'a ? b : "c"'
    assert one(page, "a").get_text() == "https://a.fr/?x=1;y"
    assert one(page, "pre").get_text() == "d'e !\n"
    assert one(page, "p").get_text().endswith(f"{N}?")


def test_task_lists_are_plain_lists(tree: Tree) -> None:
    assert soup(tree, "- [ ] à faire\n").find("input") is None


LINES = [
    "## Titre",
    "### Sous-titre",
    "# Trop",
    "::: retenir",
    "::: attention",
    ":::: demarche D",
    "::: etape E",
    "::: outil tarifs",
    "::: outil verifier-siret",
    "::: depuis",
    "::: graphique fichier=essai.csv type=points titre=T axe=A",
    ":::",
    "::::",
    "- liste",
    "  - sous-liste",
    "1. un",
    "> citation",
    "| a | b |",
    "|---|--:|",
    "Tableau : T",
    "[^1]: note",
    "Texte[^1]",
    "[[EJ]] [[",
    "![x](essai.svg)",
    "![](a)",
    "[ici](#x)",
    "terme",
    ": définition",
    "    code",
    "```",
    "",
    '**gras** "x" : l\'`y` ?',
    "<script>",
    "[x]: /y",
    "* * *",
    "",
    "::: ",
    "\\",
    "\u00a0",
]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_whatever_is_typed_gives_sound_html_and_no_exception(tree: Tree, lines: list[str]) -> None:
    tree.file("guides/essai.svg", PICTURE)
    tree.file("guides/essai.csv", "Année,Nombre\n2020,1\n2021,\n")
    page = soup(tree, "\n".join(lines))

    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert page.select("script, [style], [onclick], h1") == []
    for element in page.select("[aria-labelledby]"):
        assert set(str(element["aria-labelledby"]).split()) <= set(ids)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_any_text_at_all_is_a_page(tree: Tree, text: str) -> None:
    path = tree.file("guides/essai.md", f"---\ntitle: a\n---\n{text}".encode("utf-8", "replace"))

    assert all(fault.file.name in {path.name, "_index.md"} for fault in tree.faults())


@pytest.mark.parametrize(
    "body", ["::: x", ":::", "::: outil", ":::: demarche\n::: etape", "[[a", "![", "|"]
)
def test_a_body_cut_short_is_a_page(tree: Tree, body: str) -> None:
    assert isinstance(tree.html(body), str)


def test_a_sentence_names_its_sources_by_their_numbers(tree: Tree) -> None:
    sources = [{"label": "A", "url": "https://a.fr/b"}, {"label": "B", "note": "papier"}]
    html = tree.html("Trente jours.{1, 2}\n", sources=sources)

    calls = BeautifulSoup(html, "html.parser").select(".source-call a")
    assert [call["href"] for call in calls] == ["#source-1", "#source-2"]
    assert calls[0].get_text() == "Source 1"


def test_a_sentence_says_that_it_is_ours(tree: Tree) -> None:
    sources = [{"label": "A", "url": "https://a.fr/b"}]
    html = tree.html("Dix minutes.{1, nous} Le mot {nous autres} reste.\n", sources=sources)

    calls = BeautifulSoup(html, "html.parser").select(".source-call a")
    assert [call["href"] for call in calls] == ["#source-1", "#source-nous"]
    assert calls[1].get_text() == "Dit par nous"
    assert "{nous autres}" in html
    assert tree.faults() == []


def test_a_number_that_is_no_source_is_a_fault(tree: Tree) -> None:
    tree.page(body="Trente jours.{2}\n", sources=[{"label": "A", "url": "https://a.fr/b"}])

    messages = [fault.message for fault in tree.faults()]
    assert any("La source 2 n’existe pas" in message for message in messages)
    assert any("Source 1 : aucune phrase ne la cite" in message for message in messages)
