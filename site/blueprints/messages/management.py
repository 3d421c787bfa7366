"""Messages, for whoever administers the site: what is held, reported, about to leave; the stop."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import me, role_required, role_required_lately
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.messages import bp
from communaute.blueprints.messages.forms import ButtonForm, LimitForm, StopForm
from communaute.domain import clock
from communaute.domain.messages import choosing, stopping, values, writing
from communaute.extensions import db, limiter
from communaute.models.accounts import Role


LIMIT = "60 per minute; 600 per hour"
LATELY = timedelta(days=7)


@bp.get("/gestion/messages")
@role_required(Role.ADMINISTRATOR)
def manage() -> ResponseReturnValue:
    """What is held, reported and about to leave."""
    return shown(StopForm(formdata=None), LimitForm(formdata=None))


def shown(stop_form: StopForm, limit_form: LimitForm) -> ResponseReturnValue:
    """The page."""
    return page(
        "messages/management.html",
        found=stopping.overview(db.session(), clock.now() - LATELY),
        form=stop_form,
        limit=limit_form,
        button=ButtonForm(formdata=None),
        reasons=choosing.REASONS,
        words=writing.as_words,
        usual=values.MOST_RECIPIENTS,
        most=values.MOST_EVER,
    )


@bp.post("/gestion/messages/arreter")
@limiter.limit(LIMIT)
@role_required(Role.ADMINISTRATOR)
def stop_messages() -> ResponseReturnValue:
    """Hold what has not left, of one sender or of everybody: at once, no password asked for."""
    form = StopForm()
    form.validate()
    said = (form.siret.data or "", form.motif.data or "")
    verb = partial(stopping.stop, db.session(), *said, actor=me().id, now=clock.now())
    if form.errors or attempt(verb, form) is None:
        return shown(form, LimitForm(formdata=None))
    flash("C’est arrêté : ce qui n’est pas parti attend.", "success")
    return redirect(url_for(".manage"), HTTPStatus.SEE_OTHER)


@bp.post("/gestion/messages/arrets/<int:hold>/lever")
@limiter.limit(LIMIT)
@role_required_lately(Role.ADMINISTRATOR)
def resume(hold: int) -> ResponseReturnValue:
    """Let what was held go on."""
    verb = partial(stopping.lift, db.session(), hold, actor=me().id, now=clock.now())
    if attempt(verb) is not None:
        flash("L’arrêt est levé. Ce qui attendait repart, vérifié de nouveau.", "success")
    return redirect(url_for(".manage"), HTTPStatus.SEE_OTHER)


@bp.post("/gestion/messages/limite")
@limiter.limit(LIMIT)
@role_required_lately(Role.ADMINISTRATOR)
def raise_limit() -> ResponseReturnValue:
    """Let a sender write to more structures at once."""
    form = LimitForm()
    form.validate()
    said = (form.siret.data or "", form.nombre.data or 0)
    verb = partial(stopping.raise_limit, db.session(), *said, actor=me().id, now=clock.now())
    if form.errors or attempt(verb, form) is None:
        return shown(StopForm(formdata=None), form)
    flash("La limite de cet expéditeur est changée.", "success")
    return redirect(url_for(".manage"), HTTPStatus.SEE_OTHER)
