"""« Mon inscription »: what a person does with their signed link."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import notices, owning, places, queueing, signing_up, words
from communaute.domain.trainings.errors import (
    AlreadyElsewhere,
    HoldExpired,
    NoPlace,
    PairClosed,
    PairFull,
    SamePair,
    SessionUnknown,
)
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.own_view import view_of
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.values import RegistrationView
from communaute.models.trainings import (
    ALIVE,
    PLACED,
    SEATED,
    Attendance,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    TrainingSession,
)


OVER = "Les séances sont terminées\u202f: il n’y a plus rien à changer."


def view(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """What the owner of the link sees. Changes nothing. Raises BadLink, DeadLink."""
    return view_of(session, owning.owner(session, token, desk), desk=desk, now=now)


def confirm(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Confirm the place held. Done twice, it is done once.

    Raises BadLink, DeadLink, HoldExpired, NoPlace.
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    if registration.state == RegistrationState.HELD:
        pair = pair_of(act, registration)
        seat(act, registration, pair)
        act.log(f"Vous avez confirmé votre place {words.of_pair(pair)}.", registration, pair)
        notices.place(act, registration, pair)
    elif registration.state not in PLACED:
        raise _not_held(registration)
    return view_of(session, registration, desk=desk, now=now)


def _not_held(registration: Registration) -> HoldExpired | NoPlace:
    if registration.state in (RegistrationState.EXPIRED, RegistrationState.WAITING):
        return HoldExpired(
            "Cette place n’est plus gardée\u202f: elle n’a pas été confirmée à temps. Choisissez une date "
            "où il reste des places, sur cette page."
        )
    return NoPlace("Il n’y a pas de place à confirmer. Cette page dit où en est votre inscription.")


def pair_of(act: Act, registration: Registration) -> SessionPair:
    """The pair in which a registration has a place. Raises NoPlace."""
    pair = None
    if registration.state in SEATED:
        pair = registration.pair
    if pair is None:
        raise NoPlace("Vous n’avez pas de place à une formation pour le moment.")
    return pair


def seat(act: Act, registration: Registration, pair: SessionPair) -> None:
    """The place is confirmed: the person waits for nothing more."""
    registration.state = RegistrationState.CONFIRMED
    places.put(registration, pair)
    registration.until = registration.number = registration.ended_at = None
    registration.unanswered = 0
    registration.confirmed_at = act.now
    act.session.flush()


def cancel(session: Session, token: str, *, desk: Desk, now: datetime) -> RegistrationView:
    """Give the place back: the next in line is offered it at once. Done twice, it is done once.

    Who waits leaves the list. Raises BadLink, DeadLink, PairClosed (the last session is over).
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    give_up(act, registration)
    return view_of(session, registration, desk=desk, now=now)


def give_up(act: Act, registration: Registration) -> None:
    """Give back what the registration has, a place or a rank. Raises PairClosed."""
    if registration.state == RegistrationState.WAITING:
        queueing.end(act, registration, RegistrationState.LEFT)
        act.log("Vous êtes sorti de la liste d’attente.", registration)
        notices.withdraw(act, registration)
    elif registration.state in SEATED:
        _give_up_place(act, registration)


def _give_up_place(act: Act, registration: Registration) -> None:
    pair = pair_of(act, registration)
    if pair.ends_at <= act.now:
        raise PairClosed(OVER)
    confirmed = registration.state == RegistrationState.CONFIRMED
    queueing.leave_pair(act, registration)
    queueing.close_offer(act, registration, pair, OfferOutcome.DECLINED)
    queueing.end(act, registration, RegistrationState.CANCELLED)
    act.log(
        f"Vous avez rendu votre place {words.of_pair(pair)}\u202f: elle est libre pour la personne suivante.",
        registration,
        pair,
    )
    if confirmed:
        notices.cancelled(act, registration, pair)
    else:
        notices.withdraw(act, registration)
    queueing.serve(act, {pair.id})


