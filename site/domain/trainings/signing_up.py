"""Sign up from the form: a place held, a rank in the list, or a clear refusal."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import notices, places, queueing, rules, views, words
from communaute.domain.trainings.consent import ACCESSIBILITY_CONSENT, CONSENT
from communaute.domain.trainings.errors import PairClosed, PairUnknown
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.people import Person, read_person
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.values import SignUpKind, SignUpOutcome, SignUpRequest
from communaute.models.trainings import (
    ALIVE,
    AccessibilityNeed,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    WaitingOffer,
)


def sign_up(
    session: Session, request: SignUpRequest, *, desk: Desk, now: datetime
) -> SignUpOutcome:
    """Hold a place of the pair, or join the training's waiting list when it is full.

    The mail that confirms is asked for in the same transaction: the caller commits. A place is
    held 24 hours, 2 hours when the first session is within three days, and never past its start.
    Raises InvalidSignUp (`faults` by field: name, email, organisation, siret, telephone, hopes,
    consent, accessibility, accessibility_consent), FilledTrap, PairUnknown, PairClosed.
    """
    person = read_person(request)
    act = places.begin_for_pair(session, request.pair_id, desk=desk, now=now)
    queueing.settle(act)
    pair = open_pair(act, request.pair_id)
    known = alive_registration(act, person)
    if known is None:
        return _first_request(act, pair, person)
    if known.state == RegistrationState.WAITING and places.take(act, pair):
        _hold(act, pair, known)
        return _held(act, pair, known)
    return _already(act, pair, known)


def open_pair(act: Act, pair_id: int) -> SessionPair:
    """The pair, of this training, that one may sign up for. Raises PairUnknown, PairClosed."""
    known = 0 < pair_id <= places.LARGEST_ID
    pair = act.session.get(SessionPair, pair_id) if known else None
    if pair is None or pair.training_id != act.training.id:
        raise PairUnknown("Cette session n’existe pas. Choisissez-en une dans la liste.")
    if pair.cancelled_at is not None:
        raise PairClosed("Cette session est annulée. Choisissez une autre date.")
    if not places.is_open(pair, act.now):
        raise PairClosed("Cette session a déjà commencé. Choisissez une autre date.")
    return pair


def alive_registration(act: Act, person: Person) -> Registration | None:
    """This person's request for this training; one whose sessions are over is put away."""
    found = select(Registration).where(
        Registration.training_id == act.training.id,
        Registration.person == person.key,
        Registration.state.in_(ALIVE),
    )
    known = act.session.scalar(found)
    if known is not None and is_over(known, act.now):
        known.state = RegistrationState.PAST
        return None
    return known


def is_over(registration: Registration, now: datetime) -> bool:
    """Whether a confirmed place belongs to sessions that are over."""
    confirmed = registration.state == RegistrationState.CONFIRMED
    return confirmed and registration.pair is not None and registration.pair.ends_at <= now


def _first_request(act: Act, pair: SessionPair, person: Person) -> SignUpOutcome:
    seated = places.take(act, pair)
    registration = _row(act, person)
    if seated:
        _hold(act, pair, registration)
    else:
        registration.state, registration.number = RegistrationState.WAITING, places.next_number(act)
    act.session.add(registration)
    act.session.flush()
    if person.accessibility:
        _keep_need(act, registration, person.accessibility)
    return _held(act, pair, registration) if seated else _waiting(act, pair, registration)


def _row(act: Act, person: Person) -> Registration:
    return Registration(
        reference=secrets.token_urlsafe(16),
        training_id=act.training.id,
        name=person.name,
        email=person.email,
        person=person.key,
        organisation=person.organisation,
        siret=person.siret,
        telephone=person.telephone,
        hopes=person.hopes,
        consent=CONSENT,
        created_at=act.now,
    )


def _hold(act: Act, pair: SessionPair, registration: Registration) -> None:
    """The place just taken is kept for this person, for a while."""
    registration.state = RegistrationState.HELD
    places.put(registration, pair)
    registration.until = rules.held_until(act.now, pair.starts_at)


def _keep_need(act: Act, registration: Registration, need: str) -> None:
    act.session.add(
        AccessibilityNeed(
            registration_id=registration.id,
            need=need,
            consent=ACCESSIBILITY_CONSENT,
            given_at=act.now,
        )
    )


def _held(act: Act, pair: SessionPair, registration: Registration) -> SignUpOutcome:
    until = rules.held_until(act.now, pair.starts_at)
    said = (
        f"Une place vous est gardée {words.on_pair(pair)} jusqu’au {words.day_and_hour(until)}, le temps "
        "de confirmer votre adresse."
    )
    act.log(said, registration, pair)
    notices.confirm_place(act, registration, pair, until)
    return SignUpOutcome(
        kind=SignUpKind.HELD,
        pair=views.pair_views(act.session, (pair,), act.now)[0],
        words=said,
        email=registration.email,
        until=until,
    )


def _waiting(act: Act, pair: SessionPair, registration: Registration) -> SignUpOutcome:
    elsewhere = places.free_pairs(act)
    _pass_over(act, registration, elsewhere)
    length = places.list_length(act.session, act.training.id)
    said = (
        f"Les {pair.capacity} places {words.of_pair(pair)} sont prises\u202f: vous êtes "
        f"{words.rank(length)} sur la liste d’attente. La première place qui se libère, à cette date ou "
        "à une autre, vous sera proposée à votre tour."
    )
    act.log(said + _left_elsewhere(elsewhere), registration, pair)
    notices.in_list(act, registration, pair, length)
    return SignUpOutcome(
        kind=SignUpKind.WAITING,
        pair=views.pair_views(act.session, (pair,), act.now)[0],
        words=said,
        email=registration.email,
        rank=length,
        list_length=length,
        elsewhere=views.pair_views(act.session, elsewhere, act.now),
    )


def _pass_over(act: Act, registration: Registration, free: Sequence[SessionPair]) -> None:
    """Places that are free now are for the person to choose: they are not pushed on them."""
    for pair in free:
        act.session.add(
            WaitingOffer(
                registration_id=registration.id,
                pair_id=pair.id,
                made_at=act.now,
                outcome=OfferOutcome.PASSED,
            )
        )


def _left_elsewhere(free: Sequence[SessionPair]) -> str:
    if not free:
        return ""
    days = words.listed([words.on_pair(pair) for pair in free[:3]])
    return f" Des places restent à choisir, sans attendre\u202f: {days}."


def _already(act: Act, pair: SessionPair, known: Registration) -> SignUpOutcome:
    """This address has a request: nothing changes, and its owner gets the link again, not often."""
    notices.again(act, known)
    return SignUpOutcome(
        kind=SignUpKind.ALREADY,
        pair=views.pair_views(act.session, (pair,), act.now)[0],
        words=(
            "Cette adresse a déjà une demande pour cette formation\u202f: une personne n’a qu’une place. "
            "Le courriel que nous lui avons envoyé permet de la confirmer, de changer de date ou d’annuler."
        ),
        email=known.email,
    )
