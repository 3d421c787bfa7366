"""Mails about registrations: each asked for in the transaction of the act it tells of.

Keys name the act, so that telling it twice sends one mail.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from communaute.domain.trainings import events, rules, words
from communaute.domain.trainings.places import Act
from communaute.mailing.attachments import Attachment, from_rows
from communaute.mailing.message import Message
from communaute.mailing.messages import trainings as messages
from communaute.mailing.outbox import post, withdraw_about
from communaute.mailing.values import Value
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.trainings import Registration, RegistrationState, SessionPair


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


def about(registration: Registration) -> str:
    """What deliveries say they speak of."""
    return f"registration {registration.id}"


def sessions_of(pair: SessionPair, *, with_class: bool) -> list[dict[str, Value]]:
    """A pair's sessions as mails write them; the virtual class for who has a place."""
    alone = len(pair.sessions) == 1
    return [
        {
            "label": "Séance unique" if alone else f"Séance {each.number}",
            "when": words.session(each),
            "class_url": each.class_url if with_class else "",
            "place": each.place,
        }
        for each in pair.sessions
    ]


def withdraw(act: Act, registration: Registration) -> tuple[Attachment, ...]:
    """What waits and is no longer true does not leave; answers the calendar's CANCELs it carried.

    They are still true: the next mail carries them, or a calendar would keep a session left.
    """
    return _withdraw(act, registration, *STALE)


def _withdraw(act: Act, registration: Registration, *templates: str) -> tuple[Attachment, ...]:
    found = select(Delivery.attachments).where(
        Delivery.about == about(registration), Delivery.state == DeliveryState.WAITING
    )
    if templates:
        found = found.where(Delivery.template.in_(templates))
    rows = act.session.scalars(found.order_by(Delivery.id)).all()
    withdraw_about(act.session, about(registration), *templates)
    parts = (part for each in rows for part in from_rows(each or ()))
    return tuple(part for part in parts if part.parameters.get("method") == events.CANCEL)


def _post(
    act: Act,
    registration: Registration,
    message: Message,
    what: str,
    mark: str,
    kept: tuple[Attachment, ...] = (),
) -> bool:
    key = f"training-{registration.id}-{what}-{mark}"
    message = replace(message, attachments=(*kept, *message.attachments))
    return post(act.session, message, key=key, due=act.now)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S%f}"


def _version(pair: SessionPair) -> str:
    """A pair as it stands: once it has moved, its mails are other mails."""
    return f"{pair.id}.{sum(each.sequence for each in pair.sessions)}"


def confirm_place(act: Act, registration: Registration, pair: SessionPair, until: datetime) -> None:
    """Ask to confirm the place held."""
    message = messages.confirm_place(
        to=registration.email,
        title=act.training.title,
        sessions=sessions_of(pair, with_class=False),
        link=act.desk.confirmation(registration.reference or ""),
        until=until,
        about=about(registration),
    )
    _post(act, registration, message, "confirm", f"{_stamp(act.now)}-{_version(pair)}")


def in_list(act: Act, registration: Registration, pair: SessionPair, rank: int) -> None:
    """Tell the rank."""
    message = messages.in_list(
        to=registration.email,
        title=act.training.title,
        rank=words.rank(rank),
        days=words.of_pair(pair),
        link=act.desk.registration(registration.reference or ""),
        about=about(registration),
    )
    _post(act, registration, message, "list", _stamp(act.now))


def left_list(act: Act, registration: Registration) -> None:
    """Tell who answered no offer that they wait no more."""
    message = messages.list_left(
        to=registration.email,
        title=act.training.title,
        offers=rules.UNANSWERED_OFFERS,
        link=act.desk.training(act.training.slug),
        about=about(registration),
    )
    _post(act, registration, message, "left", _stamp(act.now))


def offered(act: Act, registration: Registration, pair: SessionPair, until: datetime) -> None:
    """Offer a place."""
    message = messages.offered(
        to=registration.email,
        title=act.training.title,
        sessions=sessions_of(pair, with_class=False),
        link=act.desk.offer(registration.reference or ""),
        until=until,
        about=about(registration),
    )
    _post(act, registration, message, "offer", f"{_stamp(act.now)}-{_version(pair)}")


