"""What newcomers type finds the page that answers (relevance.toml)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.finding import find


FILE = Path(__file__).with_name("relevance.toml")
QUESTIONS = tomllib.loads(FILE.read_text(encoding="utf-8"))["question"]
FIRST, AMONG_THREE = 0.85, 0.97


@pytest.fixture(scope="module")
def ranks(indexed_app: Flask) -> dict[str, int]:
    """For each question, the rank of the first right page; 99 when none is on the first page."""
    with indexed_app.test_request_context():
        return {q["question"]: rank(q["question"], q["answers"]) for q in QUESTIONS}


def rank(question: str, answers: list[str]) -> int:
    for place, page in enumerate(pages_found(question), start=1):
        if page in answers:
            return place
    return 99


def pages_found(question: str) -> Iterator[str]:
    return iter(dict.fromkeys(found.page_url for found in find(Asked(query=question)).found))


def share(ranks: dict[str, int], most: int) -> float:
    return sum(place <= most for place in ranks.values()) / len(ranks)


def missed(ranks: dict[str, int], most: int) -> str:
    return "\n".join(f"{place}: {q}" for q, place in ranks.items() if place > most)


def test_the_first_result_answers(ranks: dict[str, int]) -> None:
    assert share(ranks, 1) >= FIRST, missed(ranks, 1)


def test_one_of_three_results_answers(ranks: dict[str, int]) -> None:
    assert share(ranks, 3) >= AMONG_THREE, missed(ranks, 3)


def test_there_are_enough_questions_and_each_has_answers_and_a_reason() -> None:
    assert len(QUESTIONS) >= 30
    assert len({q["question"] for q in QUESTIONS}) == len(QUESTIONS)
    assert all(q["answers"] and q["reason"] for q in QUESTIONS)


def test_every_answer_is_a_page_of_the_site(indexed_app: Flask) -> None:
    pages = indexed_app.extensions["communaute"].content.pages
    gone = [answer for q in QUESTIONS for answer in q["answers"] if answer not in pages]
    assert not gone


def test_the_order_of_suggestions_is_that_of_results(indexed_app: Flask) -> None:
    from tests.pages import Pages, soup_of

    with indexed_app.test_request_context():
        expected = {
            q["question"]: [found.url for found in find(Asked(query=q["question"])).found][:5]
            for q in QUESTIONS[:10]
        }
    for question, pages in expected.items():
        assert pages, question
        html = (
            Pages(indexed_app)
            .response("GET", "/recherche/suggestions", query_string={"q": question})
            .text
        )
        options = soup_of(f"<ul>{html}</ul>").select("li[data-marks]")
        assert [option["data-url"] for option in options][:5] == pages
