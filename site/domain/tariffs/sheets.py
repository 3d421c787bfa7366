"""A calculation laid out: lines with their sum, article and warning; kept under a link, as JSON.

A link answers the same euro for ever, whatever changes since.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import doubt, is_last_known
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.loading import stored_period
from communaute.domain.tariffs.values import Row
from communaute.models.tariffs import SavedCalculation


# 96 bits: a link cannot be guessed.
TOKEN_BYTES = 12


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line: what, the sum spelt out, euros, the rows and articles it rests on.

    `to_confirm` is the last day on which the tariff was seen in force, or empty when sure;
    `doubt` is how a tariff is known when it was not read in its text (a word of dates.py).
    `period`, `extras` (the surcharges in words), `letters` (the values used, each in a
    sentence), `verified` (the last day on which the rows were seen in force) and `deduced`
    (the letters that no text gave) are kept too: a kept sheet says the same whatever becomes
    of the rows.
    """

    label: str
    sum: str
    amount: str
    tariffs: tuple[str, ...]
    text: str
    to_confirm: str
    doubt: str = ""
    period: tuple[str, str] = ("", "")
    extras: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    deduced: tuple[str, ...] = ()
    article: str = ""
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole calculation, as it is shown and kept."""

    kind: str
    total: str
    lines: tuple[SheetLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def to_confirm(self) -> str:
        """The earliest day on which a tariff was last seen in force; empty when all are sure."""
        return min((line.to_confirm for line in self.lines if line.to_confirm), default="")

    @property
    def verified(self) -> str:
        """The earliest day on which every tariff was seen in force; empty when that was not kept."""
        days = [line.verified for line in self.lines]
        return min(days) if all(days) else ""

    @property
    def doubts(self) -> tuple[str, ...]:
        """How the tariffs that nobody read in their text are known, each said once."""
        return tuple(dict.fromkeys(line.doubt for line in self.lines if line.doubt))

    @property
    def letters(self) -> tuple[str, ...]:
        """The values of the letters used, each said once."""
        return tuple(dict.fromkeys(said for line in self.lines for said in line.letters))

    @property
    def deduced(self) -> tuple[str, ...]:
        """The letters whose value no text gave."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.deduced))

    @property
    def tariffs(self) -> tuple[str, ...]:
        """Every row used, once."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.tariffs))

    def as_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Sheet":
        """Return the sheet that was kept."""
        lines = []
        for line in kept["lines"]:
            # JSON's lists are the tuples they were.
            said: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in line.items()
            }
            lines.append(SheetLine(**said))
        return cls(kept["kind"], kept["total"], tuple(lines), tuple(kept["notes"]))


def sheet_line(
    label: str, spelled: str, amount: Decimal, rows: tuple[Row, ...], day: date
) -> SheetLine:
    """Return a line that keeps all that is to be said of the rows on a day, the main one first."""
    doubtful = [row.verified_on for row in rows if is_last_known(row, day)]
    return SheetLine(
        label=label,
        sum=spelled,
        amount=str(amount),
        tariffs=tuple(row.id for row in rows),
        text=rows[0].text,
        to_confirm=min(doubtful).isoformat() if doubtful else "",
        doubt=next(filter(None, (doubt(row) for row in rows)), ""),
        period=(_iso(rows[0].valid_from), _iso(rows[0].valid_until)),
        extras=tuple(row.service for row in rows[1:]),
        article=rows[0].articles[0] if rows[0].articles else "",
        verified=min(row.verified_on for row in rows).isoformat(),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept calculation: what was asked, what was answered, when."""

    token: str
    question: Mapping[str, str]
    sheet: Sheet
    saved_at: datetime


def keep_calculation(
    session: Session,
    catalogue: Catalogue,
    sheet: Sheet,
    question: Mapping[str, str],
    now: datetime,
) -> str:
    """Keep a calculation and return the end of its link. The caller commits."""
    first = stored_period(session, catalogue, sheet.tariffs[0], now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SavedCalculation(
            token=token,
            kind=sheet.kind,
            question=dict(question),
            answer=sheet.as_json(),
            period_id=first.id,
            saved_at=now,
        )
    )
    return token


def kept_calculation(session: Session, token: str) -> Kept:
    """Return the calculation kept under a link. Raises UnknownName."""
    kept = session.get(SavedCalculation, token)
    if kept is None:
        raise UnknownName("Ce lien ne mène à aucun calcul gardé.")
    return Kept(kept.token, kept.question, Sheet.from_json(kept.answer), kept.saved_at)
