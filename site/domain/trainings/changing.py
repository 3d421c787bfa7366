"""Move pairs, call them off, change how many places there are; each read before it is done.

A preview runs the same verb's own steps on a copy, and answers « N personnes seront prévenues »:
who, and the mail they would get.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import dates, mails, places, planning, registrants, waiting_list
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import AlreadyCancelled, InvalidDates, PairClosed
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.registrants import Registrant
from communaute.french.numbers import plural
from communaute.mailing.message import Message
from communaute.models.trainings import (
    SEATED,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    TrainingSession,
)


LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class NoticePreview:
    """« N personnes seront prévenues »: who, and the mail they would get (None when nobody)."""

    people: tuple[Registrant, ...]
    mail: Message | None

    @property
    def count(self) -> int:
        """How many would be told."""
        return len(self.people)


def move_pair(
    context: Context,
    pair_id: int,
    sessions: Sequence[planning.SessionTimes],
    *,
    class_url: str,
    place: str = "",
) -> int:
    """Move the sessions, or change where they are; answers how many people are told.

    Everybody keeps their place. Nothing changed tells nobody. Raises PairUnknown,
    AlreadyCancelled, PairClosed (it is over), InvalidDates, InvalidPlace.
    """
    act, pair = _begin(context, pair_id)
    before = dates.of_pair(pair)
    if not _apply_move(pair, sessions, class_url=class_url, place=place, now=act.now):
        return 0
    act.session.flush()
    people = _seated(act.session, pair)
    said = f"L’organisateur a changé la session {before}."
    for each in people:
        if each.until is not None:
            each.until = min(each.until, pair.starts_at)
        kept = f"Elle a lieu {dates.on_pair(pair)} : vous gardez votre place."
        act.log(f"{said} {kept}", each, pair)
        mails.moved(act, each, pair)
    act.log(_to_tell(said, people), pair=pair)
    planning.write_down(act, "training-moved", pair)
    waiting_list.serve(act)
    return len(people)


def preview_move(
    context: Context,
    pair_id: int,
    sessions: Sequence[planning.SessionTimes],
    *,
    class_url: str,
    place: str = "",
) -> NoticePreview:
    """Who would be told of a move or of a new virtual class, and the mail. Changes nothing.

    Raises as move_pair.
    """
    act, pair = _rehearse(context, pair_id)
    after = _copy(pair)
    if not _apply_move(after, sessions, class_url=class_url, place=place, now=act.now):
        return NoticePreview(people=(), mail=None)
    people = _seated(act.session, pair)
    mail = mails.moved(act, _most_concerned(people), after) if people else None
    return _preview(act, pair, people, mail)


def cancel_pair(context: Context, pair_id: int, *, reason: str) -> int:
    """Call the pair off; answers how many people are told.

    People with a confirmed place go to the head of the waiting list, in the order of confirmation,
    and are offered the first free pair. Raises PairUnknown, AlreadyCancelled, PairClosed.
    """
    act, pair = _begin(context, pair_id)
    people = _seated(act.session, pair)
    pair.cancelled_at, pair.cancel_reason = act.now, _one_reason(reason)
    act.session.flush()
    first = [each for each in people if each.state == RegistrationState.CONFIRMED]
    act.training.first_number -= len(first)
    ranks = {each.id: act.training.first_number + n for n, each in enumerate(first)}
    said = f"L’organisateur a annulé la session {dates.of_pair(pair)}."
    for each in people:
        _call_off(act, each, pair, ranks.get(each.id), said)
    act.log(_to_tell(said, people), pair=pair)
    planning.write_down(act, "training-cancelled", pair)
    waiting_list.serve(act)
    return len(people)


def _call_off(act: Act, each: Registration, pair: SessionPair, rank: int | None, said: str) -> None:
    was_offered = each.state == RegistrationState.OFFERED
    places.give_back(act, each)
    if rank is not None:
        each.number = rank
        waiting_list.back_in_line(each)
        said += " Vous aviez une place : vous passez en tête de la liste d’attente."
    elif each.number is not None:
        if was_offered:
            waiting_list.close_offer(act, each, pair, OfferOutcome.WITHDRAWN)
        waiting_list.back_in_line(each)
        said += " Vous gardez votre rang dans la liste d’attente."
    else:
        places.end(act, each, RegistrationState.EXPIRED)
        said += " Votre place n’était pas encore confirmée : choisissez une autre date."
    act.log(said, each, pair)
    mails.called_off(act, each, pair, reason=pair.cancel_reason, had_place=rank is not None)


def preview_cancel(context: Context, pair_id: int, *, reason: str) -> NoticePreview:
    """Who would be told that the pair is called off, and the mail. Changes nothing.

    Raises as cancel_pair.
    """
    act, pair = _rehearse(context, pair_id)
    people = _seated(act.session, pair)
    if not people:
        return NoticePreview(people=(), mail=None)
    one = _most_concerned(people)
    had_place = one.state == RegistrationState.CONFIRMED
    mail = mails.called_off(act, one, pair, reason=_one_reason(reason), had_place=had_place)
    return _preview(act, pair, people, mail)


def _one_reason(text: str) -> str:
    """The reason, on one line, cut where nobody reads further."""
    return " ".join(text.split())[:LONGEST_REASON]


def set_capacity(context: Context, pair_id: int, capacity: int) -> None:
    """Change how many places there are; new ones are offered to the list at once.

    Raises PairUnknown, AlreadyCancelled, PairClosed, InvalidCapacity (below the places taken).
    """
    act, pair = _begin(context, pair_id)
    planning.check_capacity(capacity, pair.taken)
    if capacity == pair.capacity:
        return
    act.log(
        f"L’organisateur a porté le nombre de places {dates.of_pair(pair)} de {pair.capacity} à {capacity}.",
        pair=pair,
    )
    pair.capacity = capacity
    act.session.flush()
    planning.write_down(act, "training-capacity", pair)
    waiting_list.serve(act)


def _to_tell(said: str, people: Sequence[Registration]) -> str:
    return f"{said} {plural(len(people), 'personne')} à prévenir."


def _begin(context: Context, pair_id: int) -> tuple[Act, SessionPair]:
    """Lock the training of a pair that may still be changed."""
    act = places.begin_for_pair(context, pair_id)
    waiting_list.settle(act)
    pair = places.known_pair(act.session, pair_id)
    _refuse_settled(pair, act.now)
    return act, pair


def _rehearse(context: Context, pair_id: int) -> tuple[Act, SessionPair]:
    """The same without a lock: nobody waits for an act that changes nothing."""
    pair = places.known_pair(context.session, pair_id)
    _refuse_settled(pair, context.now)
    return Act(**vars(replace(context, rehearsal=True)), training=pair.training), pair


def _refuse_settled(pair: SessionPair, now: datetime) -> None:
    if pair.cancelled_at is not None:
        raise AlreadyCancelled("Cette session est déjà annulée.")
    if pair.ends_at <= now:
        raise PairClosed("Cette session est terminée : il n’y a plus rien à changer.")


def _seated(session: Session, pair: SessionPair) -> Sequence[Registration]:
    """Everybody who has a place, held, offered or confirmed, in the order they came."""
    found = select(Registration).where(
        Registration.pair_id == pair.id, Registration.state.in_(SEATED)
    )
    ordered = found.order_by(Registration.confirmed_at, Registration.id)
    return session.scalars(ordered).all()


def _most_concerned(people: Sequence[Registration]) -> Registration:
    """Somebody with a confirmed place if there is one: most people get the same mail as they do."""
    confirmed = (each for each in people if each.state == RegistrationState.CONFIRMED)
    return next(confirmed, people[0])


def _apply_move(
    pair: SessionPair,
    new: Sequence[planning.SessionTimes],
    *,
    class_url: str,
    place: str,
    now: datetime,
) -> bool:
    """Change the rows; False when nothing changes. Raises InvalidDates, InvalidPlace."""
    url, where = planning.read_class_url(class_url), planning.read_place(place)
    if len(pair.sessions) != len(new):
        raise InvalidDates("Donnez une date pour chaque séance : leur nombre ne change pas.")
    planning.check_order(new)
    for each, times in zip(pair.sessions, new, strict=True):
        same = (each.starts_at, each.ends_at) == (times.starts_at, times.ends_at)
        if each.starts_at <= now and not same:
            raise InvalidDates("La première séance a déjà eu lieu : sa date ne change plus.")
        if not same and times.starts_at <= now:
            raise InvalidDates(planning.PAST)
    changed = False
    for each, times in zip(pair.sessions, new, strict=True):
        fresh = (times.starts_at, times.ends_at, url, where)
        if (each.starts_at, each.ends_at, each.class_url, each.place) != fresh:
            each.starts_at, each.ends_at, each.class_url, each.place = fresh
            each.sequence += 1
            changed = True
    pair.starts_at, pair.ends_at = pair.sessions[0].starts_at, pair.sessions[-1].ends_at
    return changed


def _copy(pair: SessionPair) -> SessionPair:
    """The pair as it might become: never added to the session."""
    copy = SessionPair(id=pair.id, training_id=pair.training_id, capacity=pair.capacity)
    copy.sessions = [
        TrainingSession(
            id=each.id,
            number=each.number,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            class_url=each.class_url,
            place=each.place,
            sequence=each.sequence,
        )
        for each in pair.sessions
    ]
    return copy


def _preview(
    act: Act, pair: SessionPair, people: Sequence[Registration], mail: Message | None
) -> NoticePreview:
    """Each person's own link opens their registration, and is theirs alone: it is hidden."""
    told = {each.id for each in people}
    if mail is not None:
        mail = replace(mail, context={**mail.context, "link": f"{act.base_url}/…"})
    shown = registrants.of_pair(act.session, pair)
    return NoticePreview(people=tuple(each for each in shown if each.id in told), mail=mail)
