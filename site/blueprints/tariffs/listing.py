"""Many tariffs as a table: grouped by series, what applies or may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from communaute.blueprints.tariffs import wording
from communaute.blueprints.tariffs.presenting import TO_CONFIRM, view
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Offer
from communaute.domain.tariffs.standing import is_last_known
from communaute.domain.tariffs.surcharges import valued
from communaute.domain.tariffs.values import Row


@dataclass(frozen=True)
class Listed:
    """A series in a list: its periods that fit, oldest first, as cells."""

    series: str
    service: Markup
    cells: tuple[Markup, ...]


def listing(catalogue: Catalogue, offers: Iterable[Offer]) -> list[Listed]:
    """What applies, or may, grouped by series: those in force first, the latest period first."""
    grouped: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.applies is not False:
            grouped.setdefault(offer.row.series, []).append(offer)
    ordered = sorted(grouped.values(), key=lambda found: found[-1].row.valid_until is not None)
    return [_listed(catalogue, found) for found in ordered]


def _listed(catalogue: Catalogue, found: list[Offer]) -> Listed:
    last = found[-1].row
    shown = tuple(cells(catalogue, offer.row, offer.day) for offer in reversed(found))
    return Listed(last.series, view(last).service, shown)


def cells(catalogue: Catalogue, row: Row, day: date) -> Markup:
    """A row's cells, for the day asked about: a formula that is known that day is worked out."""
    shown, to_confirm = view(row), is_last_known(row, day)
    if row.amount is None:
        found = valued(catalogue, row, day)
        if found.amount is not None:
            doubtful = to_confirm or bool(wording.letters(found.letters))
            return shown.cells_worth(found.sum, TO_CONFIRM if doubtful else "")
    return shown.cells_to_confirm if to_confirm else shown.cells
