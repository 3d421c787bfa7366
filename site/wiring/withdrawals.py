"""Testimonials withdrawn by their authors are gone at once, from every page that every process keeps.

The process that takes a withdrawal loses the page at its next request; the others look once a second,
and only while the content holds a testimonial that was sent here.
"""

import logging
import time

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from communaute.domain.testimonials import team
from communaute.extensions import db, queue
from communaute.wiring import indexing
from communaute.wiring.current import KEY, Site


log = logging.getLogger(__name__)
LOOK_EVERY = 1.0
OTHERWISE = "the index is made again tonight"


def look(app: Flask) -> None:
    """Lose the pages withdrawn since the last look."""
    state: Site = app.extensions[KEY]
    if not state.content.submissions or time.monotonic() - state.looked_for_withdrawn < LOOK_EVERY:
        return
    state.looked_for_withdrawn = time.monotonic()
    with app.app_context():
        try:
            gone = team.withdrawn(db.session())
        except SQLAlchemyError:
            log.warning("withdrawn testimonials could not be read", exc_info=True)
            return
        finally:
            db.session.rollback()
        if lose(state, frozenset(gone)):
            queue.ask(index_again, OTHERWISE)


def lose(state: Site, references: frozenset[str]) -> bool:
    """Take pages out of the content, and forget every page made with it; whether there were any."""
    found = state.content.submissions
    urls = frozenset(found[reference] for reference in references if reference in found)
    if urls:
        state.content = state.content.without(urls)
        state.pages.clear()
        state.layout.clear()
    return bool(urls)


def note(reference: str) -> None:
    """A withdrawal was committed here: lose its page now, and have the index made again."""
    lose(current_app.extensions[KEY], frozenset({reference}))
    queue.ask(index_again, OTHERWISE)


@queue.task()
def index_again() -> None:
    """In the worker: an index without what is no longer in the content. Asked for twice, made once."""
    with queue.site() as app:
        look(app)
        log.info("search index: %s", indexing.build_index(if_older=True))
