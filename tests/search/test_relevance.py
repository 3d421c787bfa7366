"""Relevance on the site's own pages: tests/search/relevance.toml says what answers what."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from communaute.editorial import load
from search_index import build, open_index
from search_index.opening import Index


HERE = Path(__file__).parent
CONTENT = HERE.parent.parent / "site" / "content"
AT_FIRST, IN_THREE = 0.85, 0.97


def questions() -> list[tuple[str, set[str]]]:
    told = tomllib.loads((HERE / "relevance.toml").read_text("utf-8"))["question"]
    return [(question["text"], set(question["answers"])) for question in told]


def synonyms() -> list[list[str]]:
    lines = (CONTENT / "recherche" / "synonymes.txt").read_text("utf-8").splitlines()
    groups = (line.split("=") for line in lines if line.strip() and not line.startswith("#"))
    return [[text.strip() for text in group] for group in groups]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the site's own pages, with its own synonyms, on the day of its last check."""
    folder = tmp_path_factory.mktemp("site")
    content = load(CONTENT)
    build(folder, content.search_documents(date(2026, 11, 23)), synonyms())
    return open_index(folder)


def rank(site: Index, text: str, answers: set[str]) -> int:
    """Return the rank of the first page that answers, 0 if none of ten does."""
    pages = dict.fromkeys(hit.page for hit in site.search(text, 20).hits)
    ranks = [i for i, page in enumerate(pages, start=1) if page in answers]
    return ranks[0] if ranks and ranks[0] <= 10 else 0


def test_what_visitors_type_is_answered_first_or_nearly(site: Index) -> None:
    ranks = {text: rank(site, text, answers) for text, answers in questions()}
    later = {text: place for text, place in ranks.items() if place != 1}
    at_first = sum(place == 1 for place in ranks.values()) / len(ranks)
    in_three = sum(1 <= place <= 3 for place in ranks.values()) / len(ranks)
    assert at_first >= AT_FIRST, later
    assert in_three >= IN_THREE, later


def test_every_page_named_as_an_answer_exists() -> None:
    pages = load(CONTENT).pages
    named = {answer for _, answers in questions() for answer in answers}
    missing = {answer for answer in named - set(pages) if not answer.startswith("/outils/")}
    assert sorted(missing) == []


def test_there_are_questions_enough() -> None:
    texts = [text for text, _ in questions()]
    assert len(texts) >= 40
    assert len(set(texts)) == len(texts)
