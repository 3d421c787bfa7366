"""Attachment requests to structures that nobody manages: an administrator answers."""

from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.blueprints.structures.access import answered
from communaute.blueprints.structures.forms import DecideForm
from communaute.blueprints.structures.people import carry_out
from communaute.domain.structures import listing
from communaute.extensions import db, limiter
from communaute.models.accounts import Role, User


@bp.get("/rattachements")
@role_required(Role.ADMINISTRATOR)
def attachments() -> ResponseReturnValue:
    """The requests that no manager can answer."""
    return attachments_page()


def attachments_page(refused: DecideForm | None = None, which: int = 0) -> ResponseReturnValue:
    """The list; `which` is the request whose form is to be corrected."""
    waiting = listing.waiting_requests(db.session(), me())
    form = DecideForm(formdata=None)
    return page(
        "backoffice/attachments.html",
        waiting=waiting,
        total=listing.waiting_count(db.session(), me()),
        decide=form,
        wrong=refused,
        which=which,
    )


@bp.post("/rattachements/<int:request_id>")
@limiter.limit("60 per minute; 600 per hour")
@role_required(Role.ADMINISTRATOR)
def answer_attachment(request_id: int) -> ResponseReturnValue:
    """Accept or refuse; the first person accepted is the structure's principal manager."""
    return answered(answer, me(), {"request_id": request_id})


def answer(user: User, request_id: int) -> ResponseReturnValue:
    """Call the verb; what is wrong stands beside its field."""
    form = DecideForm()
    if not carry_out(user, request_id, form):
        return attachments_page(form, request_id)
    return redirect(url_for("backoffice.attachments"), HTTPStatus.SEE_OTHER)
