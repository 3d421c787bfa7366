"""The people of a pair as organisers see them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import places, reaching
from communaute.domain.trainings.values import AttendanceMark, Registrant
from communaute.models.trainings import (
    SEATED,
    AccessibilityNeed,
    Attendance,
    Registration,
    RegistrationState,
    SessionPair,
    TrainingSession,
)


# A registration that was cancelled or left to expire is shown too: the organiser sees who gave up.
ENDED = (RegistrationState.CANCELLED, RegistrationState.EXPIRED)


def of_pair(session: Session, pair: SessionPair) -> tuple[Registrant, ...]:
    """Everybody who has or had a place of the pair: first those who have, by name."""
    found = select(Registration).where(
        Registration.pair_id == pair.id,
        Registration.state.in_((*SEATED, *ENDED)),
        Registration.erased_at.is_(None),
    )
    rows = sorted(session.scalars(found), key=lambda r: (r.state in ENDED, r.name.casefold(), r.id))
    ranks = {row.id: places.rank_of(session, row) for row in rows if row.number is not None}
    return described(session, rows, pair.sessions, ranks)


def in_line(session: Session, training_id: int) -> tuple[Registrant, ...]:
    """The waiting list of a training, in order."""
    found = select(Registration).where(
        Registration.training_id == training_id,
        Registration.state.in_((RegistrationState.WAITING, RegistrationState.OFFERED)),
    )
    rows = session.scalars(found.order_by(Registration.number)).all()
    return described(session, rows, (), {row.id: rank for rank, row in enumerate(rows, 1)})


def described(
    session: Session,
    rows: Sequence[Registration],
    sessions: Sequence[TrainingSession],
    ranks: Mapping[int, int | None],
) -> tuple[Registrant, ...]:
    """Registrations with what hangs on them, in a handful of queries."""
    ids = [row.id for row in rows]
    found = select(AccessibilityNeed).where(AccessibilityNeed.registration_id.in_(ids))
    needs = {need.registration_id: need.need for need in session.scalars(found)}
    marks = _marks(session, ids)
    refused = reaching.refusals(session, rows)
    return tuple(
        replace(
            _registrant(row),
            accessibility=needs.get(row.id, ""),
            rank=ranks.get(row.id),
            attendance=tuple(_mark(marks, row, each) for each in sessions),
            undeliverable=refused[row.id].outcome if row.id in refused else "",
        )
        for row in rows
    )


def _registrant(row: Registration) -> Registrant:
    """What stands in the row itself."""
    return Registrant(
        id=row.id,
        state=RegistrationState(row.state),
        name=row.name,
        email=row.email,
        organisation=row.organisation,
        siret=row.siret,
        telephone=row.telephone,
        hopes=row.hopes,
        accessibility="",
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        until=row.until,
    )


def _marks(session: Session, ids: Sequence[int]) -> Mapping[tuple[int, int], Attendance]:
    found = select(Attendance).where(Attendance.registration_id.in_(ids))
    return {(mark.registration_id, mark.session_id): mark for mark in session.scalars(found)}


def _mark(
    marks: Mapping[tuple[int, int], Attendance], row: Registration, each: TrainingSession
) -> AttendanceMark:
    mark = marks.get((row.id, each.id))
    return AttendanceMark(
        session_id=each.id,
        number=each.number,
        announced_absent=mark is not None and mark.announced_absent_at is not None,
        present=mark.present if mark else None,
    )
