"""« Témoigner »: an anonymous form, read again before it is sent."""

from functools import partial
from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt, blame
from communaute.blueprints.testimonials import bp
from communaute.blueprints.testimonials.forms import SendForm
from communaute.domain.errors import DomainError
from communaute.domain.testimonials import authors
from communaute.domain.testimonials.words import QUESTIONS, checked, shown_name
from communaute.extensions import limiter
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


TEMPLATE = "testimonials/write.html"


@bp.get("/outils/temoignage")
def write() -> ResponseReturnValue:
    """The questions."""
    return render(TEMPLATE, "tool", form=SendForm(), step="write", preview=None)


@bp.post("/outils/temoignage")
@limiter.limit("20 per minute; 60 per day")
def send() -> ResponseReturnValue:
    """Read it again, or send it: the same answer whoever is known."""
    refuse_cross_site()
    form = SendForm(request.form)
    if request.form.get("acte") == "relire":
        return read_again(form)
    verb = partial(authors.send, current.context(), form.said, address=form.courriel.data or "")
    sent = attempt(partial(verb, consents=form.accord.data), form, "courriel") is not None
    status = HTTPStatus.OK if sent else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        TEMPLATE, "tool", status=status, form=form, step="sent" if sent else "write", preview=None
    )


def read_again(form: SendForm) -> ResponseReturnValue:
    """The testimonial as it would be published, above the form."""
    preview, status = None, HTTPStatus.OK
    try:
        preview = preview_of(checked(form.said))
    except DomainError as refused:
        blame(form, refused)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(TEMPLATE, "tool", status=status, form=form, step="write", preview=preview)


def preview_of(said: dict[str, str]) -> dict[str, object]:
    """What the page would show."""
    parts = [(title, said[name]) for name, (_, title) in QUESTIONS.items() if said.get(name)]
    return {"name": shown_name(said), "role": said["metier"], "parts": parts}
