"""« Mon inscription »: the registration a link opens, what it shows and what may be done now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from communaute.domain.addresses import person_key
from communaute.domain.trainings import calendars, listing, places, waiting_list
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import DeadLink
from communaute.domain.trainings.listing import PairView
from communaute.domain.trainings.places import Act
from communaute.models.trainings import (
    ALIVE,
    PLACED,
    SEATED,
    Attendance,
    PlaceDecision,
    Registration,
    RegistrationState,
    Satisfaction,
    SessionPair,
)


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One decision, in French words."""

    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class OwnSession:
    """One session of a person's place: with the virtual class, and what they announced."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    class_url: str
    announced_absent: bool
    present: bool | None
    begun: bool


@dataclass(frozen=True, kw_only=True)
class RegistrationView:
    """What « Mon inscription » shows to the person registered. `can_…` say what they may do now.

    `until` is the end of a hold or of an offer. `pair` is the place held, confirmed or offered,
    or the last one had. `class_url` of `sessions` is empty without a confirmed place.
    """

    token: str
    state: RegistrationState
    training: str
    title: str
    name: str
    email: str
    organisation: str
    pair: PairView | None
    sessions: tuple[OwnSession, ...]
    until: datetime | None
    rank: int | None
    list_length: int
    over: bool
    can_confirm: bool
    can_answer_offer: bool
    can_leave_list: bool
    can_change: bool
    can_cancel: bool
    can_answer_satisfaction: bool
    has_attestation: bool
    choices: tuple[PairView, ...]
    log: tuple[LogLine, ...]


def owner(context: Context, token: str) -> Registration:
    """The registration of a link. Raises BadLink, DeadLink."""
    reference = context.reference(token)
    registration = context.session.scalar(
        select(Registration).where(Registration.reference == reference)
    )
    if registration is None:
        raise DeadLink(
            "Ce lien a expiré : l’inscription a été effacée. Inscrivez-vous de nouveau si besoin."
        )
    return registration


def begin(context: Context, token: str) -> tuple[Act, Registration]:
    """Lock the owner's training, settle what is over, give the registration as it is then.

    Raises BadLink, DeadLink.
    """
    act = places.begin(context, owner(context, token).training_id)
    waiting_list.settle(act)
    # Erased while we waited for the lock: the link is dead.
    return act, owner(act, token)


def view(context: Context, token: str) -> RegistrationView:
    """What the owner of the link sees. Changes nothing. Raises BadLink, DeadLink."""
    return view_of(context, owner(context, token))


def calendar(context: Context, token: str) -> str:
    """The .ics of the owner's place. Raises BadLink, DeadLink, NoPlace."""
    return calendars.own_calendar(context, owner(context, token))


def view_of(context: Context, registration: Registration) -> RegistrationView:
    """The registration as its owner sees it. Changes nothing: a hold that is over shows as such."""
    context.session.flush()
    state, pair = shown_state(registration, context.now), registration.pair
    seated = pair is not None and state in SEATED
    sessions = _sessions(context, registration, pair) if pair and seated else ()
    rank = places.rank_of(context.session, registration)
    length = places.list_length(context.session, registration.training_id) if rank else 0
    decisions = select(PlaceDecision.at, PlaceDecision.words).order_by(PlaceDecision.id.desc())
    decisions = decisions.where(PlaceDecision.registration_id == registration.id)
    return RegistrationView(
        token=context.token(registration.reference),
        state=state,
        training=registration.training.slug,
        title=registration.training.title,
        name=registration.name,
        email=registration.email,
        organisation=registration.organisation,
        pair=listing.pair_views(context, (pair,))[0] if pair else None,
        sessions=sessions,
        until=registration.until,
        rank=rank,
        list_length=length,
        can_leave_list=rank is not None,
        has_attestation=state in PLACED and any(each.present for each in sessions),
        choices=_choices(context, registration),
        log=tuple(LogLine(at=at, words=words) for at, words in context.session.execute(decisions)),
        **_what_may_be_done(context, registration, state),
    )


def _what_may_be_done(
    context: Context, registration: Registration, state: RegistrationState
) -> dict[str, bool]:
    """The buttons of the page at this moment."""
    pair, seated, placed = registration.pair, state in SEATED, state in PLACED
    over = pair is not None and pair.ends_at <= context.now
    begun = pair is not None and pair.starts_at <= context.now
    return {
        "over": placed and over,
        "can_confirm": state == RegistrationState.HELD,
        "can_answer_offer": state == RegistrationState.OFFERED,
        "can_change": not (seated and begun),
        "can_cancel": seated and not over,
        "can_answer_satisfaction": placed
        and over
        and not has_answered(context.session, registration),
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


def _sessions(
    context: Context, registration: Registration, pair: SessionPair
) -> tuple[OwnSession, ...]:
    """The person's sessions, with the virtual class once the place is confirmed."""
    found = select(Attendance).where(Attendance.registration_id == registration.id)
    marks = {mark.session_id: mark for mark in context.session.scalars(found)}
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
            begun=each.starts_at <= context.now,
        )
        for each in pair.sessions
        for mark in (marks.get(each.id),)
    )


def has_answered(session: Session, registration: Registration) -> bool:
    """Whether the three questions were answered."""
    found = select(Satisfaction.id).where(Satisfaction.registration_id == registration.id)
    return session.scalar(found) is not None


def _choices(context: Context, registration: Registration) -> tuple[PairView, ...]:
    """The other pairs of the training that have places."""
    pairs = listing.pairs_to_come(context, trainings=(registration.training.slug,))
    own = registration.pair_id if registration.state in SEATED else None
    return tuple(pair for pair in pairs if pair.left and pair.id != own)


# A person's registrations, known by an address that they have proved to be theirs.

# Nobody has more trainings to come than this; a page shows no more.
MOST = 20


def coming(session: Session, addresses: Iterable[str], now: datetime) -> list[Registration]:
    """What these addresses are signed up for or wait for, the next session first."""
    people = {person_key(address) for address in addresses}
    to_come = or_(SessionPair.id.is_(None), SessionPair.ends_at > now)
    found = (
        select(Registration)
        .outerjoin(SessionPair, SessionPair.id == Registration.pair_id)
        .where(Registration.person.in_(people), Registration.state.in_(ALIVE), to_come)
        .where(Registration.erased_at.is_(None))
        .options(joinedload(Registration.training), joinedload(Registration.pair))
        .order_by(SessionPair.starts_at, Registration.id)
    )
    return list(session.scalars(found.limit(MOST)))
