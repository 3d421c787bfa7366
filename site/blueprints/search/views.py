"""The search page and its suggestions: GET, without a script first."""

import logging
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from flask import Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from communaute.blueprints.search import bp
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.cards import card_for
from communaute.blueprints.search.finding import Answer, Found, find, suggested
from communaute.domain import clock
from communaute.domain.search import LONGEST_QUERY, has_words, note_missed
from communaute.editorial.pages import PUBLICS, Page
from communaute.extensions import db
from communaute.web.kept_answers import KeptAnswers
from communaute.web.rendering import render
from communaute.wiring import current, indexing
from search_index import IndexUnavailable


log = logging.getLogger(__name__)
MOST_PAGES_ABOUT = 5
MOST_SUGGESTIONS = 6
# A suggestion is asked for at every pause of the typing; before, the frequent questions.
FEWEST_LETTERS = 2
KEPT = "communaute search answers"


def kept() -> KeptAnswers:
    """The answers that this application keeps."""
    found: KeptAnswers = current_app.extensions.setdefault(KEPT, KeptAnswers())
    return found


def state_of_site() -> Hashable:
    """What every answer depends on: the index, the content, the day; None without an index."""
    try:
        return indexing.opened().generation, id(current.content()), clock.today()
    except IndexUnavailable:
        return None


@bp.get("/recherche")
def results() -> ResponseReturnValue:
    """What answers the query: a card if a feature knows, then the results."""
    asked = Asked.of(request.args, indexing.kind_labels())
    return kept().respond(state_of_site(), asked, lambda: results_page(asked))


def results_page(asked: Asked) -> tuple[Response, bool]:
    """The page, and whether it says the same all day."""
    answer = find(asked)
    card = card_for(asked.query, answer.task)
    unfiltered = find(asked.without_filters()) if asked.filtered and not answer.total else answer
    missed = has_words(asked.query) and not unfiltered.total and card is None
    if missed:
        remember_missed(asked.query)
    page = render(
        "search/results.html",
        "results",
        asked=asked,
        answer=answer,
        unfiltered=unfiltered,
        card=card,
        kinds=indexing.kind_labels(),
        kind_choices=kind_choices(answer, asked),
        public_choices=public_choices(answer, asked),
        address=lambda number: asked.url(page=number),
        searchable=has_words(asked.query),
        popular=() if unfiltered.total else popular_pages(),
    )
    return page, not missed and not (card and card.live)


@bp.get("/recherche/suggestions")
def suggestions() -> ResponseReturnValue:
    """The tasks and pages that answer what is being typed; the frequent questions before."""
    asked = Asked(query=Asked.of(request.args).query)
    return kept().respond(state_of_site(), ("suggestions", asked), lambda: suggestions_list(asked))


def suggestions_list(asked: Asked) -> tuple[Response, bool]:
    """The list, and whether it says the same all day. What the card leads to is not said twice."""
    enough = len(asked.query) >= FEWEST_LETTERS
    card = card_for(asked.query) if enough else None
    led_to = {link.url for link in card.links[:1]} if card else set()
    found = suggested(asked.query, MOST_SUGGESTIONS + 1) if enough else ()
    body = render_template(
        "search/suggestions.html",
        asked=asked,
        found=[one for one in found if not {one.url, one.page_url} & led_to][:MOST_SUGGESTIONS],
        popular=() if enough else popular_pages(),
        card=card,
        kinds=indexing.kind_labels(),
    )
    response: Response = make_response(body)
    response.headers["Cache-Control"] = "private, max-age=60"
    return response, not (card and card.live)


def remember_missed(query: str) -> None:
    """Count the day, without ever holding up or breaking the page.

    docs/decisions/0061 says why a GET may, like a log line. A page fetched in advance by a
    browser was not asked for by anybody.
    """
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    try:
        note_missed(db.session(), query, key=current.settings().secret_key, today=clock.today())
        db.session.commit()
    except SQLAlchemyError:
        # Two visitors on the same new words, a database that is away: nothing worth an error.
        db.session.rollback()
        log.warning("a search without an answer was not counted", exc_info=True)


def popular_pages() -> tuple[Page, ...]:
    """The questions of the home page: what most people come for."""
    return tuple(current.content().home.questions)


@bp.app_template_global()
def words_of_address() -> str:
    """The words of the address that was not found, for the search of the 404 page."""
    return " ".join(re.findall(r"[^\W\d_]{3,}", request.path))[:LONGEST_QUERY]


@bp.app_template_global()
def pages_about(words: str) -> Sequence[Found]:
    """A few pages that these words may have meant, for the 404 page."""
    return find(Asked(query=words)).found[:MOST_PAGES_ABOUT]


# Facets: how many results there are of each kind and for each public, as links.


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: its name, how many results it leaves, its address."""

    label: str
    count: int
    url: str
    chosen: bool


def kind_choices(answer: Answer, asked: Asked) -> list[Choice]:
    """The kinds there are, the most frequent first."""
    labels = indexing.kind_labels()
    rows = [(labels.get(kind, kind), kind, count) for kind, count in answer.kinds.items()]
    return choices(rows, "kind", asked.kind, asked)


def public_choices(answer: Answer, asked: Asked) -> list[Choice]:
    """The publics there are, in their usual order."""
    rows = [(PUBLICS[key], key, answer.publics.get(key, 0)) for key in PUBLICS]
    return choices(rows, "public", asked.public, asked)


def choices(
    rows: Iterable[tuple[str, str, int]], name: str, chosen: str, asked: Asked
) -> list[Choice]:
    """The values that leave results, as links; the chosen one leads back to all."""
    return [
        Choice(label, count, asked.url(**{name: "" if key == chosen else key}), key == chosen)
        for label, key, count in rows
        if count or key == chosen
    ]
