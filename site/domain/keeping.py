"""What a feature says of the data it keeps: the values that domain/retention.py collects.

A feature exports `RULES` (how long, and what erases it in time) and `HOLDINGS` (what is given to a
person, and what goes with their account).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete
from sqlalchemy.orm import Session

from communaute.models.accounts import User


# Erases what is past its time at a moment; answers how many rows.
Purge = Callable[[Session, datetime], int]
# Everything of one kind about a person, as JSON.
Export = Callable[[Session, User], Any]
# Erases it, before the account itself goes.
Erase = Callable[[Session, User], None]
UNITS = (
    (timedelta(days=365), "an", "ans", "un"),
    (timedelta(days=7), "semaine", "semaines", "une"),
    (timedelta(days=1), "jour", "jours", "un"),
    (timedelta(hours=1), "heure", "heures", "une"),
    (timedelta(minutes=1), "minute", "minutes", "une"),
)


def period_in_words(period: timedelta) -> str:
    """`un an`, `30 jours`, `24 heures`: the largest unit of which the period is a whole number.

    Raises ValueError for a period that is no whole number of minutes.
    """
    if period == timedelta(days=1):
        return "24 heures"
    for unit, singular, plural, one in UNITS:
        if period >= unit and not period % unit:
            count = period // unit
            return f"{one} {singular}" if count == 1 else f"{count} {plural}"
    raise ValueError(f"no whole number of minutes: {period.total_seconds()} s")


def with_periods(sentence: str, periods: tuple[timedelta, ...]) -> str:
    """The sentence with each `{}` replaced by a period in words, its first letter a capital."""
    told = sentence.format(*(period_in_words(period) for period in periods))
    return told[:1].upper() + told[1:]


@dataclass(frozen=True)
class Rule:
    """What is kept, why, on what legal basis and how long, in French for the page.

    `how_long` has a `{}` for each of `periods`, which are those that `purge` applies: the page and the
    job cannot disagree.
    """

    name: str
    what: str
    why: str
    legal_basis: str
    how_long: str
    purge: Purge
    periods: tuple[timedelta, ...] = ()

    @property
    def kept(self) -> str:
        """How long, in words."""
        return with_periods(self.how_long, self.periods)


def nothing(_session: Session, _user: User) -> None:
    """Goes with the account's own rows."""


@dataclass(frozen=True)
class Holding:
    """One kind of data about a person. `survives` says in French what stays, and why; or empty.

    `tables` are those it speaks for: a test walks every table that names an account or an address.
    """

    name: str
    export: Export
    erase: Erase = nothing
    survives: str = ""
    periods: tuple[timedelta, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def kept(self) -> str:
        """What stays once the account is erased, and why; empty when nothing does."""
        return with_periods(self.survives, self.periods)


def erased(session: Session, statement: Delete) -> int:
    """Carry out a deletion; answers how many rows it erased."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount
