"""What the verbs of a SIRET change answer: plain values, for the pages, the PDF and the .ics."""

from dataclasses import dataclass
from datetime import date, datetime

from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.values import StructureLine


@dataclass(frozen=True)
class Follows:
    """Something that the new structure takes over: « Services », how many, and which."""

    title: str
    count: int
    names: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Redo:
    """Something that is not copied, and what to do for it. `url` is a page that helps, or empty."""

    title: str
    names: tuple[str, ...]
    what_to_do: str
    url: str


@dataclass(frozen=True)
class Remaining:
    """Invoices that stay on the old structure in one status, and whose turn it is."""

    status: str
    label: str
    sent: int
    received: int
    who: str
    url: str


@dataclass(frozen=True)
class Side:
    """One side of before/after."""

    siret: Siret
    name: str
    active: bool
    services: int
    people: int
    spaces: int
    mandates: int
    connections: int


@dataclass(frozen=True)
class Preview:
    """Before and after, side by side: what follows, what must be redone, what stays."""

    structure: StructureLine
    new_siret: Siret
    effective_on: date
    before: Side
    after: Side
    follows: tuple[Follows, ...]
    redo: tuple[Redo, ...]
    remaining: tuple[Remaining, ...]

    @property
    def open_invoices(self) -> int:
        """How many invoices stay to be dealt with on the old structure."""
        return sum(one.sent + one.received for one in self.remaining)

    @property
    def changes(self) -> tuple[str, ...]:
        """What is not the same after, in words."""
        nic = f"{self.before.siret.nic} devient {self.after.siret.nic}"
        lost = (
            ("mandat de facturation", self.before.mandates, self.after.mandates),
            (
                "compte technique, raccordement, PACAGE",
                self.before.connections,
                self.after.connections,
            ),
        )
        again = (f"{name} (à refaire)" for name, before, after in lost if before != after)
        return (f"les 5 derniers chiffres du SIRET ({nic})", *again)


@dataclass(frozen=True)
class Todo:
    """One line of the receipt's numbered list. `due` is a day we advise, not a legal one."""

    number: int
    title: str
    what_to_do: str
    url: str
    due: date | None


@dataclass(frozen=True)
class Reminder:
    """One reminder, for the .ics: a whole day. `uid` never changes for a given receipt."""

    uid: str
    day: date
    title: str
    description: str


@dataclass(frozen=True)
class Announcement:
    """The ready-written message for « Mes messages »."""

    subject: str
    body: str


@dataclass(frozen=True)
class Receipt:
    """What was done, and what is left to do. The same each time it is opened."""

    code: str
    old: StructureLine
    new: StructureLine
    effective_on: date
    recorded_at: datetime
    follows: tuple[Follows, ...]
    redo: tuple[Redo, ...]
    # As they were at the moment of the change.
    remaining: tuple[Remaining, ...]
    todo: tuple[Todo, ...]
    reminders: tuple[Reminder, ...]
    announcement: Announcement
    practice: bool
    undoable: bool


@dataclass(frozen=True)
class Choice:
    """A structure in the walkthrough's first step: `why_not` is empty when it may be changed."""

    structure: StructureLine
    why_not: str
    draft_step: int
