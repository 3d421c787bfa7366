"""The tool: the one box, the finer settings, and what they would have sent last week."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from communaute.blueprints.accounts.access import me, signed_in
from communaute.blueprints.acting import attempt
from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import BoxForm, SettingsForm
from communaute.domain import clock
from communaute.domain.notifications import follows, preview, settings
from communaute.domain.notifications.choices import HOURS, Choices
from communaute.domain.structures.listing import followed
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.web.rendering import kept_nowhere, render, wants_fragment
from communaute.wiring import current, follow_desk


ADDRESS = "/outils/notifications"
# What a visitor tries: everything is on, as it is for somebody who has just ticked the box.
TRIED = Choices(receives=True)


@bp.get(ADDRESS)
def tool() -> ResponseReturnValue:
    """One's own settings; for a visitor without account, a form to try them on an invented company."""
    if current_user.is_authenticated:
        choices = settings.choices_of(db.session(), me())
        followed_now = follows.of_account(db.session(), me())
        return own_page(me(), choices, own_form(me()).show(choices, followed_now))
    form = SettingsForm(request.args, meta={"csrf": False})
    if "essai" not in request.args:
        form.show(TRIED)
    return tried(form)


def tried(form: SettingsForm) -> Response:
    """What a visitor's choices would have sent to the invented company."""
    choices = form.chosen(receives=True)
    refused = choices.hour not in HOURS
    if refused:
        form.heure.errors = ["Choisissez une heure de la liste."]
    # What a visitor without account tries the settings on.
    now, week = clock.now(), None
    if not refused:
        week = preview.week(choices, preview.invented_happenings(now), now)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return page(status, form=form, choices=choices, week=week, person=None, box=None)


def own_form(user: User) -> SettingsForm:
    """The finer settings of a person, over their structures, what they follow, trainings' themes."""
    offered = follow_desk.themes() | follow_desk.labelled(follows.of_account(db.session(), user))
    return SettingsForm(own=followed(db.session(), user), offered=offered)


def own_page(
    user: User,
    choices: Choices,
    form: SettingsForm,
    status: int = HTTPStatus.OK,
    tried: bool = False,
) -> Response:
    """The settings of a person, saved or not, and what they would have sent."""
    week = preview.week_of(db.session(), user, choices, clock.now())
    box = BoxForm(formdata=None, recevoir=choices.receives)
    return page(status, form=form, choices=choices, week=week, person=user, box=box, tried=tried)


def page(status: int, **context: object) -> Response:
    """The tool's page, or its part inside another. It says whose settings these are: kept nowhere."""
    response = render(
        "notifications/tool.html",
        "tool",
        status=status,
        tool=current.tools()["notifications"],
        level=4 if wants_fragment() else 2,
        **context,
    )
    return kept_nowhere(response)


@bp.post(f"{ADDRESS}/case")
@limiter.limit("60 per minute; 600 per hour")
@signed_in
def tick() -> ResponseReturnValue:
    """Tick or untick the one box, at once."""
    session, receives = db.session(), bool(BoxForm().recevoir.data)
    wanted = replace(settings.choices_of(session, me()), receives=receives)
    choices = attempt(partial(settings.save, session, me(), wanted, clock.now())) or Choices()
    if wants_fragment():
        return render("notifications/tool.html", "state", choices=choices, person=me(), said=True)
    flash("C’est enregistré.", "success")
    return redirect(url_for(".tool"), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/reglages")
@limiter.limit("240 per minute; 2000 per hour")
@signed_in
def keep() -> ResponseReturnValue:
    """Save the finer settings; or with `essayer`, only show what they would have sent."""
    user, form = me(), own_form(me())
    choices = form.chosen(settings.choices_of(db.session(), user).receives)
    if "essayer" in request.form and choices.hour in HOURS:
        return own_page(user, choices, form, tried=True)

    def save() -> Choices:
        session, now = db.session(), clock.now()
        follows.choose(session, user, form.offered, form.followed, now)
        return settings.save(session, user, choices, now)

    if attempt(save, form) is None:
        saved = settings.choices_of(db.session(), user)
        return own_page(user, saved, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Vos réglages sont enregistrés.", "success")
    return redirect(url_for(".tool"), HTTPStatus.SEE_OTHER)
