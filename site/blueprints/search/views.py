"""The search page: a GET form, works without a script."""

import re

from flask import request
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.search import bp
from communaute.blueprints.search.titles import scan
from communaute.editorial import Page
from communaute.web.rendering import render


LONGEST_QUERY = 200
MOST_RESULTS = 30
MOST_SUGGESTIONS = 5


@bp.get("/recherche")
def results() -> ResponseReturnValue:
    """The pages whose title answers the query."""
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    found = scan(current.content().pages.values(), query, MOST_RESULTS)
    return render("search/results.html", "results", query=query, found=found)


@bp.app_template_global()
def words_of_address() -> str:
    """The words of the address that was not found, for the search of the 404 page."""
    return " ".join(re.findall(r"[^\W\d_]{3,}", request.path))[:LONGEST_QUERY]


@bp.app_template_global()
def pages_about(words: str) -> list[Page]:
    """A few pages that these words may have meant."""
    return list(scan(current.content().pages.values(), words, MOST_SUGGESTIONS))
