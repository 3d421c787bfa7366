"""The people of a pair and of a waiting list as organisers see them, and whom mails do not reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Integer, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from communaute.domain.trainings import mails, places
from communaute.domain.trainings.context import Context
from communaute.french.dates import PARIS
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.trainings import (
    IN_LIST,
    SEATED,
    AccessibilityNeed,
    Attendance,
    Registration,
    RegistrationState,
    SessionPair,
    Training,
    TrainingSession,
)


# A registration that was cancelled or left to expire is shown too: the organiser sees who gave up.
ENDED = (RegistrationState.CANCELLED, RegistrationState.EXPIRED)
NOT_ARRIVED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
# People shown at once in a list to telephone through.
MOST_SHOWN = 200
# Not sent because it was of no more use: that says nothing of the address.
DROPPED = "too late to be of use"
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


@dataclass(frozen=True, kw_only=True)
class AttendanceMark:
    """What is known of one person at one session."""

    session_id: int
    number: int
    announced_absent: bool
    present: bool | None


@dataclass(frozen=True, kw_only=True)
class Registrant:
    """One person as the organiser sees them."""

    id: int
    state: RegistrationState
    name: str
    email: str
    organisation: str
    siret: str
    telephone: str
    hopes: str
    accessibility: str
    created_at: datetime
    confirmed_at: datetime | None
    until: datetime | None
    rank: int | None = None
    attendance: tuple[AttendanceMark, ...] = ()
    undeliverable: str = ""


@dataclass(frozen=True, kw_only=True)
class Undeliverable:
    """An address that mails do not reach: to be reached otherwise."""

    registration_id: int
    name: str
    email: str
    telephone: str
    organisation: str
    subject: str
    said: str
    at: datetime | None


def of_pair(session: Session, pair: SessionPair) -> tuple[Registrant, ...]:
    """Everybody who has or had a place of the pair: first those who have, by name."""
    found = select(Registration).where(
        Registration.pair_id == pair.id,
        Registration.state.in_((*SEATED, *ENDED)),
        Registration.erased_at.is_(None),
    )
    rows = sorted(session.scalars(found), key=lambda r: (r.state in ENDED, r.name.casefold(), r.id))
    ranks = {row.id: places.rank_of(session, row) for row in rows if row.number is not None}
    return _described(session, rows, pair.sessions, ranks)


def in_line(
    session: Session, training: str, *, limit: int | None = None, offset: int = 0
) -> tuple[Registrant, ...]:
    """The waiting list of a training, by its slug, in order; empty for an unknown one."""
    ordered = _waits(training).order_by(Registration.number).limit(limit).offset(offset)
    rows = session.scalars(ordered).all()
    return _described(
        session, rows, (), {row.id: rank for rank, row in enumerate(rows, offset + 1)}
    )


def line_length(session: Session, training: str) -> int:
    """How many people are in a training's waiting list."""
    return session.scalar(_waits(training).with_only_columns(func.count())) or 0


def _waits(training: str) -> Select[Registration]:
    found = select(Registration).join(Training, Training.id == Registration.training_id)
    return found.where(Training.slug == training, Registration.state.in_(IN_LIST))


def _described(
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
    refused = refusals(session, rows)
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


def refusals(session: Session, rows: Sequence[Registration]) -> Mapping[int, Delivery]:
    """The last mail about each registration, where it did not arrive."""
    by_subject = {mails.about(row): row.id for row in rows}
    # Said of the others: SQLite, told of states, would read all the mails that are in them.
    untried = set(DeliveryState) - {*NOT_ARRIVED, DeliveryState.SENT}
    found = select(Delivery).where(
        Delivery.about.in_(by_subject), Delivery.state.not_in(untried), Delivery.outcome != DROPPED
    )
    last: dict[int, Delivery] = {}
    for each in session.scalars(found.order_by(Delivery.settled_at, Delivery.id)):
        last[by_subject[each.about or ""]] = each
    return {row: each for row, each in last.items() if each.state in NOT_ARRIVED}


def lost_mails() -> Select[int, int]:
    """Each registration whose last mail did not arrive, with that mail: counted where they are.

    Begins with the mails that are lost, which are few, and not with the registrations.
    """
    later = aliased(Delivery)
    after = or_(
        later.settled_at > Delivery.settled_at,
        and_(later.settled_at == Delivery.settled_at, later.id > Delivery.id),
    )
    replaced = select(later.id).where(
        later.about == Delivery.about,
        later.state.in_((*NOT_ARRIVED, DeliveryState.SENT)),
        later.outcome != DROPPED,
        after,
    )
    ours = Delivery.about.startswith(mails.ABOUT)
    number = cast(func.substr(Delivery.about, len(mails.ABOUT) + 1), Integer)
    return select(case((ours, number)).label("registration"), Delivery.id.label("mail")).where(
        Delivery.state.in_(NOT_ARRIVED), Delivery.outcome != DROPPED, ours, ~replaced.exists()
    )


def _unreached(pair_id: int | None) -> Select[Registration, Delivery]:
    lost = lost_mails().subquery()
    found = (
        select(Registration, Delivery)
        .join(lost, lost.c.registration == Registration.id)
        .join(Delivery, Delivery.id == lost.c.mail)
        .where(Registration.erased_at.is_(None))
    )
    if pair_id is not None:
        return found.where(Registration.pair_id == pair_id, Registration.state.in_(SEATED))
    return found.where(Registration.state.in_({*SEATED, *IN_LIST}))


def unreached(session: Session) -> int:
    """How many people mails do not reach."""
    found = _unreached(None).with_only_columns(func.count())
    return session.scalar(found) or 0


def undeliverable(
    session: Session, *, pair_id: int | None = None, limit: int = MOST_SHOWN
) -> tuple[Undeliverable, ...]:
    """The people whose last mail was refused or is in doubt: of one pair, or of all; `limit` at most."""
    found = _unreached(pair_id).order_by(Registration.id).limit(limit)
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
        for row, mail in session.execute(found)
    )


def csv_rows(context: Context, pair_id: int) -> list[list[str]]:
    """The registrants of a pair, header first, as typed: whoever writes the file makes cells safe.

    Accessibility needs stay on the page. Raises PairUnknown.
    """
    pair = places.known_pair(context.session, pair_id)
    titles = [f"Séance {each.number}" for each in pair.sessions]
    rows = [_row(each) for each in of_pair(context.session, pair)]
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
