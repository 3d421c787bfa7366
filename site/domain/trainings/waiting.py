"""The waiting list by a signed link: accept, decline, leave."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import notices, owning, queueing, words
from communaute.domain.trainings.errors import NothingOffered, NotInList, OfferExpired
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.own_view import view_of
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.registration import give_up, pair_of, seat
from communaute.domain.trainings.values import RegistrationView
from communaute.models.trainings import (
    PLACED,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    WaitingOffer,
)


NOTHING_OFFERED = "Aucune place ne vous est proposée pour le moment."


def accept_offer(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Take the place offered: it is confirmed. Done twice, it is done once.

    Raises BadLink, DeadLink, OfferExpired, NothingOffered.
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    if registration.state not in PLACED:
        pair = offered_pair(act, registration)
        queueing.close_offer(act, registration, pair, OfferOutcome.ACCEPTED)
        seat(act, registration, pair)
        act.log(
            f"Vous avez accepté la place {words.of_pair(pair)}\u202f: elle est à vous.",
            registration,
            pair,
        )
        notices.place(act, registration, pair)
    return view_of(session, registration, desk=desk, now=now)


def decline_offer(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Leave the place offered to the next in line; one keeps one's rank for other dates.

    Raises BadLink, DeadLink, OfferExpired, NothingOffered.
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    pair = offered_pair(act, registration)
    queueing.leave_pair(act, registration)
    queueing.close_offer(act, registration, pair, OfferOutcome.DECLINED)
    queueing.back_in_line(registration)
    registration.unanswered = 0
    notices.withdraw(act, registration)
    act.log(
        f"Vous avez décliné la place {words.of_pair(pair)}\u202f: elle passe à la personne suivante. Vous "
        "gardez votre rang pour une autre date.",
        registration,
        pair,
    )
    session.flush()
    queueing.serve(act, {pair.id})
    return view_of(session, registration, desk=desk, now=now)


def offered_pair(act: Act, registration: Registration) -> SessionPair:
    """The pair offered now. Raises OfferExpired, NothingOffered."""
    if registration.state == RegistrationState.OFFERED:
        return pair_of(act, registration)
    latest = select(WaitingOffer.outcome).where(
        WaitingOffer.registration_id == registration.id,
        WaitingOffer.outcome != OfferOutcome.PASSED,
    )
    if act.session.scalar(latest.order_by(WaitingOffer.id.desc())) == OfferOutcome.LAPSED:
        raise OfferExpired(
            "Le délai pour répondre est passé\u202f: la place a été proposée à la personne suivante."
        )
    raise NothingOffered(NOTHING_OFFERED)


def leave_list(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Leave the waiting list; an open offer goes to the next. Done twice, it is done once.

    Raises BadLink, DeadLink, NotInList.
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    waits = registration.state in (RegistrationState.WAITING, RegistrationState.OFFERED)
    if waits:
        give_up(act, registration)
    elif registration.state not in (RegistrationState.LEFT, RegistrationState.CANCELLED):
        raise NotInList("Vous n’êtes pas sur la liste d’attente de cette formation.")
    return view_of(session, registration, desk=desk, now=now)
