"""New dates: from hours on Paris's clocks to moments in UTC, across clock changes; then created."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from communaute.domain import audit
from communaute.domain.addresses import is_https
from communaute.domain.trainings import dates, places, waiting_list
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import InvalidCapacity, InvalidDates, InvalidPlace
from communaute.domain.trainings.listing import TrainingPage
from communaute.domain.trainings.places import Act
from communaute.french.dates import PARIS, is_skipped
from communaute.french.numbers import plural
from communaute.models.audit import AuditEntry
from communaute.models.trainings import SessionPair, Training, TrainingSession


SESSION_MINUTES = 90
MINUTES, COUNT, WEEKS = range(15, 481), range(1, 53), range(1, 53)
MOST_PLACES = 10_000
LONGEST_URL, LONGEST_PLACE = 500, 200
CREATED = "training-created"
PAST = "Cette date est passée. Choisissez une date à venir."


@dataclass(frozen=True, kw_only=True)
class SessionTimes:
    """When one session begins and ends, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class PairPlan:
    """A pair to create: its sessions in order (one for a webinar)."""

    sessions: tuple[SessionTimes, ...]


def in_utc(day: date, at: time) -> datetime:
    """The moment when Paris's clocks show this hour, in UTC.

    Of the hour that comes twice in October, the first. Raises InvalidDates for the hour that
    March skips: no clock shows it.
    """
    if is_skipped(datetime.combine(day, at)):
        raise InvalidDates(
            f"Le {day:%d/%m/%Y}, l’heure d’été commence : {at:%H} h {at:%M} n’existe pas ce jour-là."
        )
    return datetime.combine(day, at, PARIS).astimezone(UTC)


def session_times(day: date, at: time, minutes: int = SESSION_MINUTES) -> SessionTimes:
    """One session of so many minutes. Raises InvalidDates."""
    if minutes not in MINUTES:
        raise InvalidDates(
            f"Une séance dure de {MINUTES[0]} à {MINUTES[-1]} minutes : {minutes} ne convient pas."
        )
    starts_at = in_utc(day, at)
    return SessionTimes(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))


def plan_series(
    first_day: date,
    at: time,
    *,
    second_day: date | None,
    second_at: time | None = None,
    minutes: int = SESSION_MINUTES,
    count: int = 1,
    every_weeks: int = 1,
) -> tuple[PairPlan, ...]:
    """`count` pairs, every so many weeks, at the same hours on Paris's clocks.

    `second_day` None plans webinars. Across a clock change hours stay what people read on their
    clock. Raises InvalidDates (second session before the first ends, an hour that the change
    skips, a count out of 1 to 52, minutes out of 15 to 480).
    """
    if count not in COUNT or every_weeks not in WEEKS:
        raise InvalidDates("Créez de 1 à 52 dates, espacées de 1 à 52 semaines.")
    starts = [(first_day, at)]
    if second_day is not None:
        starts.append((second_day, second_at or at))
    plans = []
    for number in range(count):
        later = timedelta(weeks=every_weeks * number)
        sessions = tuple(session_times(day + later, at, minutes) for day, at in starts)
        check_order(sessions)
        plans.append(PairPlan(sessions=sessions))
    return tuple(plans)


def check_order(sessions: Sequence[SessionTimes]) -> None:
    """Each session ends after it begins, and begins after the one before. Raises InvalidDates."""
    if not sessions:
        raise InvalidDates("Donnez au moins une séance.")
    for each in sessions:
        if each.ends_at <= each.starts_at:
            raise InvalidDates("Une séance finit après son début.")
    for before, after in pairwise(sessions):
        if after.starts_at < before.ends_at:
            raise InvalidDates(
                "La seconde séance doit commencer après la fin de la première.", field="second"
            )


def check_capacity(capacity: int, taken: int = 0) -> None:
    """Raise InvalidCapacity below one place, below those taken, or beyond reason."""
    if not 1 <= capacity <= MOST_PLACES:
        raise InvalidCapacity(f"Donnez un nombre de places de 1 à {MOST_PLACES}.", field="capacity")
    if capacity < taken:
        raise InvalidCapacity(
            f"{taken} places sont déjà prises : gardez-en au moins autant, ou annulez la session.",
            field="capacity",
        )


