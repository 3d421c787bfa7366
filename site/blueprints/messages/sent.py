"""What a structure has written: recall it, withdraw it, correct it; how many have read it."""

from functools import partial
from http import HTTPStatus

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.messages import bp
from communaute.blueprints.messages.forms import ButtonForm, WithdrawForm
from communaute.blueprints.messages.reading import served
from communaute.blueprints.messages.rendering import ADDRESS, LIMIT, page, proved
from communaute.blueprints.structures.access import acting
from communaute.domain import clock
from communaute.domain.messages import drafts, files, practice, preparing, sent, writing
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.web.addresses import asked_page


@bp.get(f"{ADDRESS}/<int:number>/envoyes")
@acting
def sent_list(user: User, number: int) -> ResponseReturnValue:
    """The structure's drafts, and its messages, the latest first."""
    session, now = db.session(), clock.now()
    found = sent.sent_page(session, user, number, now, page=asked_page())
    mine = drafts.drafts_of(session, number)
    return page("sent_list", user, number, found=found, drafts=mine, states=sent.STATES)


@bp.get(f"{ADDRESS}/<int:number>/envoyes/<int:message>")
@acting
def one_sent(user: User, number: int, message: int) -> ResponseReturnValue:
    """Where one message is."""
    return sent_one_page(user, number, message)


def sent_one_page(
    user: User, number: int, message: int, refused: ButtonForm | WithdrawForm | None = None
) -> Response:
    """The page; `refused` is the form to correct."""
    now = clock.now()
    found = sent.standing(db.session(), user, number, message, now)
    if found.state == "draft":
        return redirect(url_for(".draft", number=number, message=message), HTTPStatus.SEE_OTHER)  # type: ignore[return-value]
    at = found.message.sends_at
    return page(
        "sent",
        user,
        number,
        refused=refused,
        found=found,
        message=found.message,
        label=sent.STATES[found.state],
        text=writing.as_html(found.message.body),
        # Whole ones, one at least.
        minutes=max(1, -(-int((at - now).total_seconds()) // 60)) if at else 0,
        late=at is not None and at <= now,
        form=refused if isinstance(refused, WithdrawForm) else WithdrawForm(formdata=None),
    )


@bp.post(f"{ADDRESS}/<int:number>/envoyes/<int:message>/rappeler")
@limiter.limit(LIMIT)
@acting
def recall(user: User, number: int, message: int) -> ResponseReturnValue:
    """Take it back: nothing has left. No password is asked for: every second counts."""
    done = attempt(partial(preparing.recall, db.session(), user, number, message, clock.now()))
    if done is not None:
        flash(
            "Le message est rappelé. Rien n’est parti : c’est de nouveau un brouillon.", "success"
        )
    return redirect(url_for(".one_sent", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/envoyes/<int:message>/retirer")
@limiter.limit(LIMIT)
@acting
@proved
def withdraw(user: User, number: int, message: int) -> ResponseReturnValue:
    """Take a sent message out of the inboxes, with a note."""
    form = WithdrawForm()
    form.validate()
    verb = partial(sent.withdraw, db.session(), user, number, message, form.note.data or "")
    if form.errors or attempt(lambda: verb(clock.now()), form) is None:
        return sent_one_page(user, number, message, form)
    flash("Le message est retiré. Ses destinataires lisent votre note à sa place.", "success")
    return redirect(url_for(".one_sent", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/envoyes/<int:message>/corriger")
@limiter.limit(LIMIT)
@acting
def correct(user: User, number: int, message: int) -> ResponseReturnValue:
    """The draft of a new version."""
    form = ButtonForm()
    made = attempt(partial(drafts.correct, db.session(), user, number, message, clock.now()), form)
    if made is None:
        return sent_one_page(user, number, message, form)
    where = ".draft" if made.state == "draft" else ".one_sent"
    return redirect(url_for(where, number=number, message=made.id), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/envoyes/<int:message>/reprendre")
@limiter.limit(LIMIT)
@acting
def reuse(user: User, number: int, message: int) -> ResponseReturnValue:
    """Make a message that did not leave a draft again."""
    attempt(partial(sent.reuse, db.session(), user, number, message, clock.now()))
    return redirect(url_for(".one_sent", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/envoyes/<int:message>/dix-minutes")
@limiter.limit(LIMIT)
@acting
def let_time_pass(user: User, number: int, message: int) -> ResponseReturnValue:
    """In practice only: the ten minutes are over."""
    verb = partial(practice.let_time_pass, db.session(), user, number, message, clock.now())
    if attempt(verb) == "sent":
        flash(
            "Les dix minutes sont passées : le message est arrivé chez ses destinataires.",
            "success",
        )
    return redirect(url_for(".one_sent", number=number, message=message), HTTPStatus.SEE_OTHER)


@bp.get(f"{ADDRESS}/<int:number>/envoyes/<int:message>/pieces/<int:file>")
@acting
def own_file(user: User, number: int, message: int, file: int) -> ResponseReturnValue:
    """A file of one of the structure's own messages, drafts included."""
    return served(files.own(db.session(), user, number, message, file, clock.now()))