def again(act: Act, registration: Registration) -> None:
    """Send the link again: at most one such mail an hour, however often the form is sent."""
    message = messages.again(
        to=registration.email,
        title=act.training.title,
        link=act.desk.registration(registration.reference or ""),
        about=about(registration),
    )
    _post(act, registration, message, "again", f"{act.now:%Y%m%d%H}")


def place(
    act: Act, registration: Registration, pair: SessionPair, *, left: SessionPair | None = None
) -> None:
    """Tell that the place is confirmed, with the dates; those of the pair `left` are taken away."""
    kept = withdraw(act, registration)
    events.next_sequence(registration)
    gone = events.withdrawals(act, registration, left) if left else ()
    message = messages.place_confirmed(
        to=registration.email,
        title=act.training.title,
        sessions=sessions_of(pair, with_class=True),
        link=act.desk.registration(registration.reference or ""),
        changed=left is not None,
        calendar=(*gone, *events.invitations(act, registration, pair)),
        about=about(registration),
        useless_after=pair.ends_at,
    )
    _post(act, registration, message, "place", str(registration.sequence), kept)


def cancelled(act: Act, registration: Registration, pair: SessionPair) -> None:
    """Tell who gave their place back that it is done."""
    kept = withdraw(act, registration)
    events.next_sequence(registration)
    message = messages.cancelled(
        to=registration.email,
        title=act.training.title,
        days=words.of_pair(pair),
        link=act.desk.training(act.training.slug),
        calendar=events.withdrawals(act, registration, pair),
        about=about(registration),
    )
    _post(act, registration, message, "cancelled", str(registration.sequence), kept)


def moved(act: Act, registration: Registration, pair: SessionPair) -> None:
    """Tell that the sessions have changed; who has not answered yet is asked again."""
    kept = withdraw(act, registration)
    if registration.state == RegistrationState.HELD and registration.until:
        return confirm_place(act, registration, pair, registration.until)
    if registration.state == RegistrationState.OFFERED and registration.until:
        return offered(act, registration, pair, registration.until)
    events.next_sequence(registration)
    message = moved_message(act, registration, pair)
    _post(act, registration, message, "moved", str(registration.sequence), kept)
    return None


def moved_message(act: Act, registration: Registration, pair: SessionPair) -> Message:
    """The mail of a move, for one person."""
    return messages.moved(
        to=registration.email,
        title=act.training.title,
        sessions=sessions_of(pair, with_class=True),
        link=act.desk.registration(registration.reference or ""),
        calendar=events.invitations(act, registration, pair),
        about=about(registration),
        useless_after=pair.ends_at,
    )


def called_off(
    act: Act, registration: Registration, pair: SessionPair, *, reason: str, had_place: bool
) -> None:
    """Tell that the sessions will not take place; who had a place goes first in line."""
    kept = withdraw(act, registration)
    if had_place:
        events.next_sequence(registration)
    message = called_off_message(act, registration, pair, reason=reason, had_place=had_place)
    _post(act, registration, message, "called-off", str(pair.id), kept)


def called_off_message(
    act: Act, registration: Registration, pair: SessionPair, *, reason: str, had_place: bool
) -> Message:
    """The mail of a pair called off, for one person."""
    return messages.called_off(
        to=registration.email,
        title=act.training.title,
        days=words.of_pair(pair),
        reason=reason,
        first_in_line=had_place,
        link=act.desk.registration(registration.reference or ""),
        calendar=events.withdrawals(act, registration, pair) if had_place else (),
        about=about(registration),
    )


def erased(act: Act, registration: Registration, calendar: tuple[Attachment, ...]) -> None:
    """Say that the data are gone."""
    withdraw(act, registration)
    message = messages.data_erased(
        to=registration.email, title=act.training.title, when=act.now, calendar=calendar
    )
    _post(act, registration, message, "erased", _stamp(act.now))


def withdraw_all(act: Act, registration: Registration) -> tuple[Attachment, ...]:
    """Nothing about this registration leaves any more; answers the calendar's CANCELs it carried."""
    return _withdraw(act, registration)
