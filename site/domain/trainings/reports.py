"""For organisers: registrants as rows, addresses that mails do not reach, statistics."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from communaute.domain.clock import PARIS
from communaute.domain.trainings import overview, reaching, registrants
from communaute.domain.trainings.values import (
    AttendanceMark,
    MonthRow,
    Registrant,
    SatisfactionRow,
    Statistics,
    Undeliverable,
)
from communaute.models.trainings import (
    IN_LIST,
    PLACED,
    SEATED,
    Attendance,
    Registration,
    RegistrationState,
    Satisfaction,
    SessionPair,
    Training,
)


STATES = {
    RegistrationState.HELD: "à confirmer",
    RegistrationState.CONFIRMED: "confirmée",
    RegistrationState.PAST: "confirmée",
    RegistrationState.OFFERED: "proposée",
    RegistrationState.WAITING: "en attente",
    RegistrationState.EXPIRED: "non confirmée à temps",
    RegistrationState.CANCELLED: "annulée",
    RegistrationState.LEFT: "sortie de la liste",
}
HEADER = ["Nom", "Adresse électronique", "Organisation", "SIRET", "Téléphone", "Attentes", "Place"]
HEADER += ["Inscription", "Confirmation"]


def csv_rows(session: Session, pair_id: int, now: datetime) -> list[list[str]]:
    """The registrants of a pair, header first, as typed: whoever writes the file makes cells safe.

    Accessibility needs stay on the page. Raises PairUnknown.
    """
    pair = overview.known_pair(session, pair_id)
    titles = [f"Séance {each.number}" for each in pair.sessions]
    rows = [_row(each) for each in registrants.of_pair(session, pair)]
    return [[*HEADER, *titles], *rows]


def _row(each: Registrant) -> list[str]:
    return [
        each.name,
        each.email,
        each.organisation,
        each.siret,
        each.telephone,
        each.hopes,
        STATES[each.state],
        _day(each.created_at),
        _day(each.confirmed_at),
        *(_presence(mark) for mark in each.attendance),
    ]


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M}" if moment else ""


def _presence(mark: AttendanceMark) -> str:
    if mark.present is None:
        return "a dit ne pas pouvoir venir" if mark.announced_absent else ""
    return "présent" if mark.present else "absent"


def undeliverable(
    session: Session, *, pair_id: int | None = None, now: datetime | None = None
) -> tuple[Undeliverable, ...]:
    """The people whose last mail was refused or is in doubt: of one pair, or of all not over."""
    found = select(Registration).outerjoin(SessionPair).where(Registration.erased_at.is_(None))
    if pair_id is not None:
        found = found.where(Registration.pair_id == pair_id, Registration.state.in_(SEATED))
    else:
        found = found.where(Registration.state.in_({*SEATED, *IN_LIST}))
    if now is not None:
        found = found.where(SessionPair.id.is_(None) | (SessionPair.ends_at > now))
    rows = session.scalars(found.order_by(Registration.id)).all()
    refused = reaching.refusals(session, rows)
    return tuple(
        Undeliverable(
            registration_id=row.id,
            name=row.name,
            email=row.email,
            telephone=row.telephone,
            organisation=row.organisation,
            subject=mail.subject,
            said=mail.outcome,
            at=mail.settled_at,
        )
        for row in rows
        if (mail := refused.get(row.id)) is not None
    )


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
    """How many people of each pair were seen at one session at least."""
    found = (
        select(Registration.pair_id, func.count(Registration.id.distinct()))
        .join(Attendance, Attendance.registration_id == Registration.id)
        .where(Attendance.present.is_(True), Registration.state.in_(PLACED))
        .group_by(Registration.pair_id)
    )
    return {row[0] or 0: row[1] for row in session.execute(found)}


def _satisfaction(session: Session) -> tuple[SatisfactionRow, ...]:
    answers = (Satisfaction.expectations, Satisfaction.autonomy, Satisfaction.comment)
    found = (
        select(Training.theme, *answers)
        .select_from(Satisfaction)
        .join(Registration, Registration.id == Satisfaction.registration_id)
        .join(Training, Training.id == Registration.training_id)
        .order_by(Training.theme, Satisfaction.id.desc())
    )
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(found):
        groups[row[0]].append(row)
    return tuple(
        SatisfactionRow(
            theme=theme,
            answers=len(rows),
            expectations=sum(row[1] for row in rows) / len(rows),
            autonomy=sum(row[2] for row in rows) / len(rows),
            comments=tuple(row[3] for row in rows if row[3]),
        )
        for theme, rows in groups.items()
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
