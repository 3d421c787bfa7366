"""Organisers' pages as values: a pair whole, many pairs at a glance, why places went where they went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from communaute.domain.trainings import listing, places, registrants
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.listing import PairView
from communaute.domain.trainings.registrants import Registrant
from communaute.models.trainings import (
    PLACED,
    SEATED,
    Attendance,
    PlaceDecision,
    Registration,
    RegistrationState,
    SessionPair,
    Training,
    TrainingSession,
)


# How many decisions a log shows.
LATEST = 200
# Pairs of a month: some twenty a working day.
MOST_OF_A_MONTH = 500


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision: the sentence written to `who`; empty when it is about nobody, or erased."""

    at: datetime
    words: str
    who: str


@dataclass(frozen=True, kw_only=True)
class PairDetails:
    """One pair as the organiser sees it."""

    pair: PairView
    held: int
    confirmed: int
    offered: int
    cancel_reason: str
    class_urls: tuple[str, ...]
    attendance_noted_at: datetime | None
    registrants: tuple[Registrant, ...]
    log: tuple[Decision, ...]


@dataclass(frozen=True, kw_only=True)
class PairSummary:
    """One row of the organiser's table and one square of their calendar."""

    pair: PairView
    held: int
    confirmed: int
    offered: int
    undeliverable: int
    absences: int
    attendance_to_note: bool


def pair_details(context: Context, pair_id: int) -> PairDetails:
    """One pair with its people, their needs, their attendance and the log. Raises PairUnknown."""
    pair = places.known_pair(context.session, pair_id)
    states = state_counts(context.session, [pair.id]).get(pair.id, {})
    return PairDetails(
        pair=listing.pair_views(context, (pair,))[0],
        held=states.get(RegistrationState.HELD, 0),
        confirmed=confirmed(states),
        offered=states.get(RegistrationState.OFFERED, 0),
        cancel_reason=pair.cancel_reason,
        class_urls=tuple(each.class_url for each in pair.sessions),
        attendance_noted_at=pair.attendance_noted_at,
        registrants=registrants.of_pair(context.session, pair),
        log=_decisions(context.session, PlaceDecision.pair_id == pair.id),
    )


def training_log(session: Session, slug: str) -> tuple[Decision, ...]:
    """The latest decisions of a training, the last first; nothing for an unknown one."""
    return _decisions(session, Training.slug == slug)


def _decisions(session: Session, about: ColumnElement[bool]) -> tuple[Decision, ...]:
    found = (
        select(PlaceDecision.at, PlaceDecision.words, Registration.name)
        .join(Training, Training.id == PlaceDecision.training_id)
        .outerjoin(Registration, Registration.id == PlaceDecision.registration_id)
        .where(about)
        .order_by(PlaceDecision.id.desc())
    )
    rows = session.execute(found.limit(LATEST))
    return tuple(Decision(at=at, words=words, who=name or "") for at, words, name in rows)


@dataclass(frozen=True)
class Chosen:
    """Which pairs: those to come or under way, or (`past`) those that are over, of one training or all.

    `month` (2026-11, in Paris) gives that month whatever the rest, and as many as `months`.
    """

    month: str = ""
    months: int = 1
    past: bool = False
    training: str = ""


ALL_TO_COME = Chosen()


def summaries(
    context: Context,
    chosen: Chosen = ALL_TO_COME,
    *,
    page: int = 1,
    per_page: int = MOST_OF_A_MONTH,
) -> tuple[PairSummary, ...]:
    """The pairs at a glance, those of one page. Raises InvalidDates."""
    return _summarised(context, _pairs(context, chosen, page, per_page))


def table_and_month(
    context: Context, chosen: Chosen, month: Chosen, *, page: int, per_page: int
) -> tuple[tuple[PairSummary, ...], tuple[PairSummary, ...]]:
    """One page of the pairs chosen, and those of a month, counted together. Raises InvalidDates."""
    listed = _pairs(context, chosen, page, per_page)
    around = _pairs(context, month, 1, MOST_OF_A_MONTH)
    every = list({pair.id: pair for pair in (*listed, *around)}.values())
    rows = {row.pair.id: row for row in _summarised(context, every)}
    return tuple(rows[pair.id] for pair in listed), tuple(rows[pair.id] for pair in around)


