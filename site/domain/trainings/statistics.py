"""Figures for organisers: by theme and month, and what people thought."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from communaute.domain.trainings import overview
from communaute.french.dates import PARIS
from communaute.models.trainings import (
    IN_LIST,
    PLACED,
    Attendance,
    Registration,
    RegistrationState,
    Satisfaction,
    SessionPair,
    Training,
    TrainingSession,
)


# The latest that are shown, of all themes together.
MOST_COMMENTS = 200


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """One theme in one month (of the first session, in Paris)."""

    theme: str
    month: str  # 2026-11
    pairs: int
    capacity: int
    confirmed: int
    attended: int
    cancelled: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class SatisfactionRow:
    """What people answered about one theme; means over 4, or None without an answer."""

    theme: str
    answers: int
    expectations: float | None
    autonomy: float | None
    comments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """By theme and month, in order of month then theme; satisfaction by theme."""

    months: tuple[MonthRow, ...]
    satisfaction: tuple[SatisfactionRow, ...]
    waiting: dict[str, int] = field(default_factory=dict)  # theme: people in the list now


def statistics(session: Session, *, since: str = "", until: str = "") -> Statistics:
    """Figures by theme and month; `since` and `until` are months as 2026-11, inclusive."""
    months = [
        row
        for row in _months(session)
        if (not since or row.month >= since) and (not until or row.month <= until)
    ]
    return Statistics(
        months=tuple(sorted(months, key=lambda row: (row.month, row.theme))),
        satisfaction=_satisfaction(session),
        waiting=_waiting(session),
    )


def _months(session: Session) -> list[MonthRow]:
    found = select(SessionPair).options(
        joinedload(SessionPair.training), joinedload(SessionPair.sessions)
    )
    pairs = session.scalars(found).unique().all()
    states = overview.state_counts(session, [pair.id for pair in pairs])
    came = _came(session)
    groups: dict[tuple[str, str], list[SessionPair]] = defaultdict(list)
    for pair in pairs:
        month = f"{pair.starts_at.astimezone(PARIS):%Y-%m}"
        groups[pair.training.theme, month].append(pair)
    return [_month(theme, month, group, states, came) for (theme, month), group in groups.items()]


def _month(
    theme: str,
    month: str,
    pairs: Sequence[SessionPair],
    states: dict[int, dict[RegistrationState, int]],
    came: dict[int, int],
) -> MonthRow:
    held = [pair for pair in pairs if pair.cancelled_at is None]
    return MonthRow(
        theme=theme,
        month=month,
        pairs=len(held),
        capacity=sum(pair.capacity for pair in held),
        confirmed=sum(overview.confirmed(states.get(pair.id, {})) for pair in held),
        attended=sum(came.get(pair.id, 0) for pair in held),
        cancelled=len(pairs) - len(held),
        minutes=sum(
            int((each.ends_at - each.starts_at).total_seconds()) // 60
            for pair in held
            for each in pair.sessions
        ),
    )


def _came(session: Session) -> dict[int, int]:
    """How many people of each pair were seen at all its sessions."""
    seen = select(Attendance.id).where(
        Attendance.registration_id == Registration.id,
        Attendance.session_id == TrainingSession.id,
        Attendance.present.is_(True),
    )
    missed = select(TrainingSession.id).where(
        TrainingSession.pair_id == Registration.pair_id,
        ~seen.correlate(Registration, TrainingSession).exists(),
    )
    found = (
        select(Registration.pair_id, func.count())
        .where(Registration.state.in_(PLACED), Registration.pair_id.is_not(None), ~missed.exists())
        .group_by(Registration.pair_id)
    )
    return {row[0] or 0: row[1] for row in session.execute(found)}


def _satisfaction(session: Session) -> tuple[SatisfactionRow, ...]:
    means = (func.avg(Satisfaction.expectations), func.avg(Satisfaction.autonomy))
    counted = _of_themes(select(Training.theme, func.count(), *means)).group_by(Training.theme)
    latest = _of_themes(select(Training.theme, Satisfaction.comment))
    latest = latest.where(Satisfaction.comment != "").order_by(Satisfaction.id.desc())
    comments: dict[str, list[str]] = defaultdict(list)
    for theme, comment in session.execute(latest.limit(MOST_COMMENTS)):
        comments[theme].append(comment)
    return tuple(
        SatisfactionRow(
            theme=theme,
            answers=answers,
            expectations=float(expectations),
            autonomy=float(autonomy),
            comments=tuple(comments[theme]),
        )
        for theme, answers, expectations, autonomy in session.execute(
            counted.order_by(Training.theme)
        )
    )


def _of_themes(found: Any) -> Any:  # noqa: ANN401  # a Select of any columns
    """What is selected of answers, with the training they are about."""
    return (
        found.select_from(Satisfaction)
        .join(Registration, Registration.id == Satisfaction.registration_id)
        .join(Training, Training.id == Registration.training_id)
    )


def _waiting(session: Session) -> dict[str, int]:
    found = (
        select(Training.theme, func.count())
        .join(Registration, Registration.training_id == Training.id)
        .where(Registration.state.in_(IN_LIST))
        .group_by(Training.theme)
        .order_by(Training.theme)
    )
    return {row[0]: row[1] for row in session.execute(found)}
