"""Answers kept: the same bytes again, for one state only, within bounds, nothing personal."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response

from communaute.web import kept_answers
from communaute.web.kept_answers import KeptAnswers


@pytest.fixture(autouse=True)
def asking(app: Flask) -> Iterator[None]:
    with app.test_request_context("/outils/tarifs?q=juré"):
        yield


def ask(kept: KeptAnswers, words: str, body: str, state: object = "a day", **headers: str) -> str:
    """What is answered to these words; `body` is what would be made anew."""
    made = Response(body, headers=headers, mimetype="text/html")
    return kept.respond(state, words, lambda: (made, True)).get_data(as_text=True)


def test_an_answer_is_made_once_for_a_state() -> None:
    kept = KeptAnswers()
    assert ask(kept, "juré", "first") == "first"
    assert ask(kept, "juré", "second") == "first"
    assert ask(kept, "juré", "next day", state="another day") == "next day"
    assert ask(kept, "juré", "back", state="a day") == "back"


def test_an_answer_with_a_cookie_or_without_a_state_is_never_kept() -> None:
    kept = KeptAnswers()
    ask(kept, "juré", "mine", **{"Set-Cookie": "session=1"})
    assert ask(kept, "juré", "yours") == "yours"
    ask(kept, "expert", "no index", state=None)
    assert ask(kept, "expert", "still none", state=None) == "still none"


def test_the_bytes_kept_are_bounded_and_the_least_used_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_answers, "MOST_BYTES", 25)
    kept = KeptAnswers()
    for words in ("one", "two"):
        ask(kept, words, words.center(10))
    ask(kept, "one", "used again")
    ask(kept, "three", "three".center(10))
    assert kept.bytes == 20
    assert ask(kept, "one", "made anew").strip() == "one"
    assert ask(kept, "two", "made anew") == "made anew"


def test_an_address_too_long_to_be_asked_twice_is_not_kept(app: Flask) -> None:
    kept = KeptAnswers()
    with app.test_request_context("/outils/tarifs?q=" + "a" * kept_answers.LONGEST_ADDRESS):
        ask(kept, "juré", "long")
        assert not kept.answers
