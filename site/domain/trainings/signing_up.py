"""Sign up from the form: a place held, a rank in the list, or a clear refusal."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from communaute.domain.mailboxes import person_key
from communaute.domain.trainings import dates, mails, places, waiting_list
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import PairClosed, PairUnknown
from communaute.domain.trainings.people import (
    ACCESSIBILITY_CONSENT,
    CONSENT,
    SignUpRequest,
    read_request,
)
from communaute.domain.trainings.places import Act
from communaute.french.numbers import listed, ordinal
from communaute.models.trainings import (
    ALIVE,
    AccessibilityNeed,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    WaitingOffer,
)


class SignUpKind(StrEnum):
    """What a sign-up came to."""

    HELD = "held"
    WAITING = "waiting"
    ALREADY = "already"


@dataclass(frozen=True, kw_only=True)
class SignUpOutcome:
    """What a sign-up came to, for the pair asked for.

    A place held `until` a moment, or a `rank` in the list. Only the mail carries a link, and only
    the mail says that an address has a request already: for ALREADY, `until` and `rank` are what
    an unknown address would have been told, so that nobody learns whose address is known.
    """

    kind: SignUpKind
    pair_id: int
    until: datetime | None = None
    rank: int | None = None


def sign_up(context: Context, request: SignUpRequest) -> SignUpOutcome:
    """Hold a place of the pair, or join the training's waiting list when it is full.

    The mail that confirms is asked for in the same transaction: the caller commits. A place is
    held 24 hours, 2 hours when the first session is within three days, and never past its start.
    Raises InvalidSignUp (`faults` by field: name, email, organisation, siret, telephone, hopes,
    consent, accessibility, accessibility_consent), FilledTrap, PairUnknown, PairClosed.
    """
    asked = read_request(request)
    act = places.begin_for_pair(context, asked.pair_id)
    waiting_list.settle(act)
    pair = open_pair(act, asked.pair_id)
    known = _alive_registration(act, person_key(asked.email))
    if known is None:
        answer = _hold if places.take(act, pair) else _wait
        registration = _row(act, asked)
        outcome = answer(act, pair, registration)
        if asked.accessibility:
            _keep_need(act, registration, asked.accessibility)
        return outcome
    if known.state == RegistrationState.WAITING and places.take(act, pair):
        return _hold(act, pair, known)
    return _already(act, pair, known)


def open_pair(act: Act, pair_id: int) -> SessionPair:
    """The pair, of this training, that one may sign up for. Raises PairUnknown, PairClosed."""
    pair = places.known_pair(act.session, pair_id)
    if pair.training_id != act.training.id:
        raise PairUnknown(places.UNKNOWN)
    if pair.cancelled_at is not None:
        raise PairClosed("Cette session est annulée. Choisissez une autre date.")
    if not places.is_open(pair, act.now):
        raise PairClosed("Cette session a déjà commencé. Choisissez une autre date.")
    return pair


def _alive_registration(act: Act, person: str) -> Registration | None:
    """This person's request for this training; one whose sessions are over is put away."""
    found = select(Registration).where(
        Registration.training_id == act.training.id,
        Registration.person == person,
        Registration.state.in_(ALIVE),
    )
    known = act.session.scalar(found)
    confirmed = known is not None and known.state == RegistrationState.CONFIRMED
    if known and confirmed and known.pair is not None and known.pair.ends_at <= act.now:
        known.state = RegistrationState.PAST
        return None
    return known


def _row(act: Act, asked: SignUpRequest) -> Registration:
    return Registration(
        reference=secrets.token_urlsafe(16),
        training_id=act.training.id,
        name=asked.name,
        email=asked.email,
        person=person_key(asked.email),
        organisation=asked.organisation,
        siret=asked.siret,
        telephone=asked.telephone,
        hopes=asked.hopes,
        consent=CONSENT,
        created_at=act.now,
    )


def _keep_need(act: Act, registration: Registration, need: str) -> None:
    act.session.add(
        AccessibilityNeed(
            registration_id=registration.id,
            need=need,
            consent=ACCESSIBILITY_CONSENT,
            given_at=act.now,
        )
    )


def _hold(act: Act, pair: SessionPair, registration: Registration) -> SignUpOutcome:
    """The place just taken is kept for this person, for a while."""
    until = places.held_until(act.now, pair.starts_at)
    registration.state, registration.until = RegistrationState.HELD, until
    places.put(registration, pair)
    act.session.add(registration)
    act.session.flush()
    act.log(
        f"Une place vous est gardée {dates.on_pair(pair)} jusqu’au {dates.day_and_hour(until)}, le temps "
        "de confirmer votre adresse.",
        registration,
        pair,
    )
    mails.confirm_place(act, registration, pair, until)
    return SignUpOutcome(kind=SignUpKind.HELD, pair_id=pair.id, until=until)


def _wait(act: Act, pair: SessionPair, registration: Registration) -> SignUpOutcome:
    """The last rank of the list. Places that are free elsewhere are to be chosen, not offered."""
    act.training.last_number += 1
    registration.state, registration.number = RegistrationState.WAITING, act.training.last_number
    act.session.add(registration)
    act.session.flush()
    elsewhere = places.free_pairs(act)
    act.session.add_all(
        WaitingOffer(
            registration_id=registration.id,
            pair_id=each.id,
            made_at=act.now,
            outcome=OfferOutcome.PASSED,
        )
        for each in elsewhere
    )
    rank = places.list_length(act.session, act.training.id)
    said = (
        f"Les {pair.capacity} places {dates.of_pair(pair)} sont prises : vous êtes "
        f"{ordinal(rank, feminine=True)} sur la liste d’attente. La première place qui se libère, à cette date ou "
        "à une autre, vous sera proposée à votre tour."
    )
    if elsewhere:
        days = listed([dates.on_pair(each) for each in elsewhere[:3]])
        said += f" Des places restent à choisir, sans attendre : {days}."
    act.log(said, registration, pair)
    mails.in_list(act, registration, pair, rank)
    return SignUpOutcome(kind=SignUpKind.WAITING, pair_id=pair.id, rank=rank)


def _already(act: Act, pair: SessionPair, known: Registration) -> SignUpOutcome:
    """This address has a request: nothing changes, and its owner gets the link again, not often."""
    mails.again(act, known)
    if pair.taken >= pair.capacity:
        rank = places.list_length(act.session, act.training.id) + 1
        return SignUpOutcome(kind=SignUpKind.ALREADY, pair_id=pair.id, rank=rank)
    until = places.held_until(act.now, pair.starts_at)
    return SignUpOutcome(kind=SignUpKind.ALREADY, pair_id=pair.id, until=until)
