"""The search page and its suggestions: GET, without a script first."""

import re
from collections.abc import Iterable

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from communaute import blueprints, current
from communaute.blueprints.search import bp
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.facets import kind_choices, kind_labels, public_choices
from communaute.blueprints.search.finding import find
from communaute.blueprints.search.missed import remember_missed
from communaute.blueprints.search.results import Found
from communaute.domain.search import LONGEST_QUERY, has_words
from communaute.editorial import Page
from communaute.editorial.home import home_choices
from communaute.web.cards import Card
from communaute.web.rendering import render


MOST_PAGES_ABOUT = 5
MOST_SUGGESTIONS = 6
# A suggestion is asked for at every pause of the typing.
FEWEST_LETTERS = 2


@bp.get("/recherche")
def results() -> ResponseReturnValue:
    """What answers the query: a card if a feature knows, then the results."""
    kinds = kind_labels()
    asked = Asked.of(request.args, kinds)
    answer, card = find(asked), card_for(asked.query)
    unfiltered = find(asked.without_filters()) if asked.filtered and not answer.total else answer
    if has_words(asked.query) and not unfiltered.total and card is None:
        remember_missed(asked.query)
    return render(
        "search/results.html",
        "results",
        asked=asked,
        answer=answer,
        unfiltered=unfiltered,
        card=card,
        kinds=kinds,
        kind_choices=kind_choices(answer, asked),
        public_choices=public_choices(answer, asked),
        address=lambda number: asked.url(page=number),
        searchable=has_words(asked.query),
        popular=() if unfiltered.total else popular_pages(),
    )


@bp.get("/recherche/suggestions")
def suggestions() -> ResponseReturnValue:
    """The first pages that answer what is being typed, in the order of the results."""
    asked = Asked(query=Asked.of(request.args).query)
    enough = len(asked.query) >= FEWEST_LETTERS
    body = render_template(
        "search/suggestions.html",
        asked=asked,
        found=one_of_each_page(find(asked).found)[:MOST_SUGGESTIONS] if enough else (),
        card=card_for(asked.query) if enough else None,
        kinds=kind_labels(),
    )
    response: Response = make_response(body)
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def one_of_each_page(found: Iterable[Found]) -> list[Found]:
    """The first result of each page, their order kept."""
    seen: dict[str, Found] = {}
    for result in found:
        seen.setdefault(result.page_url, result)
    return list(seen.values())


def card_for(query: str) -> Card | None:
    """The card of the first feature that recognises the query."""
    if not query:
        return None
    cards = (provider(query) for provider in blueprints.cards())
    return next((card for card in cards if card), None)


def popular_pages() -> tuple[Page, ...]:
    """The questions of the home page: what most people come for."""
    content, state = current.content(), current.site()
    choices = home_choices(state.directory, content.pages, state.tools, current.tool_url)
    return tuple(choices.questions)


@bp.app_template_global()
def words_of_address() -> str:
    """The words of the address that was not found, for the search of the 404 page."""
    return " ".join(re.findall(r"[^\W\d_]{3,}", request.path))[:LONGEST_QUERY]


@bp.app_template_global()
def pages_about(words: str) -> list[Found]:
    """A few pages that these words may have meant, for the 404 page."""
    return one_of_each_page(find(Asked(query=words)).found)[:MOST_PAGES_ABOUT]
