"""The entrance of management, and the audit log."""

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.domain import audit
from communaute.extensions import db
from communaute.mailing import outbox
from communaute.models.accounts import Role


@bp.get("/")
@role_required(Role.ADMINISTRATOR, Role.EDITOR, Role.ORGANISER)
def home() -> ResponseReturnValue:
    """What there is to do."""
    return page("backoffice/home.html", counts=outbox.counts(db.session()))


@bp.get("/journal")
@role_required(Role.ADMINISTRATOR)
def journal() -> ResponseReturnValue:
    """Who did what, and what was refused."""
    act = request.args.get("acte", "")
    entries = audit.latest(db.session(), act=act)
    return page("backoffice/journal.html", entries=entries, act=act)
