"""`/sante` says that the process answers, `/sante/pret` that what it needs is there."""

import os
import sqlite3
from http import HTTPStatus
from tempfile import TemporaryFile

from flask import jsonify
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from communaute.blueprints.health import bp
from communaute.domain import backups, clock
from communaute.extensions import alembic, db, queue, reading
from communaute.wiring import current


# In bytes, what readiness writes to see that the disk is not full.
PROBE = 64 * 1024


@bp.get("/sante")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", HTTPStatus.OK, {"Content-Type": "text/plain", "Cache-Control": "no-store"}


@bp.get("/sante/pret")
def ready() -> ResponseReturnValue:
    """What the site needs, one sentence for each part that is missing; 503 if any is.

    Pages are served without the queue, and mails leave once it is back: it is a note.
    """
    state = current.site()
    checks = {"database": database_answers, "disk": disk_takes_a_file, **state.readiness}
    faults = {name: fault for name, check in checks.items() if (fault := check())}
    answer: dict[str, object] = {name: faults.get(name, "ok") for name in checks}
    answer |= {"queue": queue_answers() or "ok", "schema": schema_age()}
    answer |= {"backup": backup_age()}
    answer |= {name: note() for name, note in state.notes.items()}
    status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
    return jsonify(answer), status, {"Cache-Control": "no-store"}


def queue_answers() -> str | None:
    """Whether the queue can be reached."""
    try:
        queue.pending_count()
    except (OSError, sqlite3.Error, RedisError):
        return "the queue does not answer: mails wait until it does"
    return None


def backup_age() -> str:
    """When the last backup that opened was made; a note: pages are served without."""
    made = backups.last_good(current.settings().backups)
    if made is None:
        return "none yet: run `flask data backup`"
    late = clock.now() - made > backups.OLD_AFTER
    return f"{made.isoformat(timespec='seconds')}{', too old' if late else ''}"


def disk_takes_a_file() -> str | None:
    """Whether the instance folder can be written: a full disk stops every form."""
    try:
        with TemporaryFile(dir=current.settings().instance) as file:
            file.write(bytes(PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return "INSTANCE_PATH cannot be written: disk full or not ours"
    return None


def database_answers() -> str | None:
    """Whether the database answers and its schema is not behind the code's.

    Ahead of it is how a release is replaced: this code works on the schema of the next one, and a
    balancer that took it away before the new processes are there would leave nobody to answer.
    """
    try:
        done = revisions()
    except SQLAlchemyError:
        return "the database does not answer"
    heads = set(alembic.script_directory.get_heads())
    if done != heads and not unknown(done):
        return "the schema is not the code's: run `flask db upgrade`"
    return None


def schema_age() -> str:
    """Whether the schema is the code's own; a note: an older code serves on a newer schema."""
    try:
        newer = unknown(revisions())
    except SQLAlchemyError:
        return "not known"
    return f"newer than the code ({', '.join(sorted(newer))})" if newer else "ok"


def revisions() -> set[str]:
    """The migrations that the database has had last.

    Asked of the table itself: Alembic's own question writes two lines of log at each look.
    """
    try:
        session = reading(db.session())
        if not inspect(session.connection()).has_table("alembic_version"):
            return set()
        return set(session.scalars(text("SELECT version_num FROM alembic_version")))
    finally:
        db.session.rollback()


def unknown(done: set[str]) -> set[str]:
    """Those that this code does not have: of a release that follows it."""
    known = {step.revision for step in alembic.script_directory.walk_revisions()}
    return done - known
