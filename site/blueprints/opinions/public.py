"""/chiffres: what is read, found and missed, without a person in it."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from communaute.blueprints.opinions import bp
from communaute.domain import clock
from communaute.domain import search as searches
from communaute.domain.opinions import figures, readings, repairs
from communaute.extensions import db, reading
from communaute.wiring import current, indexing
from search_index import IndexUnavailable


PERIOD = timedelta(days=30)
MOST = 20


@bp.get("/chiffres")
def figures_page() -> ResponseReturnValue:
    """The last thirty days."""
    session, since = reading(db.session()), clock.today() - PERIOD
    content = current.content()
    read = [
        (content.pages[url], count)
        for url, count in readings.most_read(session, since, MOST)
        if url in content.pages
    ]
    asked = searches.found_searches(session, 10 * MOST)
    return render_template(
        "opinions/public.html",
        since=since,
        read=read,
        reads=readings.reads_since(session, since),
        searches=searches.figures(session),
        found=[row for row in asked if is_ours(row[0])][:MOST],
        opinions=figures.overall(session),
        mended=repairs.mended_count(session, since),
    )


def is_ours(text: str) -> bool:
    """Whether every word searched is one that this site says: a name of somebody is not."""
    try:
        return indexing.opened().knows(text)
    except IndexUnavailable:
        return False
