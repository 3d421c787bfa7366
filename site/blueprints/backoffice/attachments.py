"""Attachment requests to structures that nobody manages: an administrator answers."""

from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.blueprints.structures.access import answered
from communaute.blueprints.structures.forms import DecideForm
from communaute.blueprints.structures.rendering import blame
from communaute.blueprints.structures.requests import carry_out
from communaute.domain.structures import attaching
from communaute.domain.structures.errors import InvalidEntry
from communaute.extensions import db
from communaute.models.accounts import Role, User


@bp.get("/rattachements")
@role_required(Role.ADMINISTRATOR)
def attachments() -> ResponseReturnValue:
    """The requests that no manager can answer."""
    return attachments_page()


def attachments_page(refused: DecideForm | None = None, which: int = 0) -> ResponseReturnValue:
    """The list; `which` is the request whose form is to be corrected."""
    waiting = attaching.waiting_requests(db.session(), me())
    form = DecideForm(formdata=None)
    return page(
        "backoffice/attachments.html", waiting=waiting, decide=form, wrong=refused, which=which
    )


@bp.post("/rattachements/<int:request_id>")
@role_required(Role.ADMINISTRATOR)
def answer_attachment(request_id: int) -> ResponseReturnValue:
    """Accept or refuse; the first person accepted is the structure's principal manager."""
    return answered(answer, me(), {"request_id": request_id})


def answer(user: User, request_id: int) -> ResponseReturnValue:
    """Call the verb; what is wrong stands beside its field."""
    form = DecideForm()
    try:
        carry_out(user, request_id, form)
    except InvalidEntry as refused:
        db.session.rollback()
        blame(form, "motif", refused)
        return attachments_page(form, request_id)
    return redirect(url_for("backoffice.attachments"), HTTPStatus.SEE_OTHER)
