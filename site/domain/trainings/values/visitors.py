"""What everybody sees, what the form says, what the owner of a registration sees."""

from dataclasses import dataclass
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