def _pairs(context: Context, chosen: Chosen, page: int, per_page: int) -> Sequence[SessionPair]:
    found = _chosen(context, chosen).options(
        joinedload(SessionPair.training), selectinload(SessionPair.sessions)
    )
    latest_first = chosen.past and not chosen.month
    order = SessionPair.starts_at.desc() if latest_first else SessionPair.starts_at
    shown = found.order_by(order, SessionPair.id).limit(per_page).offset((page - 1) * per_page)
    return context.session.scalars(shown).all()


def count(context: Context, chosen: Chosen = ALL_TO_COME) -> int:
    """How many pairs `summaries` has in all. Raises InvalidDates."""
    found = _chosen(context, chosen).with_only_columns(func.count(SessionPair.id))
    return context.session.scalar(found) or 0


def next_start(context: Context) -> datetime | None:
    """When the next session that is kept begins; None when there is none."""
    found = (
        select(func.min(TrainingSession.starts_at))
        .join(SessionPair, SessionPair.id == TrainingSession.pair_id)
        .where(SessionPair.cancelled_at.is_(None), TrainingSession.starts_at >= context.now)
    )
    return context.session.scalar(found)


def _chosen(context: Context, chosen: Chosen) -> Select[SessionPair]:
    now, found = context.now, select(SessionPair)
    if chosen.training:
        found = found.join(Training).where(Training.slug == chosen.training)
    if chosen.month:
        return found.where(listing.in_month(chosen.month, chosen.months))
    return found.where(SessionPair.ends_at <= now if chosen.past else SessionPair.ends_at > now)


def _summarised(context: Context, pairs: Sequence[SessionPair]) -> tuple[PairSummary, ...]:
    """In a handful of queries."""
    session = context.session
    ids = [pair.id for pair in pairs]
    states, absences = state_counts(session, ids), _absences(session, ids)
    refused = _refused(session, ids)
    return tuple(
        PairSummary(
            pair=view,
            held=states.get(view.id, {}).get(RegistrationState.HELD, 0),
            confirmed=confirmed(states.get(view.id, {})),
            offered=states.get(view.id, {}).get(RegistrationState.OFFERED, 0),
            undeliverable=refused.get(view.id, 0),
            absences=absences.get(view.id, 0),
            attendance_to_note=pair.cancelled_at is None
            and pair.starts_at <= context.now
            and pair.attendance_noted_at is None
            and confirmed(states.get(view.id, {})) > 0,
        )
        for pair, view in zip(pairs, listing.pair_views(context, pairs), strict=True)
    )


def state_counts(
    session: Session, pair_ids: Sequence[int]
) -> dict[int, dict[RegistrationState, int]]:
    """How many registrations of each pair are in each state."""
    found = (
        select(Registration.pair_id, Registration.state, func.count())
        .where(Registration.pair_id.in_(pair_ids))
        .group_by(Registration.pair_id, Registration.state)
    )
    counts: dict[int, dict[RegistrationState, int]] = {}
    for pair_id, state, count in session.execute(found):
        counts.setdefault(pair_id or 0, {})[RegistrationState(state)] = count
    return counts


def confirmed(states: dict[RegistrationState, int]) -> int:
    """How many have a confirmed place."""
    return sum(states.get(state, 0) for state in PLACED)


def _absences(session: Session, pair_ids: Sequence[int]) -> dict[int, int]:
    found = (
        select(Registration.pair_id, func.count(Registration.id.distinct()))
        .join(Attendance, Attendance.registration_id == Registration.id)
        .where(
            Registration.pair_id.in_(pair_ids),
            Registration.state.in_(PLACED),
            Attendance.announced_absent_at.is_not(None),
        )
        .group_by(Registration.pair_id)
    )
    return {row[0] or 0: row[1] for row in session.execute(found)}


def _refused(session: Session, pair_ids: Sequence[int]) -> dict[int, int]:
    lost = registrants.lost_mails().subquery()
    found = (
        select(Registration.pair_id, func.count())
        .join(lost, lost.c.registration == Registration.id)
        .where(Registration.pair_id.in_(pair_ids), Registration.state.in_(SEATED))
        .group_by(Registration.pair_id)
    )
    return {row[0] or 0: row[1] for row in session.execute(found)}
