"""Ranking rules, each on the smallest library where it shows."""

from pathlib import Path

import pytest

from search_index.opening import Index
from tests.search.corpus import FILLER, found, index_of, section


def test_a_word_of_the_title_outranks_the_same_word_in_the_body(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [
            section("corps", "Les pièces à joindre", "La forclusion est rappelée dans ce guide."),
            section("titre", "La forclusion", "Ce qui se passe au-delà du délai, et quand."),
            *FILLER,
        ],
    )
    assert found(index, "forclusion") == ["titre", "corps"]


def test_a_keyword_and_a_link_text_find_a_page_that_does_not_say_the_word(library: Index) -> None:
    assert found(library, "déménagement")[0] == "siret"
    assert found(library, "paiement mission")[0] == "memoire"


def test_words_side_by_side_outrank_the_same_words_apart(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [
            section("loin", "Un guide", "Le mandat se lit ici. Plus loin, une facturation, enfin."),
            section("pres", "Une page", "On parle ici du mandat de facturation, plus loin, enfin."),
            *FILLER,
        ],
    )
    assert found(index, "mandat facturation") == ["pres", "loin"]


def test_a_page_that_says_all_the_words_outranks_one_that_repeats_one(library: Index) -> None:
    assert found(library, "corriger une facture envoyée")[0] == "deposer#corriger"


def test_the_page_past_its_truth_ranks_below_the_one_that_replaces_it(library: Index) -> None:
    order = found(library, "facturation électronique entre entreprises commencera")
    assert order[:2] == ["reforme", "reforme-2020"]


def test_a_replacement_that_does_not_answer_hides_nothing(library: Index) -> None:
    assert "reforme-2020" in found(library, "commencera en 2023")


def test_one_section_of_a_page_with_the_others_inside_unless_asked_otherwise(
    library: Index,
) -> None:
    pages = [hit.page for hit in library.search("facture").hits]
    assert pages.count("deposer") == 1
    first = library.search("facture", inside=5).hits[0]
    assert len(first.inside) == 2
    assert {one.url.partition("#")[0] for one in first.inside} == {first.url.partition("#")[0]}
    assert library.search("facture").total == len(set(pages))
    every = [hit.page for hit in library.search("facture", per_page=None).hits]
    assert every.count("deposer") == 3


@pytest.mark.parametrize(
    "question", ["qu’est-ce que le SIRET", "le siret c'est quoi", "siret kesako"]
)
def test_a_question_of_definition_leads_to_the_page_of_that_name(
    tmp_path: Path, question: str
) -> None:
    index = index_of(
        tmp_path,
        [
            section("siret#etapes", "Changer de SIRET", "Le SIRET change ; le SIRET se modifie."),
            section("siret-glossaire", "SIRET", "Numéro à quatorze chiffres d’un établissement."),
            *FILLER,
        ],
    )
    assert found(index, question)[0] == "siret-glossaire"


@pytest.mark.parametrize(
    "typed",
    ["facure", "fcature", "factture", "faxture"],
)
def test_one_typo_from_four_letters_still_finds_and_says_so(library: Index, typed: str) -> None:
    results = library.search(f"déposer une {typed} aujourd’hui")
    assert results.hits[0].page == "deposer"
    assert "facture" in results.suggestion


def test_two_typos_from_eight_letters(library: Index) -> None:
    results = library.search("etablisement qui demenaje demain")
    assert results.hits[0].page == "siret"


def test_short_words_have_no_typos(library: Index) -> None:
    assert library.search("mox xyz").hits == ()


def test_the_better_spelling_has_its_accents(library: Index) -> None:
    assert library.search("memoirre de frais").suggestion == "mémoire de frais"


def test_a_word_that_the_texts_know_is_never_corrected(library: Index) -> None:
    assert library.search("les factures déposées").suggestion == ""


@pytest.mark.parametrize("typed", ["CNPSI", "12345678800012", "4950725"])
def test_an_identifier_is_never_silently_taken_for_another(library: Index, typed: str) -> None:
    assert found(library, typed) == []


def test_another_spelling_of_a_code_is_offered_not_taken(library: Index) -> None:
    results = library.search("code CNPSI psychologique")
    assert results.suggestion == "code cnpsy psychologique"


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("12345678900012", "deposer"),
        ("123 456 789", "deposer"),
        ("4950724", "deposer#pieces"),
        ("4 950 724", "deposer#pieces"),
        ("a43-7", "tarifs"),
        ("article R122", "tarifs"),
        ("ip6", "tarifs"),
        ("cnpsy", "tarifs"),
        ("MOE", "memoire"),
    ],
)
def test_an_identifier_is_found_in_another_spelling(library: Index, typed: str, page: str) -> None:
    assert found(library, typed)[0] == page


