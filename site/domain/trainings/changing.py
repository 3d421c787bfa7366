"""Create pairs, move them, call them off, change how many places there are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.trainings import notices, places, queueing, schedule, words
from communaute.domain.trainings.errors import AlreadyCancelled, PairClosed
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.values import PairPlan, SessionTimes, TrainingPage
from communaute.models.trainings import (
    SEATED,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    Training,
    TrainingSession,
)


LONGEST_REASON = 500


def create_pairs(
    session: Session,
    page: TrainingPage,
    plans: Sequence[PairPlan],
    *,
    capacity: int,
    class_url: str = "",
    place: str = "",
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> tuple[int, ...]:
    """Create the pairs; the waiting list of the training is served at once. Answers their ids.

    Raises InvalidDates (in the past), InvalidCapacity, InvalidPlace.
    """
    schedule.check_capacity(capacity)
    url, where = schedule.read_class_url(class_url), schedule.read_place(place)
    for plan in plans:
        schedule.check_order(plan.sessions)
        schedule.check_to_come(plan.sessions, now)
    act = places.begin(session, training_row(session, page).id, desk=desk, now=now)
    queueing.settle(act)
    pairs = [_row(act, plan, capacity, url, where) for plan in plans]
    session.add_all(pairs)
    session.flush()
    for pair in pairs:
        act.log(f"Nouvelle date {words.of_pair(pair)}\u202f: {words.places(capacity)}.", pair=pair)
        _audit(act, "training-created", pair, actor)
    queueing.serve(act)
    return tuple(pair.id for pair in pairs)


def training_row(session: Session, page: TrainingPage) -> Training:
    """The row of a page, made at the first date; its title and theme follow the page."""
    row = session.scalar(select(Training).where(Training.slug == page.slug))
    if row is None:
        row = Training(slug=page.slug, title=page.title, theme=page.theme)
        session.add(row)
    row.title, row.theme = page.title, page.theme
    session.flush()
    return row


def _row(act: Act, plan: PairPlan, capacity: int, url: str, place: str) -> SessionPair:
    pair = SessionPair(training_id=act.training.id, capacity=capacity, taken=0, created_at=act.now)
    pair.sessions = [
        TrainingSession(
            number=number,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            class_url=url,
            place=place,
            sequence=0,
        )
        for number, each in enumerate(plan.sessions, 1)
    ]
    _copy_times(pair)
    return pair


def _copy_times(pair: SessionPair) -> None:
    pair.starts_at, pair.ends_at = pair.sessions[0].starts_at, pair.sessions[-1].ends_at


def _audit(act: Act, word: str, pair: SessionPair, actor: int | None) -> None:
    audit.record(act.session, word, now=act.now, actor=actor, target=f"pair {pair.id}")


def begin(session: Session, pair_id: int, *, desk: Desk, now: datetime) -> tuple[Act, SessionPair]:
    """Lock the training of a pair that may still be changed.

    Raises PairUnknown, AlreadyCancelled, PairClosed.
    """
    act = places.begin_for_pair(session, pair_id, desk=desk, now=now)
    queueing.settle(act)
    pair = session.get_one(SessionPair, pair_id)
    refuse_settled(pair, now)
    return act, pair


def refuse_settled(pair: SessionPair, now: datetime) -> None:
    """Raise AlreadyCancelled or PairClosed when nothing may change any more."""
    if pair.cancelled_at is not None:
        raise AlreadyCancelled("Cette session est déjà annulée.")
    if pair.ends_at <= now:
        raise PairClosed("Cette session est terminée\u202f: il n’y a plus rien à changer.")


def seated(session: Session, pair: SessionPair) -> Sequence[Registration]:
    """Everybody who has a place, held, offered or confirmed, in the order they came."""
    found = select(Registration).where(
        Registration.pair_id == pair.id, Registration.state.in_(SEATED)
    )
    ordered = found.order_by(Registration.confirmed_at, Registration.id)
    return session.scalars(ordered).all()


def move_pair(
    session: Session,
    pair_id: int,
    sessions: Sequence[SessionTimes],
    *,
    class_url: str,
    place: str = "",
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> int:
    """Move the sessions, or change where they are; answers how many people are told.

    Everybody keeps their place. Nothing changed tells nobody. Raises PairUnknown,
    AlreadyCancelled, PairClosed (it is over), InvalidDates, InvalidPlace.
    """
    act, pair = begin(session, pair_id, desk=desk, now=now)
    before = words.of_pair(pair)
    if not apply_move(pair, sessions, class_url=class_url, place=place, now=now):
        return 0
    session.flush()
    people = seated(session, pair)
    for each in people:
        _tell_move(act, each, pair, before)
    act.log(
        f"L’organisateur a changé la session {before}. {words.people(len(people))} à prévenir.",
        pair=pair,
    )
    _audit(act, "training-moved", pair, actor)
    queueing.serve(act)
    return len(people)


def apply_move(
    pair: SessionPair,
    sessions: Sequence[SessionTimes],
    *,
    class_url: str,
    place: str,
    now: datetime,
) -> bool:
    """Change the rows; False when nothing changes. Raises InvalidDates, InvalidPlace."""
    url, where = schedule.read_class_url(class_url), schedule.read_place(place)
    schedule.check_move(pair.sessions, sessions, now)
    changed = False
    for each, times in zip(pair.sessions, sessions, strict=True):
        fresh = (times.starts_at, times.ends_at, url, where)
        if (each.starts_at, each.ends_at, each.class_url, each.place) == fresh:
            continue
        each.starts_at, each.ends_at, each.class_url, each.place = fresh
        each.sequence += 1
        changed = True
    _copy_times(pair)
    return changed


def _tell_move(act: Act, each: Registration, pair: SessionPair, before: str) -> None:
    if each.until is not None:
        each.until = min(each.until, pair.starts_at)
    act.log(
        f"L’organisateur a changé la session {before}. Elle a lieu {words.on_pair(pair)}\u202f: vous gardez "
        "votre place.",
        each,
        pair,
    )
    notices.moved(act, each, pair)


def cancel_pair(
    session: Session,
    pair_id: int,
    *,
    reason: str,
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> int:
    """Call the pair off; answers how many people are told.

    Who had a confirmed place goes to the head of the waiting list, in the order of confirmation,
    and is offered the first free pair. Raises PairUnknown, AlreadyCancelled, PairClosed.
    """
    act, pair = begin(session, pair_id, desk=desk, now=now)
    people = seated(session, pair)
    pair.cancelled_at, pair.cancel_reason = now, one_reason(reason)
    session.flush()
    first = [each for each in people if each.state == RegistrationState.CONFIRMED]
    act.training.first_number -= len(first)
    ranks = {each.id: act.training.first_number + n for n, each in enumerate(first)}
    for each in people:
        _call_off(act, each, pair, ranks.get(each.id))
    act.log(
        f"L’organisateur a annulé la session {words.of_pair(pair)}. {words.people(len(people))} à prévenir.",
        pair=pair,
    )
    _audit(act, "training-cancelled", pair, actor)
    queueing.serve(act)
    return len(people)


def one_reason(text: str) -> str:
    """The reason, on one line, cut where nobody reads further."""
    return " ".join(text.split())[:LONGEST_REASON]


def _call_off(act: Act, each: Registration, pair: SessionPair, rank: int | None) -> None:
    said = f"L’organisateur a annulé la session {words.of_pair(pair)}."
    was_offered = each.state == RegistrationState.OFFERED
    queueing.leave_pair(act, each)
    if rank is not None:
        each.number = rank
        queueing.back_in_line(each)
        said += " Vous aviez une place\u202f: vous passez en tête de la liste d’attente."
    elif each.number is not None:
        if was_offered:
            queueing.close_offer(act, each, pair, OfferOutcome.WITHDRAWN)
        queueing.back_in_line(each)
        said += " Vous gardez votre rang dans la liste d’attente."
    else:
        queueing.end(act, each, RegistrationState.EXPIRED)
        said += " Votre place n’était pas encore confirmée\u202f: choisissez une autre date."
    act.log(said, each, pair)
    notices.called_off(act, each, pair, reason=pair.cancel_reason, had_place=rank is not None)


def set_capacity(
    session: Session,
    pair_id: int,
    capacity: int,
    *,
    desk: Desk,
    now: datetime,
    actor: int | None = None,
) -> None:
    """Change how many places there are; new ones are offered to the list at once.

    Raises PairUnknown, AlreadyCancelled, PairClosed, InvalidCapacity (below the places taken).
    """
    act, pair = begin(session, pair_id, desk=desk, now=now)
    schedule.check_capacity(capacity, pair.taken)
    if capacity == pair.capacity:
        return
    act.log(
        f"L’organisateur a porté le nombre de places {words.of_pair(pair)} de {pair.capacity} à {capacity}.",
        pair=pair,
    )
    pair.capacity = capacity
    session.flush()
    _audit(act, "training-capacity", pair, actor)
    queueing.serve(act)
