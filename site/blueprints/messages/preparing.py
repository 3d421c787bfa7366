"""The preview, and the button that prepares: what is read is what leaves."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.acting import attempt
from communaute.blueprints.messages import bp
from communaute.blueprints.messages.forms import ButtonForm
from communaute.blueprints.messages.rendering import ADDRESS, LIMIT, page, proved
from communaute.blueprints.messages.wording import WHY_LEFT_OUT, audience_words
from communaute.blueprints.structures.access import acting
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.messages import files, preparing, rights, sent, telling, values, writing
from communaute.extensions import db, limiter
from communaute.french.typography import typeset
from communaute.mailing import outbox
from communaute.mailing.messages import messages as mails
from communaute.models.accounts import User
from communaute.models.mailing import Delivery
from communaute.models.messages import Message
from communaute.web.addresses import asked_page
from communaute.wiring import current, post_office


@bp.get(f"{ADDRESS}/<int:number>/brouillons/<int:message>/apercu")
@acting
@proved
def preview(user: User, number: int, message: int) -> ResponseReturnValue:
    """The message as its readers will see it, page and mail; who they are; when it leaves."""
    found = rights.own_draft(db.session(), user, number, message, clock.now())
    return preview_page(user, number, found)


def preview_page(
    user: User, number: int, found: Message, refused: ButtonForm | None = None
) -> Response:
    """The page, with what keeps the message from leaving, if anything does."""
    session, now = db.session(), clock.now()
    shown = preparing.audience_of(session, found, now)
    at = asked_page()
    leaves = preparing.leaves_at(now, found.urgent)
    return page(
        "preview",
        user,
        number,
        refused=refused,
        message=found,
        text=writing.as_html(found.body),
        corrected=sent.before(session, found),
        attached=files.of(session, found.id),
        found=shown,
        most=preparing.most_recipients(session, number),
        at=min(max(1, at), shown.pages),
        why=WHY_LEFT_OUT,
        words=audience_words(
            found.structure.nature, values.Filters.from_json(found.filters), shown
        ),
        leaves=leaves,
        at_once=leaves == now + values.RECALLABLE,
        faults=faults_of(number, found, shown, leaves),
        mail=mail_text(found, now),
        form=ButtonForm(formdata=None, version=found.version),
    )


def faults_of(number: int, found: Message, shown: values.Audience, leaves: datetime) -> list[str]:
    """What keeps the message from leaving, in sentences."""
    session = db.session()
    asked: tuple[Callable[[], None], ...] = (
        lambda: preparing.refuse_incomplete(found, preparing.day_of(leaves)),
        lambda: preparing.refuse_count(session, number, shown),
        lambda: rights.refuse_held(session, number),
    )
    told: list[str] = []
    for ask in asked:
        try:
            ask()
        except DomainError as refused:
            told += refused.faults.values() or [str(refused)]
    return told


@bp.post(f"{ADDRESS}/<int:number>/brouillons/<int:message>/apercu")
@limiter.limit(LIMIT)
@acting
@proved
def prepare(user: User, number: int, message: int) -> ResponseReturnValue:
    """Freeze who it is for. It leaves in ten minutes, or when the hours open."""
    form, session, now = ButtonForm(), db.session(), clock.now()
    version = form.version.data or 0
    done = attempt(partial(preparing.prepare, session, user, number, message, version, now), form)
    if done is None:
        found = rights.own_message(session, user, number, message, now)
        if found.state != "draft":
            return redirect(
                url_for(".one_sent", number=number, message=message), HTTPStatus.SEE_OTHER
            )
        return preview_page(user, number, found, form)
    return redirect(url_for(".one_sent", number=number, message=message), HTTPStatus.SEE_OTHER)


# The mail of a message, as its reader will have it: shown to its sender before.


def mail_text(message: Message, now: datetime) -> tuple[str, str]:
    """The subject and the text of the mail, for an invented reader."""
    settings = current.settings()
    mail = mails.arrived(
        telling.news_of(message, now, settings.base_url),
        to="destinataire@exemple.example",
        structure="(le nom de la structure qui reçoit)",
        structure_id=0,
        leave=f"{settings.base_url}/outils/messages/quitter/…",
    )
    posted = Delivery(**outbox.row_of(mail, "preview", now))
    return typeset(mail.subject), post_office.renderer(current_app, settings).text(posted)