def change_pair(
    session: Session, token: str, pair_id: int, *, desk: Desk, now: datetime
) -> RegistrationView:
    """Take a place of another pair of the same training, confirmed; the old one is then given back.

    Also for who waits, or has no place any more: the link proves the address. When the new pair
    is full nothing changes. Raises BadLink, DeadLink, PairUnknown, PairClosed, PairFull, SamePair,
    AlreadyElsewhere.
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    old = _pair_left(act, registration, pair_id)
    pair = signing_up.open_pair(act, pair_id)
    _refuse_second_request(act, registration)
    if not places.take(act, pair):
        raise PairFull(_full_sentence(pair, old))
    was_confirmed = registration.state == RegistrationState.CONFIRMED
    if old is not None:
        queueing.leave_pair(act, registration)
        queueing.close_offer(act, registration, old, OfferOutcome.DECLINED)
    seat(act, registration, pair)
    said = f"Vous avez maintenant une place {words.on_pair(pair)}"
    act.log(f"{said}{_instead(old)}.", registration, pair)
    notices.place(act, registration, pair, left=old if was_confirmed else None)
    if old is not None:
        queueing.serve(act, {old.id})
    return view_of(session, registration, desk=desk, now=now)


def _instead(old: SessionPair | None) -> str:
    return f", à la place {words.of_pair(old)}" if old else ""


def _pair_left(act: Act, registration: Registration, pair_id: int) -> SessionPair | None:
    """The pair whose place is given back; None without a place. Raises SamePair, PairClosed."""
    if registration.state not in SEATED:
        return None
    old = pair_of(act, registration)
    if old.id == pair_id:
        raise SamePair("Vous avez déjà une place à cette date.")
    if registration.state == RegistrationState.PAST or old.starts_at <= act.now:
        raise PairClosed(
            "Votre première séance a déjà commencé\u202f: on ne change plus de date. Vous pouvez dire que "
            "vous ne viendrez pas à la suivante."
        )
    return old


def _full_sentence(pair: SessionPair, old: SessionPair | None) -> str:
    kept = " Votre place actuelle ne change pas." if old else ""
    return f"Il n’y a plus de place {words.on_pair(pair)}.{kept} Choisissez une autre date."


def _refuse_second_request(act: Act, registration: Registration) -> None:
    """Somebody who came back by the form has another registration, alive: that one decides."""
    if registration.state in ALIVE:
        return
    other = select(Registration.id).where(
        Registration.training_id == act.training.id,
        Registration.person == registration.person,
        Registration.state.in_(ALIVE),
    )
    if act.session.scalar(other) is not None:
        raise AlreadyElsewhere(
            "Vous avez une demande plus récente pour cette formation. Ouvrez le lien du dernier courriel reçu."
        )


def cannot_come(
    session: Session, token: str, session_id: int, *, absent: bool, desk: Desk, now: datetime
) -> RegistrationView:
    """Say « je ne pourrai pas venir à cette séance » (`absent`), or that one will after all.

    The place is kept; the organiser sees it. Raises BadLink, DeadLink, NoPlace, SessionUnknown,
    PairClosed (the session has begun).
    """
    act, registration = owning.begin(session, token, desk=desk, now=now)
    if registration.state != RegistrationState.CONFIRMED:
        raise NoPlace("Confirmez d’abord votre place.")
    each = _session_of(pair_of(act, registration), session_id, now)
    mark = attendance_of(session, registration, each)
    if (mark.announced_absent_at is not None) != absent:
        mark.announced_absent_at = now if absent else None
        will = "ne pourrez pas venir" if absent else "pourrez venir"
        act.log(f"Vous avez dit que vous {will} le {words.day(each.starts_at)}.", registration)
    session.flush()
    return view_of(session, registration, desk=desk, now=now)


def _session_of(pair: SessionPair, session_id: int, now: datetime) -> TrainingSession:
    found = [each for each in pair.sessions if each.id == session_id]
    if not found:
        raise SessionUnknown("Cette séance n’est pas une des vôtres.")
    if found[0].starts_at <= now:
        raise PairClosed("Cette séance a déjà commencé.")
    return found[0]


def attendance_of(
    session: Session, registration: Registration, each: TrainingSession
) -> Attendance:
    """The row of one person at one session, made if there is none."""
    found = select(Attendance).where(
        Attendance.registration_id == registration.id, Attendance.session_id == each.id
    )
    mark = session.scalar(found)
    if mark is None:
        mark = Attendance(registration_id=registration.id, session_id=each.id)
        session.add(mark)
    return mark
