"""Which date counts: the requisition's, the service's, the act's, or nobody read which.

Until when a statement may be filed, and how sure a tariff is on a date.
"""

from dataclasses import dataclass
from datetime import date

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import WrongDate
from communaute.domain.tariffs.values import Row


REQUISITION, SERVICE, ACT, UNKNOWN = "requisition", "service", "act", "unknown"
# Our data starts with the euro.
FIRST_DAY = date(2002, 1, 1)


@dataclass(frozen=True, slots=True)
class Days:
    """The two dates of a request; one alone stands for both."""

    requisition: date
    service: date

    @property
    def differ(self) -> bool:
        """Return whether there are two dates."""
        return self.requisition != self.service


@dataclass(frozen=True, slots=True)
class Offer:
    """A row found on one date. `applies`: True, False, or None when nobody read the rule."""

    row: Row
    day: date
    applies: bool | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a series gives for two dates, and the date that counts."""

    series: str
    basis: str
    source: str
    offers: tuple[Offer, ...]

    @property
    def split(self) -> bool:
        """Return whether the two dates fall under different tariffs."""
        return len(self.offers) > 1 or any(offer.applies is False for offer in self.offers)


def days_of(requisition: date | None, service: date | None) -> Days | None:
    """Return the two dates, one standing for both; None when neither is given.

    Raises WrongDate when the service is before the requisition.
    """
    if requisition is None or service is None:
        one = requisition or service
        return Days(one, one) if one else None
    if service < requisition:
        raise WrongDate(
            "La prestation est datée d’avant la réquisition : vérifiez les deux dates.",
            field="service",
        )
    return Days(requisition, service)


def choose(catalogue: Catalogue, series: str, days: Days) -> Choice | None:
    """Return what a series gives for these dates; None when neither has a tariff."""
    early = catalogue.on(series, days.requisition)
    late = catalogue.on(series, days.service)
    found = [row for row in (early, late) if row is not None]
    if not found:
        return None
    said = found[-1]
    if len({row.date_basis for row in found}) > 1:  # they disagree: nobody knows
        said = next((row for row in found if row.date_basis == UNKNOWN), said)
        basis, source = UNKNOWN, said.date_basis_source
    else:
        basis, source = said.date_basis, said.date_basis_source
    if early is late:
        day = days.requisition if basis == REQUISITION else days.service
        return Choice(series, basis, source, (Offer(found[0], day, applies=True),))
    offers = (
        Offer(row, day, None if basis == UNKNOWN else (basis == REQUISITION) is first)
        for row, day, first in ((early, days.requisition, True), (late, days.service, False))
        if row is not None
    )
    return Choice(series, basis, source, tuple(offers))


def check_day(day: date | None, today: date) -> None:
    """Refuse a day that has no tariff here: before 2002, or to come. Raises WrongDate."""
    if day is not None and day < FIRST_DAY:
        raise WrongDate(
            "Les tarifs connus ici commencent le 1er janvier 2002 : choisissez une date "
            "plus récente, ou lisez l’ancien texte sur Légifrance."
        )
    if day is not None and day > today:
        raise WrongDate(
            f"Cette date est à venir : le tarif de ce jour-là n’est pas connu. Choisissez "
            f"une date jusqu’au {today:%d/%m/%Y}."
        )


# When a fee statement must be filed: one year from the end of the mission, where it applies.

# Code de procédure pénale, article 800: missions ended from 31 December 2020 on.
FIRST_END = date(2020, 12, 31)


def last_day_to_file(mission_end: date) -> date | None:
    """Return the last day to file the statement; None for a mission that the limit spares.

    One year from day to day; a mission ended on 29 February expires on 28 February (our reading
    of a year counted to a date that does not exist).
    """
    if mission_end < FIRST_END:
        return None
    try:
        return mission_end.replace(year=mission_end.year + 1)
    except ValueError:
        return date(mission_end.year + 1, 2, 28)


# How sure a tariff is on a date: what was read, until when.

LAST_KNOWN, UNSEEN_END, UNSURE_START = "last_known", "unseen_end", "unsure_start"
SECONDARY, ANNOUNCED = "secondary", "announced"


def standing(row: Row, day: date) -> str:
    """Return why a row may not hold on `day` (the day asked about, today at the latest); else "".

    A row without an end that was last seen before `day` is only the last known tariff; one whose
    end is known only by its successor was perhaps changed in between.
    """
    if row.valid_from is None:
        return UNSURE_START
    if day <= row.verified_on:
        return ""
    return LAST_KNOWN if row.valid_until is None else UNSEEN_END


def doubt(row: Row) -> str:
    """Return how a figure that nobody read in its text is known; empty when it was read."""
    if row.nature == "annonce":
        return ANNOUNCED
    return SECONDARY if row.confidence == "secondary" else ""


def is_last_known(row: Row, day: date) -> bool:
    """Return whether the row must be confirmed on Légifrance before it is used on `day`."""
    return standing(row, day) in (LAST_KNOWN, UNSEEN_END)
