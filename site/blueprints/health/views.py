"""`/sante` says that the process answers, `/sante/pret` that what it needs is there."""

import sqlite3
from http import HTTPStatus

from flask import jsonify
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from communaute import current
from communaute.blueprints.health import bp
from communaute.extensions import db, reading


@bp.get("/sante")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", HTTPStatus.OK, {"Content-Type": "text/plain", "Cache-Control": "no-store"}


@bp.get("/sante/pret")
def ready() -> ResponseReturnValue:
    """What the site needs, one sentence for each part that is missing; 503 if any is."""
    checks = {"database": database_answers, "queue": queue_answers, **current.site().readiness}
    faults = {name: fault for name, check in checks.items() if (fault := check())}
    answer: dict[str, object] = {name: faults.get(name, "ok") for name in checks}
    answer |= {name: note() for name, note in current.site().notes.items()}
    status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
    return jsonify(answer), status, {"Cache-Control": "no-store"}


def queue_answers() -> str | None:
    """Whether the queue can be reached."""
    # The tasks import create_app, which imports this door.
    from communaute import tasks

    try:
        tasks.huey.pending_count()
    except (OSError, sqlite3.Error, RedisError):
        return "the queue does not answer"
    return None


def database_answers() -> str | None:
    """Whether the database answers and has its tables."""
    try:
        reading(db.session()).execute(text("SELECT 1 FROM page_opinion LIMIT 1"))
    except SQLAlchemyError:
        return "the database does not answer, or `flask db upgrade` was not run"
    finally:
        db.session.rollback()
    return None