def read_class_url(text: str) -> str:
    """The address of the virtual class, or nothing yet. Raises InvalidPlace."""
    url = text.strip()
    if url and not is_https(url, LONGEST_URL):
        raise InvalidPlace(
            "L’adresse de la classe virtuelle commence par « https:// » et tient en 500 caractères.",
            field="class_url",
        )
    return url


def read_place(text: str) -> str:
    """Where it is, in words, or nothing. Raises InvalidPlace."""
    place = " ".join(text.split())
    if len(place) > LONGEST_PLACE:
        raise InvalidPlace(
            f"Décrivez le lieu en {LONGEST_PLACE} caractères au plus.", field="place"
        )
    return place


def conflicts(
    context: Context, slug: str, plans: Sequence[PairPlan]
) -> tuple[tuple[str, ...], ...]:
    """For each plan, what stands at the same hours: this training, or another that `actor` planned."""
    every = [each for plan in plans for each in plan.sessions]
    found = (
        select(SessionPair, TrainingSession)
        .join(TrainingSession)
        .where(
            SessionPair.cancelled_at.is_(None),
            TrainingSession.starts_at < max(each.ends_at for each in every),
            TrainingSession.ends_at > min(each.starts_at for each in every),
        )
    )
    rows = context.session.execute(found.options(joinedload(SessionPair.training))).all()
    mine = _planned_by(context)
    return tuple(
        tuple(
            dict.fromkeys(
                _same_hour(pair, slug)
                for pair, other in rows
                if (pair.training.slug == slug or pair.id in mine)
                and any(other.starts_at < s.ends_at and s.starts_at < other.ends_at for s in plan)
            )
        )
        for plan in (plan.sessions for plan in plans)
    )


def _planned_by(context: Context) -> set[int]:
    """The pairs that the organiser who acts has created, as the audit log has it."""
    created = select(AuditEntry.target).where(
        AuditEntry.act == CREATED, AuditEntry.actor == context.actor
    )
    return {int(target.removeprefix("pair ")) for target in context.session.scalars(created)}


def _same_hour(pair: SessionPair, slug: str) -> str:
    if pair.training.slug == slug:
        return "cette formation a déjà des séances à cette heure"
    return f"vous avez déjà programmé « {pair.training.title} » à cette heure"


def create_pairs(
    context: Context,
    page: TrainingPage,
    plans: Sequence[PairPlan],
    *,
    capacity: int,
    class_url: str = "",
    place: str = "",
) -> tuple[int, ...]:
    """Create the pairs; the waiting list of the training is served at once. Answers their ids.

    Raises InvalidDates (in the past), InvalidCapacity, InvalidPlace.
    """
    check_capacity(capacity)
    url, where = read_class_url(class_url), read_place(place)
    for plan in plans:
        check_order(plan.sessions)
        if plan.sessions[0].starts_at <= context.now:
            raise InvalidDates(PAST)
    act = places.begin(context, _training_row(context, page).id)
    waiting_list.settle(act)
    pairs = [_row(act, plan, capacity, url, where) for plan in plans]
    context.session.add_all(pairs)
    context.session.flush()
    for pair in pairs:
        act.log(
            f"Nouvelle date {dates.of_pair(pair)} : {plural(capacity, 'place', none='aucune place')}.",
            pair=pair,
        )
        write_down(act, CREATED, pair)
    waiting_list.serve(act)
    return tuple(pair.id for pair in pairs)


def _training_row(context: Context, page: TrainingPage) -> Training:
    """The row of a page, made at the first date; its title and theme follow the page."""
    row = context.session.scalar(select(Training).where(Training.slug == page.slug))
    if row is None:
        row = Training(slug=page.slug, title=page.title, theme=page.theme)
        context.session.add(row)
    row.title, row.theme = page.title, page.theme
    context.session.flush()
    return row


def _row(act: Act, plan: PairPlan, capacity: int, url: str, place: str) -> SessionPair:
    return SessionPair(
        training_id=act.training.id,
        capacity=capacity,
        taken=0,
        starts_at=plan.sessions[0].starts_at,
        ends_at=plan.sessions[-1].ends_at,
        created_at=act.now,
        sessions=[
            TrainingSession(
                number=number,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                class_url=url,
                place=place,
                sequence=0,
            )
            for number, each in enumerate(plan.sessions, 1)
        ],
    )


def write_down(act: Act, word: str, pair: SessionPair) -> None:
    """The organiser's act, for the audit."""
    audit.record(act.session, word, now=act.now, actor=act.actor, target=f"pair {pair.id}")
