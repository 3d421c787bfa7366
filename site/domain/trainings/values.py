"""What verbs of trainings take and give: plain values, moments in UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from communaute.models.trainings import RegistrationState


@dataclass(frozen=True, kw_only=True)
class TrainingPage:
    """What a verb needs of a training's Markdown page."""

    slug: str
    title: str
    theme: str


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """One session as everybody sees it."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    sequence: int = 0


@dataclass(frozen=True, kw_only=True)
class PairView:
    """One pair as everybody sees it. `open`: one may sign up, for a place or for the list.

    `left` counts places that nobody holds; `waiting` is the length of the training's list.
    """

    id: int
    training: str
    title: str
    theme: str
    sessions: tuple[SessionView, ...]
    capacity: int
    left: int
    waiting: int
    cancelled: bool
    open: bool

    @property
    def starts_at(self) -> datetime:
        """When the first session begins."""
        return self.sessions[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """When the last session ends."""
        return self.sessions[-1].ends_at

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self.left == 0

    @property
    def is_webinar(self) -> bool:
        """Whether it is one session, not two."""
        return len(self.sessions) == 1


@dataclass(frozen=True, kw_only=True)
class SignUpRequest:
    """What the form says, as typed. `trap` is the field that people do not see."""

    pair_id: int
    name: str
    email: str
    organisation: str
    siret: str = ""
    telephone: str = ""
    hopes: str = ""
    consent: bool = False
    accessibility: str = ""
    accessibility_consent: bool = False
    trap: str = ""


class SignUpKind(StrEnum):
    """What a sign-up came to."""

    HELD = "held"
    WAITING = "waiting"
    ALREADY = "already"


@dataclass(frozen=True, kw_only=True)
class SignUpOutcome:
    """What a sign-up came to, never with a link: only the mail carries it.

    HELD: a place is held until `until`. WAITING: `rank` in the list of `list_length`, and
    `elsewhere`, the pairs of the training that have places. ALREADY: this address has a request
    for this training; nothing changed. `words` says it in French.
    """

    kind: SignUpKind
    pair: PairView
    words: str
    email: str
    until: datetime | None = None
    rank: int | None = None
    list_length: int = 0
    elsewhere: tuple[PairView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One decision, in French words."""

    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class OwnSession:
    """One session of a person's place: with the virtual class, and what they announced."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    class_url: str
    announced_absent: bool
    present: bool | None
    begun: bool


@dataclass(frozen=True, kw_only=True)
class RegistrationView:
    """« Mon inscription »: what its owner sees. What may be done now is said by `can_…`.

    `until` is the end of a hold or of an offer. `pair` is the place held, confirmed or offered,
    or the last one had. `class_url` of `sessions` is empty without a confirmed place.
    """

    token: str
    state: RegistrationState
    training: str
    title: str
    name: str
    email: str
    organisation: str
    pair: PairView | None
    sessions: tuple[OwnSession, ...]
    until: datetime | None
    rank: int | None
    list_length: int
    over: bool
    can_confirm: bool
    can_answer_offer: bool
    can_leave_list: bool
    can_change: bool
    can_cancel: bool
    can_answer_satisfaction: bool
    has_attestation: bool
    choices: tuple[PairView, ...]
    log: tuple[LogLine, ...]


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
