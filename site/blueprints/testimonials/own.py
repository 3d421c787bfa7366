"""One's own testimonial by its signed link: a GET changes nothing, scanners follow links."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.testimonials import bp
from communaute.blueprints.testimonials.forms import WordsForm
from communaute.blueprints.testimonials.views import preview_of
from communaute.domain.context import Context
from communaute.domain.testimonials import authors
from communaute.domain.testimonials.words import QUESTIONS, REFUSALS, Gone
from communaute.extensions import db, limiter
from communaute.models.testimonials import Testimonial, TestimonialState
from communaute.web.rendering import page_by_key
from communaute.web.security import refuse_cross_site
from communaute.wiring import current, withdrawals


HERE = "/outils/temoignage/<token>"
LIMIT = "60 per minute"
DONE = {
    "confirmer": "C’est confirmé : l’équipe du site lira votre témoignage.",
    "accepter": "C’est fait : le changement proposé est dans votre témoignage.",
    "garder": "C’est noté : vous gardez vos mots.",
    "vrai": "Merci : votre témoignage est daté d’aujourd’hui.",
    "modifier": "C’est fait : l’équipe lira votre nouveau texte.",
}
ACTS: dict[str, Callable[[Context, Testimonial], None]] = {
    "confirmer": authors.confirm,
    "accepter": authors.accept,
    "garder": authors.decline,
    "vrai": authors.still_true,
}


@bp.errorhandler(Gone)
def gone(refused: Gone) -> ResponseReturnValue:
    """A link that opens nothing (any more): in words, with the way back."""
    return page_by_key("testimonials/gone.html", HTTPStatus.GONE, sentence=str(refused))


@bp.get(HERE)
def own(token: str) -> ResponseReturnValue:
    """Where it stands, what it says, and what one may do."""
    mine = authors.of_token(current.context(), token)
    return shown(mine, token, done=DONE.get(request.args.get("fait", ""), ""))


def shown(
    mine: Testimonial, token: str, *, done: str = "", refused: str = ""
) -> ResponseReturnValue:
    """Its author's page."""
    return page_by_key(
        "testimonials/own.html",
        HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        mine=mine,
        token=token,
        preview=preview_of(mine.said),
        state=TestimonialState,
        refusals=REFUSALS,
        questions=QUESTIONS,
        done=done,
        refused_because=refused,
    )


@bp.post(HERE)
@limiter.limit(LIMIT)
def act(token: str) -> ResponseReturnValue:
    """One of the buttons of one's page."""
    refuse_cross_site()
    mine, name = authors.of_token(current.context(), token), request.form.get("acte", "")
    if name not in ACTS:
        return shown(mine, token, refused="Ce bouton n’existe pas sur cette page.")
    form = WordsForm()
    if attempt(partial(ACTS[name], current.context(), mine), form) is None:
        return shown(mine, token, refused=" ".join(form.form_errors))
    return redirect(url_for("testimonials.own", token=token, fait=name), HTTPStatus.SEE_OTHER)


@bp.get(f"{HERE}/modifier")
def edit(token: str) -> ResponseReturnValue:
    """The form, with what one has said."""
    mine = authors.of_token(current.context(), token)
    return page_by_key("testimonials/edit.html", form=WordsForm(data=mine.said), token=token)


@bp.post(f"{HERE}/modifier")
@limiter.limit(LIMIT)
def change(token: str) -> ResponseReturnValue:
    """Change one's answers; the team reads them again before they are shown."""
    refuse_cross_site()
    mine, form = authors.of_token(current.context(), token), WordsForm(request.form)
    if attempt(partial(authors.change, current.context(), mine, form.said), form) is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page_by_key("testimonials/edit.html", status, form=form, token=token)
    return redirect(url_for("testimonials.own", token=token, fait="modifier"), HTTPStatus.SEE_OTHER)


@bp.get(f"{HERE}/retirer")
def ask_to_withdraw(token: str) -> ResponseReturnValue:
    """A page with one button."""
    authors.of_token(current.context(), token)
    return page_by_key("testimonials/withdraw.html", token=token)


@bp.post(f"{HERE}/retirer")
@limiter.limit(LIMIT)
def withdraw(token: str) -> ResponseReturnValue:
    """Gone at once: page, lists, search, feed."""
    refuse_cross_site()
    mine = authors.of_token(current.context(), token)
    reference = mine.reference
    authors.withdraw(current.context(), mine)
    db.session.commit()
    withdrawals.note(reference)
    return page_by_key("testimonials/withdrawn.html")
