"""The entrance of management."""

from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.domain.accounts import roles
from communaute.extensions import db
from communaute.mailing import outbox
from communaute.models.accounts import Role


@bp.get("/")
@role_required(Role.ADMINISTRATOR, Role.EDITOR, Role.ORGANISER)
def home() -> ResponseReturnValue:
    """What there is to do."""
    counts = outbox.counts(db.session())
    return page("backoffice/home.html", counts=counts, person=me(), labels=roles.LABELS)
