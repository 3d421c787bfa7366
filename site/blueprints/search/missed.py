"""Remembering that a search found nothing, without ever holding up or breaking the page."""

import logging

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from communaute import current
from communaute.domain import clock
from communaute.domain.search import note_missed
from communaute.extensions import db


log = logging.getLogger(__name__)


def remember_missed(query: str) -> None:
    """Count the day; see docs/decisions/0061 for why a GET may, like a log line.

    A page fetched in advance by a browser was not asked for by anybody.
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
