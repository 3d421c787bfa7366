"""An anonymous form: no session, no cookie; Sec-Fetch-Site and Origin guard it."""

from http import HTTPStatus

from flask import abort, request
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.opinions import bp
from communaute.blueprints.opinions.forms import OpinionForm
from communaute.domain import clock
from communaute.domain.opinions import CommentTooLong, give_opinion
from communaute.editorial import Page
from communaute.extensions import db, limiter
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site


TEMPLATE = "opinions/give.html"


def judged_page(path: str | None) -> Page:
    """The page spoken of; 404 when there is none."""
    return current.content().page(path or "") or abort(HTTPStatus.NOT_FOUND)


@bp.get("/outils/avis")
def give() -> ResponseReturnValue:
    """The form for one page."""
    page = judged_page(request.args.get("page"))
    form = OpinionForm(page=page.url)
    return render(TEMPLATE, "tool", form=form, page=page, given=False)


@bp.post("/outils/avis")
@limiter.limit("20 per minute; 200 per day")
def receive() -> ResponseReturnValue:
    """Keep the opinion."""
    refuse_cross_site()
    form = OpinionForm(request.form)
    page = judged_page(form.page.data)
    given = form.validate() and keep(form, page)
    status = HTTPStatus.OK if given else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(TEMPLATE, "tool", status=status, form=form, page=page, given=given)


def keep(form: OpinionForm, page: Page) -> bool:
    """Call the verb; a refusal stands beside the field."""
    helpful, comment = form.utile.data == "oui", form.remarque.data or ""
    try:
        give_opinion(db.session(), page=page.url, helpful=helpful, comment=comment, now=clock.now())
    except CommentTooLong as refused:
        form.remarque.errors = [str(refused)]
        return False
    db.session.commit()
    return True
