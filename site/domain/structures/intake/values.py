"""What the intake is told, and what it answers, line by line."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.statuses import Status
from communaute.models.structures import Nature


class Kind(StrEnum):
    """What an event is about."""

    STRUCTURE = "structure"
    INVOICE = "invoice"
    STATUS = "status"


class Result(StrEnum):
    """What became of an event.

    `waiting`: taken, kept until what it is about comes (a structure, an invoice).
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WAITING = "waiting"
    REFUSED = "refused"


class LineRefused(Exception):
    """Why an event is refused: a French sentence."""


class Waits(Exception):
    """What the event is about is not known yet: `on` names it, the text says it in French."""

    def __init__(self, on: str, reason: str) -> None:
        self.on = on
        super().__init__(reason)


@dataclass(frozen=True)
class Outcome:
    """What became of one event; `reason` says why it is refused or waits, in French."""

    id: str
    result: Result
    reason: str = ""


@dataclass(frozen=True)
class ToldService:
    """A service of a structure."""

    code: str
    name: str
    active: bool


@dataclass(frozen=True)
class ToldStructure:
    """A structure as it is at `at`. `services` None: nothing is said of them."""

    id: str
    at: datetime
    siret: Siret
    name: str
    nature: Nature
    local_authority: bool
    active: bool
    services: tuple[ToldService, ...] | None
    raw: dict[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class ToldInvoice:
    """An invoice as it is at `at`, its first status included."""

    id: str
    at: datetime
    number: str
    sender: Siret
    recipient: Siret
    service: str
    amount: Decimal
    issued_on: date
    status: Status
    reason: str
    raw: dict[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class ToldStatus:
    """A status of an invoice. `year` None: the only invoice of that sender and number."""

    id: str
    at: datetime
    number: str
    sender: Siret
    year: int | None
    status: Status
    reason: str
    raw: dict[str, Any] = field(compare=False, repr=False)


Told = ToldStructure | ToldInvoice | ToldStatus
