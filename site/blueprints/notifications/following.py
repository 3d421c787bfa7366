"""Follow a page or the dates of a training; the page that each of these mails leads to."""

from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from communaute.blueprints.accounts.access import check_token, me
from communaute.blueprints.acting import attempt
from communaute.blueprints.notifications import bp
from communaute.blueprints.notifications.forms import FollowForm, FollowsForm
from communaute.domain import clock
from communaute.domain.notifications import follows
from communaute.domain.notifications.follows import Subject, SubjectKind
from communaute.domain.notifications.settings import DeadLink, WrongChoice
from communaute.editorial.pages import Page
from communaute.extensions import csrf, db, limiter
from communaute.models.follows import Follower
from communaute.web.rendering import private
from communaute.web.security import is_one_click, refuse_cross_site
from communaute.wiring import current, follow_desk


ADDRESS = "/outils/notifications/suivre"
OWN = "/outils/notifications/suivis/<key>"


@bp.app_template_global()
def can_be_followed(page: Page) -> bool:
    """Whether a page offers to tell of its changes; a training tells of its dates instead."""
    return page.kind != "formations" and bool(
        follow_desk.label(Subject(SubjectKind.PAGE, page.url))
    )


def asked() -> dict[Subject, str]:
    """What the address offers to follow: a page; or a training's dates, and those of its theme."""
    found = [
        Subject(kind, request.args[kind.value][:200])
        for kind in SubjectKind
        if request.args.get(kind.value)
    ]
    for page in follow_desk.trainings():
        if Subject(SubjectKind.TRAINING, page.slug) in found:
            found.append(follow_desk.theme_of(page))
    offered = {one: said for one in found if (said := follow_desk.label(one))}
    return offered or abort(HTTPStatus.NOT_FOUND)


def shown(template: str, status: int = HTTPStatus.OK, **context: object) -> Response:
    """A page of somebody's own: no cache keeps it, no other site is told of its address."""
    return private(make_response(render_template(template, **context), status))


@bp.get(ADDRESS)
def follow() -> ResponseReturnValue:
    """What one would follow, and where to be told."""
    offered = asked()
    return form_page(FollowForm(offered=offered, signed_in=current_user.is_authenticated), offered)


def form_page(
    form: FollowForm, offered: dict[Subject, str], status: int = HTTPStatus.OK
) -> Response:
    """The form."""
    person = me() if current_user.is_authenticated else None
    back = next((one.key for one in offered if one.kind is SubjectKind.PAGE), "/formations/")
    sent = "demande" in request.args
    return shown(
        "notifications/follow.html", status, form=form, person=person, back=back, sent=sent
    )


@bp.post(ADDRESS)
@limiter.limit("20 per minute; 100 per hour")
def receive_follow() -> ResponseReturnValue:
    """Follow at once with an account; without one, ask the address, and say the same to everybody."""
    refuse_cross_site()
    if current_user.is_authenticated:
        check_token()
    offered = asked()
    form = FollowForm(request.form, offered=offered, signed_in=current_user.is_authenticated)
    if not form.validate():
        return form_page(form, offered, HTTPStatus.UNPROCESSABLE_ENTITY)
    subject = form.subject
    follow_desk.note_before_following(subject)
    session, now = db.session(), clock.now()
    if current_user.is_authenticated:
        if attempt(partial(follows.start, session, me(), subject, now), form):
            flash(f"C’est noté : vous suivez {offered[subject]}.", "success")
            return redirect(url_for(".tool") + "#suivis", HTTPStatus.SEE_OTHER)
        return form_page(form, offered, HTTPStatus.UNPROCESSABLE_ENTITY)
    base_url, email = current.settings().base_url, form.courriel.data or ""
    attempt(partial(follows.ask, session, email, subject, offered[subject], base_url, now))
    query = urlencode({**request.args, "demande": "1"})
    return redirect(f"{url_for('.follow')}?{query}", HTTPStatus.SEE_OTHER)


@bp.get(OWN)
def own_follows(key: str) -> ResponseReturnValue:
    """What this mail's reader is asked about, follows, has stopped."""
    try:
        follower = follows.with_key(db.session(), key)
    except DeadLink as dead:
        return shown("notifications/followed.html", HTTPStatus.NOT_FOUND, dead=str(dead))
    return follows_page(follower, form_of(follower))


def form_of(follower: Follower) -> FollowsForm:
    """What a mail has asked a follower about."""
    waiting = follows.awaited(db.session(), follower, clock.now())
    return FollowsForm(offered=follow_desk.labelled(waiting))


def follows_page(follower: Follower, form: FollowsForm, status: int = HTTPStatus.OK) -> Response:
    """The page of a follower."""
    session = db.session()
    return shown(
        "notifications/followed.html",
        status,
        key=follower.key,
        address=follows.address_of(session, follower),
        form=form,
        followed=follow_desk.labelled(follows.followed(session, follower)),
        stopped=follow_desk.labelled(follows.stopped(session, follower)),
        said=request.args.get("fait", ""),
    )


@csrf.exempt
@bp.post(OWN)
@limiter.limit("60 per minute; 600 per hour")
def act_on_follows(key: str) -> ResponseReturnValue:
    """Confirm, stop one or all (RFC 8058: at one click), put back."""
    if not is_one_click():
        refuse_cross_site()
    try:
        follower = follows.with_key(db.session(), key, hold=True)
    except DeadLink as dead:
        return shown("notifications/followed.html", HTTPStatus.NOT_FOUND, dead=str(dead))
    form = form_of(follower)
    said = attempt(partial(carry_out, follower), form)
    if said is None:
        return follows_page(follower, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for(".own_follows", key=key, fait=said), HTTPStatus.SEE_OTHER)


def carry_out(follower: Follower) -> str:
    """What the pressed button asks; the word of what was done. Raises WrongChoice, TooMany."""
    session, now, sent = db.session(), clock.now(), request.form
    if "confirmer" in sent:
        waiting = follows.awaited(session, follower, now)
        chosen = [one for one in waiting if str(one) in sent.getlist("suivre")]
        follows.confirm(session, follower, chosen, now)
        return "confirme" if chosen else "refuse"
    if "annuler" in sent:
        follows.put_back(session, follower)
        return "remis"
    if "arreter" not in sent and not is_one_click():
        raise WrongChoice("Choisissez ce que vous voulez arrêter.")
    one = sent.get("arreter", "tout")
    follows.stop(session, follower, None if one == "tout" else Subject.read(one), now)
    return "arrete"
