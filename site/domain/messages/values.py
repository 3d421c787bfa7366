"""What messages are made of, and our own rules on them: Chorus Pro published none."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from communaute.domain.structures.numbers import Siret
from communaute.models.messages import MessageState


LONGEST_SUBJECT, LONGEST_BODY, LONGEST_LINE, LONGEST_NOTE = 120, 6_000, 250, 500
# How long a message may be valid, from the day it leaves; and what is proposed.
LONGEST_VALIDITY, USUAL_VALIDITY = timedelta(days=365), timedelta(days=30)
MOST_RECIPIENTS = 500
# What an administrator may raise it to.
MOST_EVER = 20_000
# One sender writes to the same structure once in that time; corrections apart, of which there are few.
APART = timedelta(days=7)
MOST_CORRECTIONS = 2
RECALLABLE = timedelta(minutes=10)
OPENS, CLOSES = 7, 20
# Below it a count is « moins de 5 »: a figure must not name anybody.
FEWEST = 5
SAMPLES = 10


class Reason(StrEnum):
    """Why a structure with which invoices were exchanged is not written to."""

    DIRECTION = "direction"
    FILTERED = "filtered"
    INACTIVE = "inactive"
    RECENT = "recent"
    GONE = "gone"


@dataclass(frozen=True)
class Filters:
    """Which partners are wanted. `status` is a code, `service` one of the sender's own services."""

    service: str = ""
    since: date | None = None
    status: str = ""

    @property
    def is_all(self) -> bool:
        """Whether everybody is wanted."""
        return not (self.service or self.since or self.status)

    def as_json(self) -> dict[str, str]:
        """As a message keeps them."""
        kept = {
            "service": self.service,
            "since": self.since.isoformat() if self.since else "",
            "status": self.status,
        }
        return {name: value for name, value in kept.items() if value}

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> "Filters":
        """What as_json kept."""
        since = kept.get("since")
        return cls(
            kept.get("service", ""),
            date.fromisoformat(since) if since else None,
            kept.get("status", ""),
        )


@dataclass(frozen=True, slots=True)
class Partner:
    """A structure with which invoices were exchanged: how many, the last when."""

    id: int
    siret: Siret
    name: str
    invoices: int
    last_on: date
    # Whether anybody here may read what it is sent.
    has_people: bool


@dataclass(frozen=True)
class Audience:
    """Who is written to, and who is not, by reason."""

    partners: tuple[Partner, ...]
    left_out: dict[Reason, tuple[Partner, ...]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many structures."""
        return len(self.partners)

    @property
    def ids(self) -> frozenset[int]:
        """The identifiers of the structures written to."""
        return frozenset(one.id for one in self.partners)

    @property
    def without_people(self) -> int:
        """How many of them have nobody here yet."""
        return sum(1 for one in self.partners if not one.has_people)

    def page(self, number: int) -> tuple[Partner, ...]:
        """Ten of them."""
        start = (number - 1) * SAMPLES
        return self.partners[start : start + SAMPLES]

    @property
    def pages(self) -> int:
        """How many pages of ten there are."""
        return max(1, -(-self.count // SAMPLES))


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a sender has written, right or wrong: a draft keeps it."""

    subject: str = ""
    body: str = ""
    concerns: str = ""
    valid_until: date | None = None
    urgent: bool = False
    urgent_reason: str = ""
    what_changed: str = ""
    filters: Filters = Filters()


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """A file of a message, without its bytes."""

    id: int
    name: str
    kind: str
    size: int

    @property
    def is_image(self) -> bool:
        """Whether a browser may show it in the page."""
        return self.kind != "pdf"


@dataclass(frozen=True, kw_only=True)
class SentLine:
    """One of a structure's own messages, in its list."""

    id: int
    subject: str
    state: MessageState
    at: datetime
    valid_until: date | None
    recipients: int
    read: str
    is_correction: bool


def few(count: int) -> str:
    """A count that a sender may read: « moins de 5 » below five."""
    return str(count) if count >= FEWEST else f"moins de {FEWEST}"
