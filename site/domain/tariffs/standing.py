"""How sure a tariff is on a date, in words: what was read, until when, by whom."""

from dataclasses import dataclass
from datetime import date

from communaute.domain.tariffs.values import Row


SURE, LAST_KNOWN, UNSEEN_END, SECONDARY, ANNOUNCED, UNSURE_START = (
    *("sure", "last_known", "unseen_end", "secondary"),
    *("announced", "unsure_start"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How sure a row is on a date. `kind` is one of the words above, the weakest that holds.

    `doubt` is announced or secondary when nobody read the figure in its text, whatever the date.
    """

    kind: str
    verified_on: date
    doubt: str = ""
    valid_until: date | None = None

    @property
    def sure(self) -> bool:
        """Return whether the row may be called « le tarif »."""
        return self.kind == SURE


def standing(row: Row, day: date) -> Standing:
    """Return how sure a row is on `day` (the day asked about, today at the latest).

    A row without an end that was last seen before `day` is only the last known tariff; one whose
    end is known only by its successor was perhaps changed in between.
    """
    return Standing(_kind(row, day), row.verified_on, doubt(row), row.valid_until)


def _kind(row: Row, day: date) -> str:
    if row.valid_from is None:
        return UNSURE_START
    if day > row.verified_on:
        return LAST_KNOWN if row.valid_until is None else UNSEEN_END
    return doubt(row) or SURE


def doubt(row: Row) -> str:
    """Return how a figure that nobody read in its text is known; empty when it was read."""
    if row.nature == "annonce":
        return ANNOUNCED
    return SECONDARY if row.confidence == "secondary" else ""


def is_last_known(row: Row, day: date) -> bool:
    """Return whether the row must be confirmed on Légifrance before it is used on `day`."""
    return standing(row, day).kind in (LAST_KNOWN, UNSEEN_END)
