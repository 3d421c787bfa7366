"""What search is given."""

from datetime import date

from communaute.editorial.search_documents import search_documents
from search_index.document import Document
from tests.editorial.trees import TODAY, Tree


def documents(tree: Tree) -> dict[str, Document]:
    """What is given, by address."""
    return {document.url: document for document in search_documents(tree.load(), TODAY)}


def test_each_part_of_a_page_is_found_at_its_anchor(tree: Tree) -> None:
    tree.page(
        body="Avant.\n\n## Un\n\nPremier.\n\n### Deux\n\nSecond.\n\n## Trois\n\nDernier.\n",
        keywords=["NIC"],
    )
    found = documents(tree)

    assert {url: (d.headings, d.body) for url, d in found.items() if d.kind == "guides"} == {
        "/guides/essai": ("", "Ce que dit la page.\nAvant."),
        "/guides/essai#un": ("Un", "Premier."),
        "/guides/essai#deux": ("Un > Deux", "Second."),
        "/guides/essai#trois": ("Trois", "Dernier."),
    }
    part = found["/guides/essai#deux"]
    assert (part.page, part.title) == ("/guides/essai", "Une page d’essai")
    assert (part.keywords, part.audience) == (("NIC",), ("fournisseur",))
    assert part.verified == date(2026, 11, 20)


def test_no_two_documents_share_an_id(tree: Tree) -> None:
    tree.page(body="## A\n\nx\n\n## B\n\ny\n")
    tree.page("glossaire/ej.md", "x[^1]\n\n[^1]: y\n")
    ids = [document.id for document in search_documents(tree.load(), TODAY)]

    assert len(ids) == len(set(ids))


def test_each_step_of_a_procedure_is_found(tree: Tree) -> None:
    step = "::: etape Ouvrir la fiche\nChoisir l'icône.\n:::\n"
    tree.page(body=f":::: demarche Les étapes\n{step}::::\n\nLa suite.\n")
    found = documents(tree)

    assert found["/guides/essai#etape-1"].headings == "Les étapes > Ouvrir la fiche"
    assert found["/guides/essai#etape-1"].body == "Choisir l’icône."
    assert "La suite." in found["/guides/essai"].body


def test_the_words_of_links_to_a_page_come_with_it(tree: Tree) -> None:
    tree.page("guides/a.md", "Voir [changer d'adresse](/guides/essai#ou) et [[EJ]].\n")
    tree.page(body="[soi-même](/guides/essai)\n")
    tree.page("glossaire/ej.md", title="Engagement", acronym="EJ")
    found = documents(tree)

    assert found["/guides/essai"].links == ("changer d’adresse",)
    assert found["/glossaire#ej"].links == ("EJ",)


def test_a_term_is_found_under_all_its_names(tree: Tree) -> None:
    tree.page("glossaire/ej.md", title="Engagement", acronym="EJ", aliases=["numéro"])

    assert documents(tree)["/glossaire#ej"].keywords == ("EJ", "numéro")


def test_a_summary_that_the_text_begins_with_is_said_once(tree: Tree) -> None:
    tree.page(body="Ce que dit la page. Et la suite.\n")

    assert documents(tree)["/guides/essai"].body == "Ce que dit la page. Et la suite."


def test_a_page_past_its_truth_says_so_and_names_its_replacement(tree: Tree) -> None:
    tree.page(valid_until=date(2026, 11, 10), replaced_by="/guides/b")
    tree.page("guides/b.md")
    found = documents(tree)

    assert (found["/guides/essai"].expired, found["/guides/essai"].replaced_by) == (
        True,
        "/guides/b",
    )
    assert not found["/guides/b"].expired


def test_tools_are_found_by_what_they_do(tree: Tree) -> None:
    tool = documents(tree)["/outils/verifier-siret"]

    assert (tool.kind, tool.title) == ("outils", "Vérifier un SIRET")
    assert tool.body == "Vérifie.\nÀ avoir sous la main\N{NO-BREAK SPACE}: un SIRET"


def test_a_tool_that_is_not_public_is_not_found(tree: Tree) -> None:
    assert "/outils/interne" not in documents(tree)


def test_the_title_of_a_tool_in_a_page_is_not_the_page_s_words(tree: Tree) -> None:
    tree.page(body="Avant.\n\n::: outil tarifs\n:::\n\nAprès.\n")

    assert documents(tree)["/guides/essai"].body == "Ce que dit la page.\nAvant.\nAprès."


def test_every_document_leads_to_an_anchor_that_exists(tree: Tree) -> None:
    tree.page(body="## A\n\nx[^1]\n\n::: depuis\nz\n:::\n\n[^1]: y\n")
    content = tree.load()

    for document in search_documents(content, TODAY):
        anchor = document.url.partition("#")[2]
        if document.kind == "guides" and anchor:
            assert f'id="{anchor}"' in content.pages["/guides/essai"].html


def test_the_cells_of_a_table_are_told_apart(tree: Tree) -> None:
    table = (
        "| Statut | Que faire |\n|---|---|\n| Rejetée | Lire le motif. |\n| Suspendue | Ajouter |\n"
    )
    tree.page(body=f"## A\n\n{table}")

    body = documents(tree)["/guides/essai#a"].body
    assert "Statut · Que faire · Rejetée · Lire le motif.\nSuspendue · Ajouter" in body
