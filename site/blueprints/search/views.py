"""The search page and its suggestions: GET, without a script first."""

import re
from collections.abc import Iterable

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from communaute import blueprints, current
from communaute.blueprints.search import bp
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.facets import kind_labels, show
from communaute.blueprints.search.finding import MOST_RESULTS, Found, find
from communaute.blueprints.search.missed import remember_missed
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
    asked = Asked.of(request.args)
    answer = find(asked.query)
    card = card_for(asked.query)
    missed = bool(asked.query) and not answer.found and card is None
    if missed:
        remember_missed(asked.query)
    return render(
        "search/results.html",
        "results",
        asked=asked,
        shown=show(answer.found, asked),
        everything=len(answer.found),
        most=MOST_RESULTS,
        answer=answer,
        searchable=has_words(asked.query),
        address=lambda number: asked.url(page=number),
        card=card,
        kinds=kind_labels(),
        popular=popular_pages() if not answer.found else (),
    )


@bp.get("/recherche/suggestions")
def suggestions() -> ResponseReturnValue:
    """The first pages that answer what is being typed, in the order of the results."""
    asked = Asked.of(request.args)
    enough = len(asked.query) >= FEWEST_LETTERS
    found = one_of_each_page(find(asked.query).found)[:MOST_SUGGESTIONS] if enough else []
    card = card_for(asked.query) if enough else None
    body = render_template(
        "search/suggestions.html", asked=asked, found=found, card=card, kinds=kind_labels()
    )
    response: Response = make_response(body)
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def one_of_each_page(found: Iterable[Found]) -> list[Found]:
    """The first result of each page, their order kept."""
    seen: dict[str, Found] = {}
    for result in found:
        seen.setdefault(result.page.url if result.page else result.url, result)
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
    return one_of_each_page(find(words).found)[:MOST_PAGES_ABOUT]
