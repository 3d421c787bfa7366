"""Organisers' pages as values: a pair whole, many pairs at a glance."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from communaute.domain.trainings import listing, places, reaching, registrants, views
from communaute.domain.trainings.errors import PairUnknown
from communaute.domain.trainings.values import PairDetails, PairSummary, Registrant
from communaute.models.trainings import (
    PLACED,
    SEATED,
    Attendance,
    PlaceDecision,
    Registration,
    RegistrationState,
    SessionPair,
    Training,
)


def pair_details(session: Session, pair_id: int, now: datetime) -> PairDetails:
    """One pair with its people, their needs, their attendance and the log. Raises PairUnknown."""
    pair = known_pair(session, pair_id)
    states = state_counts(session, [pair.id]).get(pair.id, {})
    return PairDetails(
        pair=views.pair_views(session, (pair,), now)[0],
        held=states.get(RegistrationState.HELD, 0),
        confirmed=confirmed(states),
        offered=states.get(RegistrationState.OFFERED, 0),
        cancel_reason=pair.cancel_reason,
        class_urls=tuple(each.class_url for each in pair.sessions),
        attendance_noted_at=pair.attendance_noted_at,
        registrants=registrants.of_pair(session, pair),
        log=views.log_of(session, PlaceDecision.pair_id == pair.id),
    )


def known_pair(session: Session, pair_id: int) -> SessionPair:
    """A pair. Raises PairUnknown."""
    pair = session.get(SessionPair, pair_id) if 0 < pair_id <= places.LARGEST_ID else None
    if pair is None:
        raise PairUnknown("Cette session n’existe pas.")
    return pair


def waiting_list(session: Session, training: str) -> tuple[Registrant, ...]:
    """The waiting list of a training, by its slug, in order; empty for an unknown one."""
    found = session.scalar(select(Training.id).where(Training.slug == training))
    return registrants.in_line(session, found) if found else ()


def summaries(
    session: Session, now: datetime, *, month: str = "", past: bool = False, training: str = ""
) -> tuple[PairSummary, ...]:
    """The pairs at a glance: those to come or under way, or (`past`) those that are over.

    `month` (2026-11, in Paris) gives that month whatever the rest. Raises InvalidDates.
    """
    found = select(SessionPair).options(
        joinedload(SessionPair.training), selectinload(SessionPair.sessions)
    )
    if training:
        found = found.join(Training).where(Training.slug == training)
    if month:
        found = found.where(listing.in_month(month))
    else:
        found = found.where(SessionPair.ends_at <= now if past else SessionPair.ends_at > now)
    order = SessionPair.starts_at.desc() if past and not month else SessionPair.starts_at
    return summarised(session, session.scalars(found.order_by(order, SessionPair.id)).all(), now)


def summarised(
    session: Session, pairs: Sequence[SessionPair], now: datetime
) -> tuple[PairSummary, ...]:
    """Pairs with their counts, in a handful of queries."""
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
            and pair.starts_at <= now
            and pair.attendance_noted_at is None
            and confirmed(states.get(view.id, {})) > 0,
        )
        for pair, view in zip(pairs, views.pair_views(session, pairs, now), strict=True)
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
    found = select(Registration).where(
        Registration.pair_id.in_(pair_ids), Registration.state.in_(SEATED)
    )
    rows = session.scalars(found).all()
    refused = reaching.refusals(session, rows)
    counts: dict[int, int] = {}
    for row in rows:
        if row.id in refused and row.pair_id is not None:
            counts[row.pair_id] = counts.get(row.pair_id, 0) + 1
    return counts
