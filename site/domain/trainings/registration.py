"""What a person does with their signed link: confirm, give back, change, answer an offer, wait no more."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import dates, errors, mails, own, places, waiting_list
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.own import RegistrationView
from communaute.domain.trainings.places import Act
from communaute.french.dates import weekday_in_words
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
    WaitingOffer,
)


NOTHING_OFFERED = "Aucune place ne vous est proposée pour le moment."


def confirm(context: Context, token: str) -> RegistrationView:
    """Confirm the place held. Done twice, it is done once.

    Raises BadLink, DeadLink, HoldExpired, NoPlace.
    """
    act, registration = own.begin(context, token)
    if registration.state == RegistrationState.HELD:
        pair = pair_of(registration)
        places.confirm(act, registration, pair)
        act.log(f"Vous avez confirmé votre place {dates.of_pair(pair)}.", registration, pair)
        mails.place(act, registration, pair)
    elif registration.state not in PLACED:
        raise _not_held(registration)
    return own.view_of(act, registration)


def _not_held(registration: Registration) -> errors.HoldExpired | errors.NoPlace:
    if registration.state in (RegistrationState.EXPIRED, RegistrationState.WAITING):
        return errors.HoldExpired(
            "Cette place n’est plus gardée : elle n’a pas été confirmée à temps. Choisissez une date "
            "où il reste des places, sur cette page."
        )
    return errors.NoPlace(
        "Il n’y a pas de place à confirmer. Cette page dit où en est votre inscription."
    )


def pair_of(registration: Registration) -> SessionPair:
    """The pair in which a registration has a place. Raises NoPlace."""
    pair = None
    if registration.state in SEATED:
        pair = registration.pair
    if pair is None:
        raise errors.NoPlace("Vous n’avez pas de place à une formation pour le moment.")
    return pair


def cancel(context: Context, token: str) -> RegistrationView:
    """Give the place back: the next in line is offered it at once. Done twice, it is done once.

    Somebody who waits leaves the list. Raises BadLink, DeadLink, PairClosed (the last session is over).
    """
    act, registration = own.begin(context, token)
    give_up(act, registration)
    return own.view_of(act, registration)


def give_up(act: Act, registration: Registration) -> None:
    """Give back what the registration has, a place or a rank. Raises PairClosed."""
    if registration.state == RegistrationState.WAITING:
        places.end(act, registration, RegistrationState.LEFT)
        act.log("Vous êtes sorti de la liste d’attente.", registration)
        mails.withdraw(act, registration)
    elif registration.state in SEATED:
        _give_up_place(act, registration)


def _give_up_place(act: Act, registration: Registration) -> None:
    pair = pair_of(registration)
    if pair.ends_at <= act.now:
        raise errors.PairClosed("Les séances sont terminées : il n’y a plus rien à changer.")
    confirmed = registration.state == RegistrationState.CONFIRMED
    places.give_back(act, registration)
    waiting_list.close_offer(act, registration, pair, OfferOutcome.DECLINED)
    places.end(act, registration, RegistrationState.CANCELLED)
    act.log(
        f"Vous avez rendu votre place {dates.of_pair(pair)} : elle est libre pour la personne suivante.",
        registration,
        pair,
    )
    if confirmed:
        mails.cancelled(act, registration, pair)
    else:
        mails.withdraw(act, registration)
    waiting_list.serve(act, {pair.id})


def change_pair(context: Context, token: str, pair_id: int) -> RegistrationView:
    """Take a place of another pair of the same training, confirmed; the old one is then given back.

    Also for those who wait, or have no place any more: the link proves the address. When the new pair
    is full nothing changes. Raises BadLink, DeadLink, PairUnknown, PairClosed, PairFull, SamePair,
    AlreadyElsewhere.
    """
    act, registration = own.begin(context, token)
    old = _pair_left(act, registration, pair_id)
    pair = places.open_pair(act, pair_id)
    _refuse_second_request(act, registration)
    if not places.take(act, pair):
        kept = " Votre place actuelle ne change pas." if old else ""
        raise errors.PairFull(
            f"Il n’y a plus de place {dates.on_pair(pair)}.{kept} Choisissez une autre date."
        )
    was_confirmed = registration.state == RegistrationState.CONFIRMED
    if old is not None:
        places.give_back(act, registration)
        waiting_list.close_offer(act, registration, old, OfferOutcome.DECLINED)
    places.confirm(act, registration, pair)
    instead = f", à la place {dates.of_pair(old)}" if old else ""
    said = f"Vous avez maintenant une place {dates.on_pair(pair)}{instead}."
    act.log(said, registration, pair)
    mails.place(act, registration, pair, left=old if was_confirmed else None)
    if old is not None:
        waiting_list.serve(act, {old.id})
    return own.view_of(act, registration)


def _pair_left(act: Act, registration: Registration, pair_id: int) -> SessionPair | None:
    """The pair whose place is given back; None without a place. Raises SamePair, PairClosed."""
    if registration.state not in SEATED:
        return None
    old = pair_of(registration)
    if old.id == pair_id:
        raise errors.SamePair("Vous avez déjà une place à cette date.")
    if registration.state == RegistrationState.PAST or old.starts_at <= act.now:
        raise errors.PairClosed(
            "Votre première séance a déjà commencé : on ne change plus de date. Vous pouvez dire que "
            "vous ne viendrez pas à la suivante."
        )
    return old


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
        raise errors.AlreadyElsewhere(
            "Vous avez une demande plus récente pour cette formation. Ouvrez le lien du dernier courriel reçu."
        )


def cannot_come(context: Context, token: str, session_id: int, *, absent: bool) -> RegistrationView:
    """Say « je ne pourrai pas venir à cette séance » (`absent`), or that one will after all.

    The place is kept; the organiser sees it. Raises BadLink, DeadLink, NoPlace, SessionUnknown,
    PairClosed (the session has begun).
    """
    act, registration = own.begin(context, token)
    if registration.state != RegistrationState.CONFIRMED:
        raise errors.NoPlace("Confirmez d’abord votre place.")
    each = _session_of(act, registration, session_id)
    mark = attendance_of(act.session, registration, each)
    if (mark.announced_absent_at is not None) != absent:
        mark.announced_absent_at = act.now if absent else None
        will = "ne pourrez pas venir" if absent else "pourrez venir"
        act.log(
            f"Vous avez dit que vous {will} le {weekday_in_words(each.starts_at)}.", registration
        )
    act.session.flush()
    return own.view_of(act, registration)


def _session_of(act: Act, registration: Registration, session_id: int) -> TrainingSession:
    pair = pair_of(registration)
    found = [each for each in pair.sessions if each.id == session_id]
    if not found:
        raise errors.SessionUnknown("Cette séance n’est pas une des vôtres.")
    if found[0].starts_at <= act.now:
        raise errors.PairClosed("Cette séance a déjà commencé.")
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


def accept_offer(context: Context, token: str) -> RegistrationView:
    """Take the place offered: it is confirmed. Done twice, it is done once.

    Raises BadLink, DeadLink, OfferExpired, NothingOffered.
    """
    act, registration = own.begin(context, token)
    if registration.state not in PLACED:
        pair = _offered_pair(act, registration)
        waiting_list.close_offer(act, registration, pair, OfferOutcome.ACCEPTED)
        places.confirm(act, registration, pair)
        act.log(
            f"Vous avez accepté la place {dates.of_pair(pair)} : elle est à vous.",
            registration,
            pair,
        )
        mails.place(act, registration, pair)
    return own.view_of(act, registration)


def decline_offer(context: Context, token: str) -> RegistrationView:
    """Leave the place offered to the next in line; one keeps one's rank for other dates.

    Raises BadLink, DeadLink, OfferExpired, NothingOffered.
    """
    act, registration = own.begin(context, token)
    pair = _offered_pair(act, registration)
    places.give_back(act, registration)
    waiting_list.close_offer(act, registration, pair, OfferOutcome.DECLINED)
    waiting_list.back_in_line(registration)
    registration.unanswered = 0
    mails.withdraw(act, registration)
    act.log(
        f"Vous avez décliné la place {dates.of_pair(pair)} : elle passe à la personne suivante. Vous "
        "gardez votre rang pour une autre date.",
        registration,
        pair,
    )
    act.session.flush()
    waiting_list.serve(act, {pair.id})
    return own.view_of(act, registration)


def _offered_pair(act: Act, registration: Registration) -> SessionPair:
    """The pair offered now. Raises OfferExpired, NothingOffered."""
    if registration.state == RegistrationState.OFFERED:
        return pair_of(registration)
    latest = select(WaitingOffer.outcome).where(
        WaitingOffer.registration_id == registration.id,
        WaitingOffer.outcome != OfferOutcome.PASSED,
    )
    if act.session.scalar(latest.order_by(WaitingOffer.id.desc())) == OfferOutcome.LAPSED:
        raise errors.OfferExpired(
            "Le délai pour répondre est passé : la place a été proposée à la personne suivante."
        )
    raise errors.NothingOffered(NOTHING_OFFERED)


def leave_list(context: Context, token: str) -> RegistrationView:
    """Leave the waiting list; an open offer goes to the next. Done twice, it is done once.

    Raises BadLink, DeadLink, NotInList.
    """
    act, registration = own.begin(context, token)
    waits = registration.state in (RegistrationState.WAITING, RegistrationState.OFFERED)
    if waits:
        give_up(act, registration)
    elif registration.state not in (RegistrationState.LEFT, RegistrationState.CANCELLED):
        raise errors.NotInList("Vous n’êtes pas sur la liste d’attente de cette formation.")
    return own.view_of(act, registration)
