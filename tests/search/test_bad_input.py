"""Whatever is typed, an answer and never an error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_index.opening import Index
from search_index.reading import MOST_WORDS


BAD = {
    "empty": "",
    "spaces": " \t\n\u00a0 ",
    "one letter": "f",
    "10,000 letters": "a" * 10_000,
    "10,000 words": "facture " * 10_000,
    "only stop words": "le la les de du des et que",
    "only punctuation": "?!… —,;:.()[]{}«»\"'’",
    "wildcards": "fact* ?acture ~2 ^4 +facture -siret",
    "field syntax": "title:facture AND (body:siret OR NOT kind:[a TO b])",
    "a quote left open": '"facture',
    "control characters": "fac\x00ture\x07 \x1b[31msiret\x85\u2028fin",
    "right-to-left marks": "\u202efacture\u202c \u200fsiret\u200e \u2067x\u2069",
    "SQL": "'; drop table sections; --",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a lone surrogate": "facture \ud800 siret",
    "emoji": "👩‍💻🏽 facture 🇫🇷",
    "other scripts": "فاتورة счёт 發票 ใบแจ้งหนี้",
    "stacked accents": "f" + "\u0301" * 500,
    "digits without end": "1" * 5_000,
    "hyphens without end": "a-" * 5_000,
    "apostrophes without end": "l'" * 5_000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_bad_input_gives_an_answer(library: Index, text: str) -> None:
    results = library.search(text)
    for hit in results.hits:
        assert "<script" not in hit.excerpt
    assert results.total >= len(results.hits)
    library.suggest(text)


@pytest.mark.parametrize("text", ["", "   ", "?!…", "le la les"])
def test_nothing_asked_finds_nothing(library: Index, text: str) -> None:
    results = library.search(text)
    assert (results.hits, results.total, results.suggestion) == ((), 0, "")


def test_syntax_is_only_words(library: Index) -> None:
    plain = [hit.id for hit in library.search("facture pdf").hits]
    assert [hit.id for hit in library.search("+facture* (pdf)").hits] == plain


def test_only_the_first_200_characters_are_read(library: Index) -> None:
    assert library.search("x " * 100 + "facture").hits == ()


def test_only_the_rarest_words_are_used(library: Index) -> None:
    words = "déposer facture dépôt saisie ligne client engagement pièces octets avoir siren nouveau"
    query = library._questions.read(words + " tarif article code")
    assert len(query.groups) == MOST_WORDS


@pytest.mark.parametrize(("limit", "page"), [(0, 1), (-5, 1), (10, 0), (10, -3), (10**9, 1)])
def test_odd_limits_and_pages_are_brought_back(library: Index, limit: int, page: int) -> None:
    assert len(library.search("facture", limit, page=page).hits) <= 100


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=250))
def test_any_text_is_a_valid_question(library: Index, text: str) -> None:
    results = library.search(text)
    assert all(isinstance(hit.excerpt, str) for hit in results.hits)
    assert results.total >= len(results.hits)