def test_the_last_word_may_be_the_beginning_of_one(library: Index) -> None:
    assert found(library, "tarif des traduc")[0] == "tarifs"


def test_an_acronym_explained_in_a_text_stands_for_its_words(library: Index) -> None:
    assert "deposer" in found(library, "numéro EJ")
    assert found(library, "maîtrise oeuvre moe")[0] == "memoire"


def test_an_acronym_that_no_text_explains_is_read_in_the_titles(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [section("rnm", "Le répertoire national des métiers", "Qui y figure."), *FILLER],
    )
    assert found(index, "RNM") == ["rnm"]


def test_synonyms_find_what_the_texts_call_otherwise(tmp_path: Path) -> None:
    pages = [section("ticket", "Ouvrir une sollicitation", "Écrire au support."), *FILLER]
    assert found(index_of(tmp_path / "sans", pages), "réclamation") == []
    groups = [["sollicitation", "réclamation"], ["facture", "demande de paiement"]]
    index = index_of(tmp_path / "avec", pages, groups)
    assert found(index, "réclamation") == ["ticket"]
    assert found(index, "réclamations") == ["ticket"]


def test_a_word_typed_outranks_its_synonym(tmp_path: Path) -> None:
    pages = [
        section("ticket", "Un ticket", "Le ticket se suit."),
        section("sollicitation", "Une sollicitation", "La sollicitation se suit."),
        *FILLER,
    ]
    index = index_of(tmp_path, pages, [["ticket", "sollicitation"]])
    assert found(index, "ticket") == ["ticket", "sollicitation"]
    assert found(index, "sollicitation") == ["sollicitation", "ticket"]


def test_glued_and_cut_words_meet(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [
            section("colle", "Se connecter", "Avec FranceConnect, sans mot de passe."),
            section("coupe", "Un autre accès", "France accueille, et Connect relie."),
            *FILLER,
        ],
    )
    assert "colle" in found(index, "France Connect")
    assert "colle" in found(index, "franceconnect")


def test_a_page_without_a_title_is_named_by_its_first_heading(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [
            section("corps", "Les pièces à joindre", "La forclusion est rappelée dans ce guide."),
            section(
                "sans", "", "Ce qui se passe au-delà du délai.", headings="La forclusion > Un an"
            ),
            *FILLER,
        ],
    )
    hit = index.search("forclusion").hits[0]
    assert (hit.page, hit.title) == ("sans", "La forclusion")


def test_the_word_for_what_holds_the_answer_counts_little(tmp_path: Path) -> None:
    pages = [
        section("guide", "Le guide des guides", "Un guide, puis un autre guide."),
        section("mandat", "Confier ses envois", "Le mandat dit qui dépose pour vous."),
        *FILLER,
    ]
    index = index_of(tmp_path, pages)
    assert found(index, "guide mandat")[0] == "mandat"
    assert found(index, "guide")[0] == "guide"


def test_the_page_that_the_question_names_is_read_from_its_beginning(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        [
            section(
                "mandat", "Le mandat", "Qui le donne, à qui, pour quels envois et jusque quand."
            ),
            section("mandat#fin", "Le mandat", "Il prend fin.", headings="La fin"),
            *FILLER,
        ],
    )
    assert index.search("le mandat").hits[0].id == "mandat"


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("lengagement juridique", "deposer"),
        ("jai perdu mon siret", "siret"),
        ("cment corriger 1 facture", "deposer#corriger"),
    ],
)
def test_words_typed_in_haste_are_understood(library: Index, typed: str, page: str) -> None:
    results = library.search(typed)
    assert results.hits[0].id == page
    assert results.suggestion == ""


def test_words_that_no_text_says_are_told(library: Index) -> None:
    results = library.search("facture proforma du 12 345,67")
    assert results.unknown == ("proforma", "12 345,67")
    assert results.hits
    assert library.search("facture déposée").unknown == ()
    assert library.search("facure").unknown == ()


def test_an_unknown_subject_finds_nothing_by_the_words_around_it(tmp_path: Path) -> None:
    pages = [section("page", "Une page", "Voici comment lire la page."), *FILLER]
    index = index_of(tmp_path, pages)
    assert found(index, "page")[0] == "page"
    assert found(index, "page blanche") == []
    assert found(index, "comment zyzzyva") == []


def test_an_amount_is_not_its_groups_of_digits(library: Index, tmp_path: Path) -> None:
    index = index_of(tmp_path, [section("p", "Page 234", "Le 56 et le 1 234 567."), *FILLER])
    assert found(index, "1 234,56 €") == []
    assert found(index, "1234567") == ["p"]
