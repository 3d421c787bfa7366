"""« Mon inscription » as a value: what its owner sees, and what may be done now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import listing, places, views
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import OwnSession, PairView, RegistrationView
from communaute.models.trainings import (
    PLACED,
    SEATED,
    Attendance,
    PlaceDecision,
    Registration,
    RegistrationState,
    Satisfaction,
    SessionPair,
)


def view_of(
    session: Session, registration: Registration, *, desk: Desk, now: datetime
) -> RegistrationView:
    """The registration as its owner sees it. Changes nothing: a hold that is over shows as such."""
    session.flush()
    state, pair = shown_state(registration, now), registration.pair
    seated = pair is not None and state in SEATED
    sessions = own_sessions(session, registration, pair, now) if pair and seated else ()
    rank = places.rank_of(session, registration)
    return RegistrationView(
        token=desk.token(registration.reference or ""),
        state=state,
        training=registration.training.slug,
        title=registration.training.title,
        name=registration.name,
        email=registration.email,
        organisation=registration.organisation,
        pair=views.pair_views(session, (pair,), now)[0] if pair else None,
        sessions=sessions,
        until=registration.until,
        rank=rank,
        list_length=places.list_length(session, registration.training_id) if rank else 0,
        can_leave_list=rank is not None,
        has_attestation=state in PLACED and any(each.present for each in sessions),
        choices=choices(session, registration, now),
        log=views.log_of(session, PlaceDecision.registration_id == registration.id),
        **_what_may_be_done(session, registration, state, now),
    )


def _what_may_be_done(
    session: Session, registration: Registration, state: RegistrationState, now: datetime
) -> dict[str, bool]:
    """The buttons of the page at this moment."""
    pair, seated, placed = registration.pair, state in SEATED, state in PLACED
    over = pair is not None and pair.ends_at <= now
    begun = pair is not None and pair.starts_at <= now
    return {
        "over": placed and over,
        "can_confirm": state == RegistrationState.HELD,
        "can_answer_offer": state == RegistrationState.OFFERED,
        "can_change": not (seated and begun),
        "can_cancel": seated and not over,
        "can_answer_satisfaction": placed and over and not has_answered(session, registration),
    }


def shown_state(registration: Registration, now: datetime) -> RegistrationState:
    """The state at this moment: a GET settles nothing, but never shows a hold that is over."""
    state = RegistrationState(registration.state)
    if registration.until is None or now < registration.until:
        return state
    if state == RegistrationState.HELD and registration.number is None:
        return RegistrationState.EXPIRED
    if state in (RegistrationState.HELD, RegistrationState.OFFERED):
        return RegistrationState.WAITING
    return state


def own_sessions(
    session: Session, registration: Registration, pair: SessionPair, now: datetime
) -> tuple[OwnSession, ...]:
    """The person's sessions, with the virtual class once the place is confirmed."""
    found = select(Attendance).where(Attendance.registration_id == registration.id)
    marks = {mark.session_id: mark for mark in session.scalars(found)}
    confirmed = registration.state in PLACED
    return tuple(
        OwnSession(
            id=each.id,
            number=each.number,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            place=each.place,
            class_url=each.class_url if confirmed else "",
            announced_absent=mark is not None and mark.announced_absent_at is not None,
            present=mark.present if mark else None,
            begun=each.starts_at <= now,
        )
        for each in pair.sessions
        for mark in (marks.get(each.id),)
    )


def has_answered(session: Session, registration: Registration) -> bool:
    """Whether the three questions were answered."""
    found = select(Satisfaction.id).where(Satisfaction.registration_id == registration.id)
    return session.scalar(found) is not None


def choices(session: Session, registration: Registration, now: datetime) -> tuple[PairView, ...]:
    """The other pairs of the training that have places."""
    pairs = listing.pairs_to_come(session, now, trainings=(registration.training.slug,))
    own = registration.pair_id if registration.state in SEATED else None
    return tuple(pair for pair in pairs if pair.left and pair.id != own)
