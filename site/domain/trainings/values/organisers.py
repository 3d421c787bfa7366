"""What organisers plan, preview, see and count."""

from dataclasses import dataclass, field
from datetime import datetime

from communaute.domain.trainings.values.visitors import LogLine, PairView
from communaute.models.trainings import RegistrationState


@dataclass(frozen=True, kw_only=True)
class SessionTimes:
    """When one session begins and ends, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class PairPlan:
    """A pair to create: its sessions in order (one for a webinar)."""

    sessions: tuple[SessionTimes, ...]


@dataclass(frozen=True, kw_only=True)
class MailPreview:
    """One mail as it would be read, before it is sent: subject, template and what fills it."""

    subject: str
    template: str
    why: str
    context: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class NoticePreview:
    """« N personnes seront prévenues »: who, and the mail they would get (None when nobody)."""

    people: tuple["Registrant", ...]
    mail: MailPreview | None

    @property
    def count(self) -> int:
        """How many would be told."""
        return len(self.people)


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
    log: tuple[LogLine, ...]


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


@dataclass(frozen=True, kw_only=True)
class AttestationData:
    """What an attestation says: only sessions at which the person was seen."""

    name: str
    organisation: str
    title: str
    theme: str
    sessions: tuple[SessionTimes, ...]
    noted_at: datetime
    minutes: int


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
