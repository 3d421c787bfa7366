"""Every mail about a training, each in one function: to whom, its subject, what fills its template.

Each is asked for in the transaction of the act it tells of, under a key that names the act: telling
it twice sends one mail. Every link leads to a page with a button: mail scanners follow links. The
sentences are in `templates/mail/training-….html` and `.txt`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import shorten
from types import MappingProxyType

from sqlalchemy import select

from communaute.domain.keeping import period_in_words
from communaute.domain.trainings import calendars, dates, places
from communaute.domain.trainings.context import Context
from communaute.french.dates import date_in_words
from communaute.french.numbers import ordinal
from communaute.mailing.message import Attachment, Message, Priority, Value, from_rows
from communaute.mailing.outbox import post, withdraw_about
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.trainings import (
    Registration,
    RegistrationState,
    SessionPair,
    Training,
    TrainingSession,
)


ASKED = (
    "Vous recevez ce courriel parce que cette adresse a été saisie pour s’inscrire à une formation."
)
REGISTERED = "Vous recevez ce courriel parce que vous êtes inscrit à cette formation."
WAS_REGISTERED = "Vous recevez ce courriel parce que vous étiez inscrit à cette formation."
WAITS = "Vous recevez ce courriel parce que vous êtes sur la liste d’attente de cette formation."
WAITED = "Vous recevez ce courriel parce que vous étiez sur la liste d’attente de cette formation."
# Somebody is in front of a screen: these leave first.
SOMEBODY_WAITS = frozenset({"confirm", "list", "offer", "again", "place"})
LONGEST_SUBJECT = 78
ASKED_AGAIN = (RegistrationState.HELD, RegistrationState.OFFERED)
# What must not be read once the place has changed.
STALE = (
    "training-confirm",
    "training-offer",
    "training-reminder",
    "training-place",
    "training-moved",
    "training-list",
    "training-again",
)


ABOUT = "registration "


def about(registration: Registration) -> str:
    """What deliveries say they speak of."""
    return f"{ABOUT}{registration.id}"


def confirm_place(
    context: Context, registration: Registration, pair: SessionPair, until: datetime
) -> Message:
    """A place is held: confirm it."""
    return _send(
        context,
        registration,
        "confirm",
        _version(context, pair),
        subject="Confirmez votre place",
        pair=pair,
        why=ASKED,
        link=context.link(registration.reference, "/confirmer"),
        filled={"sessions": dates.written(pair), "until": until},
        useless_after=until,
    )


def in_list(context: Context, registration: Registration, pair: SessionPair, rank: int) -> Message:
    """All is taken: the rank in the waiting list."""
    return _send(
        context,
        registration,
        "list",
        subject="Vous êtes sur la liste d’attente",
        pair=pair,
        why=WAITS,
        filled={
            "rank": ordinal(rank, feminine=True),
            "days": dates.of_pair(pair),
            "offered_for": period_in_words(places.OFFERED_FOR),
        },
    )


def left_list(context: Context, registration: Registration) -> Message:
    """Too many offers without an answer: out of the list."""
    return _send(
        context,
        registration,
        "list-left",
        subject="Vous n’êtes plus sur la liste d’attente",
        why=WAITED,
        link=context.training_link(registration.training.slug),
        filled={"offers": registration.unanswered},
    )


def offered(
    context: Context, registration: Registration, pair: SessionPair, until: datetime
) -> Message:
    """A place is free and kept for this person: take it or leave it."""
    return _send(
        context,
        registration,
        "offer",
        _version(context, pair),
        subject="Une place est libre pour vous",
        pair=pair,
        why=WAITS,
        link=context.link(registration.reference, "/proposition"),
        filled={"sessions": dates.written(pair), "until": until},
        useless_after=until,
    )


def again(context: Context, registration: Registration) -> Message:
    """This address has a request: the link again, once an hour at most, however often it asks."""
    return _send(
        context,
        registration,
        "again",
        f"{context.now:%Y%m%d%H}",
        subject="Votre demande de formation existe déjà",
        why=ASKED,
    )


def place(
    context: Context,
    registration: Registration,
    pair: SessionPair,
    *,
    left: SessionPair | None = None,
) -> Message:
    """The place is confirmed, with its dates; those of the pair `left` leave the calendar."""
    kept = _prevail(context, registration)
    gone = calendars.withdrawals(context, registration, left) if left else ()
    return _send(
        context,
        registration,
        "place",
        str(registration.sequence),
        subject="Votre nouvelle date de formation" if left else "Votre place est confirmée",
        pair=pair,
        why=REGISTERED,
        filled={"sessions": dates.written(pair, with_class=True), "changed": bool(left)},
        useless_after=pair.ends_at,
        attachments=(*kept, *gone, *calendars.invitations(context, registration, pair)),
    )


def cancelled(context: Context, registration: Registration, pair: SessionPair) -> Message:
    """The person gave their place back: the session itself is kept."""
    kept = _prevail(context, registration)
    return _send(
        context,
        registration,
        "cancelled",
        str(registration.sequence),
        subject="Votre place est annulée",
        pair=pair,
        why=WAS_REGISTERED,
        link=context.training_link(registration.training.slug),
        filled={"days": dates.of_pair(pair)},
        attachments=(*kept, *calendars.withdrawals(context, registration, pair)),
    )


def moved(context: Context, registration: Registration, pair: SessionPair) -> Message:
    """The dates, the hours or the class have changed; those who have not answered yet are asked again."""
    if registration.until and registration.state in ASKED_AGAIN:
        withdraw(context, registration)
        ask = confirm_place if registration.state == RegistrationState.HELD else offered
        return ask(context, registration, pair, registration.until)
    kept = _prevail(context, registration)
    return _send(
        context,
        registration,
        "moved",
        str(registration.sequence),
        subject="Votre formation change",
        pair=pair,
        why=REGISTERED,
        filled={"sessions": dates.written(pair, with_class=True)},
        useless_after=pair.ends_at,
        attachments=(*kept, *calendars.invitations(context, registration, pair)),
    )


def called_off(
    context: Context,
    registration: Registration,
    pair: SessionPair,
    *,
    reason: str,
    had_place: bool,
) -> Message:
    """The sessions will not take place; those who had a place go first in line."""
    kept = _prevail(context, registration) if had_place else withdraw(context, registration)
    gone = calendars.withdrawals(context, registration, pair) if had_place else ()
    return _send(
        context,
        registration,
        "called-off",
        str(pair.id),
        subject="Votre formation n’aura pas lieu",
        pair=pair,
        why=REGISTERED,
        filled={"days": dates.of_pair(pair), "reason": reason, "first_in_line": had_place},
        attachments=(*kept, *gone),
    )


def erased(context: Context, registration: Registration) -> Message:
    """The registration's data are gone: the last mail it gets, and nothing else leaves."""
    message = Message(
        to=registration.email,
        subject="Votre inscription est effacée",
        template="training-erased",
        why="Vous recevez ce dernier courriel parce que vous étiez inscrit à cette formation.",
        context={"title": registration.training.title, "when": context.now},
        attachments=withdraw(context, registration, ()),
    )
    return _post(context, registration, message)


