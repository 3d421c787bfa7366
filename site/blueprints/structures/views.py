"""One's structures, and the sheet of one of them."""

from flask.typing import ResponseReturnValue

from communaute.blueprints.structures import bp
from communaute.blueprints.structures.access import acting, person_only
from communaute.blueprints.structures.rendering import page
from communaute.blueprints.structures.sheets import sheet_page
from communaute.domain.structures import listing
from communaute.domain.structures.values import ROLE_LABELS
from communaute.extensions import db
from communaute.models.accounts import User


@bp.get("/")
@person_only
def mine(user: User) -> ResponseReturnValue:
    """The structures one is attached to, or has asked to be."""
    lines = listing.structures_of(db.session(), user)
    return page("mine", user, lines=lines, roles=ROLE_LABELS)


@bp.get("/<int:number>")
@acting
def sheet(user: User, number: int) -> ResponseReturnValue:
    """Everything of a structure that its people may see."""
    return sheet_page(user, number)
