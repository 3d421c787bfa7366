"""Which date counts: the requisition's, the service's, the act's, or nobody read which."""

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
            "La prestation est datée d’avant la réquisition\u202f: vérifiez les deux dates."
        )
    return Days(requisition, service)


def choose(catalogue: Catalogue, series: str, days: Days) -> Choice | None:
    """Return what a series gives for these dates; None when neither has a tariff."""
    early = catalogue.on(series, days.requisition)
    late = catalogue.on(series, days.service)
    found = [row for row in (early, late) if row is not None]
    if not found:
        return None
    basis, source = _basis(found)
    if early is late:
        day = days.requisition if basis == REQUISITION else days.service
        return Choice(series, basis, source, (Offer(found[0], day, applies=True),))
    offers = (
        Offer(row, day, _applies(basis, name))
        for row, day, name in (
            (early, days.requisition, REQUISITION),
            (late, days.service, SERVICE),
        )
        if row is not None
    )
    return Choice(series, basis, source, tuple(offers))


def _basis(rows: list[Row]) -> tuple[str, str]:
    """Return the date that counts for these rows, unknown as soon as they disagree."""
    known = {row.date_basis for row in rows}
    row = rows[-1]
    if len(known) == 1:
        return row.date_basis, row.date_basis_source
    unread = next((row for row in rows if row.date_basis == UNKNOWN), row)
    return UNKNOWN, unread.date_basis_source


def _applies(basis: str, which: str) -> bool | None:
    if basis == UNKNOWN:
        return None
    return (basis == REQUISITION) == (which == REQUISITION)


def read_day(text: str, today: date) -> date | None:
    """Return the date typed, as 2021-01-31 (web/dates.py reads the French ways); None for nothing.

    Raises WrongDate: not a date, before 2002, or to come.
    """
    typed = text.strip()
    if not typed:
        return None
    day = _calendar_day(typed)
    if day < FIRST_DAY:
        raise WrongDate(
            "Les tarifs connus ici commencent le 1er janvier 2002\u202f: choisissez une date "
            "plus récente, ou lisez l’ancien texte sur Légifrance."
        )
    if day > today:
        raise WrongDate(
            f"Cette date est à venir\u202f: le tarif de ce jour-là n’est pas connu. Choisissez "
            f"une date jusqu’au {today:%d/%m/%Y}."
        )
    return day


def _calendar_day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise WrongDate(
            f"«\u202f{typed[:20]}\u202f» n’est pas une date du calendrier\u202f: écrivez-la comme "
            "31/01/2021."
        ) from None
