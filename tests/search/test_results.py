"""What a search answers: hits, counts, filters, pages, excerpts, suggestions."""

from datetime import date
from pathlib import Path

import pytest

from search_index.opening import Index
from tests.search.corpus import FILLER, found, index_of, section


def test_a_hit_says_where_it_leads_and_what_it_is(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [
            section(
                "a#b",
                "Le titre",
                "Le corps du texte.",
                headings="Un > Deux",
                kind="guides",
                audience=("fournisseur", "travaux"),
                verified=date(2026, 11, 23),
            )
        ],
    )
    (hit,) = index.search("corps").hits
    assert (hit.id, hit.page, hit.url) == ("a#b", "a", "/a#b")
    assert (hit.title, hit.headings, hit.kind) == ("Le titre", "Un > Deux", "guides")
    assert hit.audience == ("fournisseur", "travaux")
    assert hit.verified == date(2026, 11, 23)
    assert (hit.expired, hit.replaced_by) == (False, "")
    assert hit.score > 0


def test_hits_come_in_the_order_of_their_scores(library: Index) -> None:
    scores = [hit.score for hit in library.search("facture entreprise siret").hits]
    assert scores == sorted(scores, reverse=True)


def test_counts_by_kind_add_up_to_the_total(library: Index) -> None:
    results = library.search("facture")
    assert sum(results.facets.kinds.values()) == results.total
    assert results.facets.audiences["fournisseur"] >= 1


def test_a_filter_keeps_its_kind_and_the_counts_of_the_others(library: Index) -> None:
    every = library.search("facture facturation tarif")
    some = library.search("facture facturation tarif", kind="guides")
    assert {hit.kind for hit in some.hits} == {"guides"}
    assert some.total == every.facets.kinds["guides"]
    assert some.facets.kinds == every.facets.kinds


def test_a_filter_by_audience(library: Index) -> None:
    results = library.search("facture siret tarif", audience="prestataire-justice")
    assert {hit.page for hit in results.hits} <= {"tarifs", "memoire"}
    assert library.search("facture", audience="personne").hits == ()
    assert library.search("facture", kind="inconnu").hits == ()


def test_pages_of_results_follow_each_other(library: Index) -> None:
    every = found(library, "facture siret tarif mémoire", limit=6)
    assert len(every) > 3
    assert found(library, "facture siret tarif mémoire", limit=3) == every[:3]
    assert found(library, "facture siret tarif mémoire", limit=3, page=2) == every[3:6]
    assert found(library, "facture", page=99) == []


def test_suggestions_are_the_pages_of_the_results_in_the_same_order(library: Index) -> None:
    for typed in ("fac", "facture", "changer de si", "tarif des inter"):
        suggested = [hit.page for hit in library.suggest(typed)]
        pages = dict.fromkeys(hit.page for hit in library.search(typed, limit=50).hits)
        assert suggested == list(pages)[: len(suggested)]
        assert len(set(suggested)) == len(suggested)


def test_suggestions_come_from_two_letters_on(library: Index) -> None:
    assert library.suggest("") == ()
    assert library.suggest("dé") != ()
    assert len(library.suggest("fa", limit=1)) == 1


def test_an_excerpt_marks_the_words_in_the_spelling_of_the_text(library: Index) -> None:
    excerpt = library.search("etablissement demenage").hits[0].excerpt
    assert "<mark>établissement</mark>" in excerpt
    assert "<mark>déménage</mark>" in excerpt


def test_an_excerpt_escapes_everything_but_its_marks(tmp_path: Path) -> None:
    body = 'Une balise <script>alert("x")</script> & une facture <b>grasse</b>.'
    index = index_of(tmp_path, [section("xss", "Balises", body)])
    excerpt = index.search("facture <script>").hits[0].excerpt
    unmarked = excerpt.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in unmarked
    assert ">" not in unmarked
    assert "&lt;" in unmarked
    assert "&amp;" in unmarked


def test_an_excerpt_shows_the_passage_with_most_of_the_words(tmp_path: Path) -> None:
    filler = "Des mots sans rapport avec la question. " * 30
    body = f"Une facture. {filler}Le mandat de facturation se donne au gestionnaire. {filler}"
    index = index_of(tmp_path, [section("long", "Long", body)])
    excerpt = index.search("mandat facturation gestionnaire").hits[0].excerpt
    assert "<mark>mandat</mark> de <mark>facturation</mark>" in excerpt
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert len(excerpt.replace("<mark>", "").replace("</mark>", "")) <= 225


@pytest.mark.parametrize("length", [0, 1, 219, 220, 221, 260, 1000])
def test_an_excerpt_never_cuts_a_word(tmp_path: Path, length: int) -> None:
    words = [f"mot{i}" for i in range(length // 5 + 1)]
    index = index_of(tmp_path, [section("a", "Titre", " ".join(words))])
    excerpt = index.search("titre").hits[0].excerpt
    assert set(excerpt.strip("…").split()) <= set(words)


def test_the_words_of_a_synonym_are_marked_together_only(tmp_path: Path) -> None:
    text = "La demande de paiement se suit. Une demande d’aide est autre chose, le paiement aussi."
    index = index_of(
        tmp_path, [section("a", "Suivre", text), *FILLER], [["facture", "demande de paiement"]]
    )
    excerpt = index.search("facture").hits[0].excerpt
    assert "<mark>demande</mark> de <mark>paiement</mark>" in excerpt
    assert excerpt.count("<mark>") == 2
    assert index.search("demande").hits[0].excerpt.count("<mark>") == 2


def test_a_soft_hyphen_hides_no_word_from_an_excerpt(tmp_path: Path) -> None:
    index = index_of(tmp_path, (section("page", "Titre", "Le sous\u00adtraitant est payé."),))
    assert "<mark>sous" in index.search("soustraitant").hits[0].excerpt


def test_an_excerpt_does_not_depend_on_what_was_read_before(library: Index, tmp_path: Path) -> None:
    questions = ("pièces jointes", "interprètes A43-7", "facture électronique", "SIRET", "œuvre")
    alone = {
        text: [hit.excerpt for hit in index_of(tmp_path / str(i)).search(text).hits]
        for i, text in enumerate(questions)
    }
    for text in (*questions, *reversed(questions)):
        assert [hit.excerpt for hit in library.search(text).hits] == alone[text], text


def test_read_ahead_no_section_is_read_for_the_first_time_by_a_question(tmp_path: Path) -> None:
    index = index_of(tmp_path, [section(f"p{n}", "Facture", f"Texte {n}.") for n in range(5)])
    index.read_ahead()
    before = index._words_read.places.cache_info().misses
    assert [hit.excerpt for hit in index.search("facture").hits]
    assert (before, index._words_read.places.cache_info().misses) == (5, 5)
