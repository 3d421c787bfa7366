"""Write a message: a draft kept as it is typed, its files, who it is for as one chooses."""

from functools import partial
from http import HTTPStatus

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt, blame
from communaute.blueprints.messages import bp
from communaute.blueprints.messages.forms import ButtonForm, FiltersForm, MessageForm
from communaute.blueprints.messages.rendering import ADDRESS, LIMIT, page, roomy
from communaute.blueprints.messages.wording import audience_words, models_for
from communaute.blueprints.structures.access import acting
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.messages import drafts, file_kinds, files, preparing, rights
from communaute.domain.messages.audience import audience
from communaute.domain.messages.values import Audience, Filters, Written
from communaute.domain.structures import parts
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.models.messages import Message
from communaute.models.structures import Structure
from communaute.web.addresses import asked_page
from communaute.web.rendering import wants_fragment


@bp.get(f"{ADDRESS}/<int:number>/nouveau")
@acting
def choose(user: User, number: int) -> ResponseReturnValue:
    """The ready-made texts to begin with, or nothing."""
    return choose_page(user, number)


def choose_page(user: User, number: int, refused: ButtonForm | None = None) -> Response:
    """The page; a refusal stands at its top."""
    sender = rights.sender(db.session(), user, number, clock.now())
    return page("choose", user, number, refused=refused, models=models_for(sender.nature))


@bp.post(f"{ADDRESS}/<int:number>/nouveau")
@limiter.limit(LIMIT)
@acting
def begin_draft(user: User, number: int) -> ResponseReturnValue:
    """Begin a draft, from a ready-made text (`modele`) or from nothing."""
    form, now = ButtonForm(), clock.now()
    sender = rights.sender(db.session(), user, number, now)
    chosen = models_for(sender.nature).get(request.form.get("modele", ""))
    written = Written(
        subject=chosen.subject if chosen else "",
        body=chosen.body if chosen else "",
        valid_until=drafts.usual_validity(now),
    )
    model = chosen.name if chosen else ""
    made = attempt(partial(drafts.begin, db.session(), user, number, written, now, model), form)
    if made is None:
        return choose_page(user, number, form)
    return redirect(url_for(".draft", number=number, message=made.id), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/<int:number>/annonce/<string:receipt>")
@limiter.limit(LIMIT)
@acting
def announce(user: User, number: int, receipt: str) -> ResponseReturnValue:
    """The draft that announces the SIRET change of a receipt."""
    form = ButtonForm()
    made = attempt(partial(drafts.announce, db.session(), user, number, receipt, clock.now()), form)
    if made is None:
        return choose_page(user, number, form)
    where = ".draft" if made.state == "draft" else ".one_sent"
    return redirect(url_for(where, number=number, message=made.id), HTTPStatus.SEE_OTHER)


@bp.get(f"{ADDRESS}/<int:number>/brouillons/<int:message>")
@acting
def draft(user: User, number: int, message: int) -> ResponseReturnValue:
    """A draft, as it was left."""
    found = rights.own_draft(db.session(), user, number, message, clock.now())
    form = offered(number, MessageForm(formdata=None))
    form.show(found, Filters.from_json(found.filters))
    if "relire" in request.args:
        check(found, form)
    return draft_page(user, number, found, form)


def check(found: Message, form: MessageForm) -> None:
    """Put beside each field what keeps the message from leaving."""
    try:
        leaves = preparing.leaves_at(clock.now(), found.urgent)
        preparing.refuse_incomplete(found, preparing.day_of(leaves))
    except DomainError as refused:
        blame(form, refused)


def offered(number: int, form: MessageForm) -> MessageForm:
    """The form, with the services of the sender."""
    form.offer(parts.services(db.session(), number))
    return form


def draft_page(user: User, number: int, found: Message, form: MessageForm) -> Response:
    """The page of a draft; 422 when its form was refused."""
    session = db.session()
    sender = session.get_one(Structure, number)
    shown = preparing.audience_of(session, found, clock.now())
    return page(
        "draft",
        user,
        number,
        refused=form if form.errors else None,
        message=found,
        form=form,
        attached=files.of(session, found.id),
        limits=files,
        found=shown,
        words=audience_words(sender.nature, Filters.from_json(found.filters), shown),
        most=preparing.most_recipients(session, number),
    )


@bp.post(f"{ADDRESS}/<int:number>/brouillons/<int:message>")
@roomy
@limiter.limit(LIMIT)
@acting
def keep(user: User, number: int, message: int) -> ResponseReturnValue:
    """Keep what is typed, right or wrong; then what the button asks for."""
    session, now = db.session(), clock.now()
    form = offered(number, MessageForm())
    form.validate()
    verb = partial(drafts.save, session, user, number, message, form.written)
    saved = attempt(lambda: verb(form.version.data or 0, now), form)
    if saved is not None:
        change_files(user, number, message, form)
    if form.errors:
        found = rights.own_draft(session, user, number, message, now)
        form.version.data = found.version
        return draft_page(user, number, found, form)
    return redirect(after(number, message), HTTPStatus.SEE_OTHER)


def change_files(user: User, number: int, message: int, form: MessageForm) -> None:
    """Join the file that was chosen; take away the one whose button was pressed."""
    given, session, now = request.files.get("fichier"), db.session(), clock.now()
    gone = request.form.get("retirer", "")
    if given is not None and given.filename:
        with given.stream as stream:
            name, content = given.filename, stream.read(file_kinds.LARGEST + 1)
        attempt(lambda: files.add(session, user, number, message, name, content, now), form)
    if gone.isdecimal() and len(gone) < 10:
        attempt(partial(files.remove, session, user, number, message, int(gone), now), form)


def after(number: int, message: int) -> str:
    """Where a saved draft leads: to its preview when that is asked for."""
    if "apercu" in request.form:
        return url_for(".preview", number=number, message=message)
    flash("Le brouillon est enregistré.", "success")
    return url_for(".draft", number=number, message=message)


@bp.post(f"{ADDRESS}/<int:number>/brouillons/<int:message>/effacer")
@limiter.limit(LIMIT)
@acting
def erase(user: User, number: int, message: int) -> ResponseReturnValue:
    """Erase a draft and its files."""
    attempt(partial(drafts.erase, db.session(), user, number, message, clock.now()))
    flash("Le brouillon est effacé.", "success")
    return redirect(url_for(".sent_list", number=number), HTTPStatus.SEE_OTHER)


@bp.get(f"{ADDRESS}/<int:number>/destinataires")
@limiter.limit("240 per minute; 2400 per hour")
@acting
def recipients(user: User, number: int) -> ResponseReturnValue:
    """Who the filters in the address are for, in words and in number: what changes as one chooses."""
    session, now = db.session(), clock.now()
    sender = rights.sender(session, user, number, now)
    form = FiltersForm(request.args)
    form.offer(parts.services(session, number))
    form.validate()
    found: Audience = audience(session, sender, form.filters, now)
    asked = ("service", "depuis", "statut")
    return page(
        "recipients",
        user,
        number,
        most=preparing.most_recipients(session, number),
        found=found,
        at=min(asked_page(), found.pages),
        words=audience_words(sender.nature, form.filters, found),
        query={name: request.args[name] for name in asked if request.args.get(name)},
        compact=wants_fragment(),
    )