def withdraw(
    context: Context, registration: Registration, templates: Sequence[str] = STALE
) -> tuple[Attachment, ...]:
    """What waits and is no longer true does not leave; answers the calendar's CANCELs it carried.

    They are still true: the next mail carries them, or a calendar would keep a session left. No
    templates: nothing about this registration leaves any more.
    """
    if context.rehearsal:
        return ()
    waiting = select(Delivery.attachments).where(
        Delivery.about == about(registration), Delivery.state == DeliveryState.WAITING
    )
    if templates:
        waiting = waiting.where(Delivery.template.in_(templates))
    rows = context.session.scalars(waiting.order_by(Delivery.id)).all()
    withdraw_about(context.session, about(registration), *templates)
    parts = (part for row in rows for part in from_rows(row or ()))
    return tuple(part for part in parts if part.parameters.get("method") == calendars.CANCEL)


def _prevail(context: Context, registration: Registration) -> tuple[Attachment, ...]:
    """What is sent from now on prevails over what was sent; answers what must still be said."""
    kept = withdraw(context, registration)
    if not context.rehearsal:
        registration.sequence += 1
    return kept


def subject_of(
    sentence: str, training: Training, at: SessionPair | TrainingSession | None = None
) -> str:
    """What has happened, to which training and, when it has one, at which date: a mailbox shows no more.

    A long title is cut at a word: a subject is one line (RFC 5322, 2.1.1).
    """
    day = f", {date_in_words(at.starts_at)}" if at else ""
    room = LONGEST_SUBJECT - len(f"{sentence} : {day}")
    return f"{sentence} : {shorten(training.title, room, placeholder='…')}{day}"


def _version(context: Context, pair: SessionPair) -> str:
    """A pair as it stands: once it has moved, its mails are other mails."""
    changes = sum(each.sequence for each in pair.sessions)
    return f"{context.now:%Y%m%dT%H%M%S%f}-{pair.id}.{changes}"


def _send(
    context: Context,
    registration: Registration,
    what: str,
    mark: str = "",
    *,
    subject: str,
    why: str,
    pair: SessionPair | None = None,
    filled: Mapping[str, Value] = MappingProxyType({}),
    link: str = "",
    useless_after: datetime | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    """Ask for the mail `training-<what>`; its link is « Mon inscription » when no other is given."""
    own = context.link(registration.reference)
    message = Message(
        to=registration.email,
        subject=subject_of(subject, registration.training, pair),
        template=f"training-{what}",
        why=why,
        context={"title": registration.training.title, "link": link or own, **filled},
        priority=Priority.PERSON_WAITING if what in SOMEBODY_WAITS else Priority.NORMAL,
        useless_after=useless_after,
        attachments=attachments,
        about=about(registration),
    )
    return _post(context, registration, message, mark)


def _post(
    context: Context, registration: Registration, message: Message, mark: str = ""
) -> Message:
    """Post it, once for each `mark` (without one, each time); a rehearsal only shows it."""
    if not context.rehearsal:
        what = message.template.removeprefix("training-")
        key = f"training-{registration.id}-{what}-{mark or f'{context.now:%Y%m%dT%H%M%S%f}'}"
        post(context.session, message, key=key, due=context.now)
    return message
