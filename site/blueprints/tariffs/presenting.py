"""Tariffs as templates want them: every text made once, nothing worked out while rendering."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from communaute.blueprints.tariffs import wording
from communaute.blueprints.tariffs.chart import chart
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Choice, Days, Offer, choose
from communaute.domain.tariffs.formulas import ON_QUOTE
from communaute.domain.tariffs.history import Point, history
from communaute.domain.tariffs.parameters import described
from communaute.domain.tariffs.standing import standing
from communaute.domain.tariffs.surcharges import on_bases, valued
from communaute.domain.tariffs.values import Parameter, Row, Version
from communaute.domain.tariffs.working_out import names_to_give
from communaute.editorial import typography
from communaute.web.dates import french_date


INTERPRETERS = "traducteurs-interpretes"
DELEGATES = (
    "mediateurs-delegues-procureur-personnes-physiques",
    "mediateurs-delegues-procureur-associations",
)
# Before an amount that was not checked until the day asked about.
TO_CONFIRM = "à confirmer\u00a0: "
TRAVEL = "frais-deplacement"


@lru_cache(maxsize=8192)
def french(text: str) -> Markup:
    """A text of the CSV with French typography, escaped once for all."""
    return escape(typography(text))


@dataclass(frozen=True)
class RowView:
    """A row ready to show."""

    row: Row

    @cached_property
    def service(self) -> Markup:
        """What is paid."""
        return french(self.row.service)

    @cached_property
    def price(self) -> Markup:
        """The amount, the formula, or « sur devis »."""
        if self.row.amount is not None:
            return escape(wording.euros(self.row.amount))
        return french(self.row.formula)

    @cached_property
    def unit(self) -> Markup:
        """The unit."""
        return french(self.row.unit)

    @cached_property
    def period(self) -> str:
        """From when until when."""
        return wording.period(self.row.valid_from, self.row.valid_until)

    @cached_property
    def text(self) -> Markup:
        """The text of reference."""
        return french(self.row.text)

    @cached_property
    def code(self) -> str:
        """The code, with spaces that do not break."""
        return self.row.code.replace(" ", "\u00a0")

    @cached_property
    def cells(self) -> Markup:
        """The cells of a list, made once: a page may hold 284 rows."""
        return self._cells("")

    @cached_property
    def cells_to_confirm(self) -> Markup:
        """The same, the amount preceded by its warning."""
        return self._cells(TO_CONFIRM)

    def cells_worth(self, price: str, warning: str) -> Markup:
        """The same for a formula worked out on a day."""
        return self._cells(warning, french(price))

    def _cells(self, warning: str, price: Markup | None = None) -> Markup:
        return Markup("<td>{}{} {}</td><td>{}</td><td>{}</td><td>{}</td>").format(
            warning, price or self.price, self.unit, self.code, self.period, self.text
        )


@lru_cache(maxsize=2048)
def view(row: Row) -> RowView:
    """A row's view, made once."""
    return RowView(row)


@dataclass(frozen=True)
class OfferView:
    """A row on one date: what it is worth then, and whether it applies."""

    shown: RowView
    day: str
    applies: bool | None
    amount: str
    sum: Markup
    why: Markup
    warning: Markup
    letters: tuple[Markup, ...]
    applied: tuple[tuple[Markup, Markup], ...]
    version: Version | None
    on: date


@dataclass(frozen=True)
class Calculator:
    """A link to the calculator that works over a row."""

    label: str
    endpoint: str
    arguments: dict[str, str]


@dataclass(frozen=True)
class Card:
    """All there is to say of one series."""

    series: str
    offers: tuple[OfferView, ...]
    which_date: Markup
    ended: str
    points: tuple[Point, ...]
    chart: Markup
    calculator: Calculator | None

    @property
    def main(self) -> RowView:
        """The row that names the card: the one that applies, else the latest."""
        chosen = [offer for offer in self.offers if offer.applies]
        return (chosen or list(self.offers))[-1].shown


def latest(catalogue: Catalogue, names: Iterable[str], today: date) -> tuple[Choice, ...]:
    """Without dates, each series on its last day: today, or the day it ended."""
    rows = (catalogue.periods(name)[-1] for name in names)
    days = ((row.series, min(row.valid_until or today, today)) for row in rows)
    made = (choose(catalogue, series, Days(day, day)) for series, day in days)
    return tuple(choice for choice in made if choice is not None)


def card(catalogue: Catalogue, choice: Choice, today: date, *, days: Days | None) -> Card:
    """A series' card for the dates given, or for its last day when none was."""
    offers = tuple(offer_view(catalogue, offer) for offer in choice.offers)
    points, drawn = story(catalogue, choice.series, today)
    two = days is not None and days.differ
    ended = "" if days else wording.ended(choice.offers[-1].row.valid_until, today)
    said = wording.which_date(choice.basis, choice.source, split=choice.split, two=two)
    last = choice.offers[-1]
    link = calculator(catalogue, last.row, last.day)
    return Card(choice.series, offers, french(said), ended, points, drawn, link)


@lru_cache(maxsize=1024)
def story(catalogue: Catalogue, series: str, today: date) -> tuple[tuple[Point, ...], Markup]:
    """A series' history and its chart, made once a day."""
    points = history(catalogue, series, today)
    return points, chart(points)


def offer_view(catalogue: Catalogue, offer: Offer) -> OfferView:
    """What a row is worth on a date, in words."""
    row, day = offer.row, offer.day
    found = valued(catalogue, row, day)
    applied = on_bases(catalogue, row, day)
    return OfferView(
        shown=view(row),
        day=french_date(day),
        applies=offer.applies,
        amount=wording.euros(found.amount) if found.amount is not None else "",
        sum=french(found.sum),
        why=french("" if applied else found.why),
        letters=tuple(french(described(entry)) for entry in found.letters),
        applied=tuple((french(one.base.service), french(one.sum)) for one in applied),
        warning=french(_warning(row, day, found.letters)),
        version=catalogue.version_on(row.articles[0], day),
        on=day,
    )


def _warning(row: Row, day: date, used: tuple[Parameter, ...]) -> str:
    """All there is to read before the amount."""
    said = (wording.how_sure(standing(row, day)), wording.letters(used))
    return " ".join(filter(None, said))


def calculator(catalogue: Catalogue, row: Row, day: date) -> Calculator | None:
    """The calculator that serves a row, when there is one."""
    if row.category == INTERPRETERS:
        written = row.series.startswith("traduction")
        endpoint = "tariffs.translation" if written else "tariffs.interpreting"
        label = "Calculer une traduction écrite" if written else "Calculer une mission"
        return Calculator(label, endpoint, {})
    if row.category in DELEGATES:
        return Calculator("Calculer des actes de délégué ou de médiateur", "tariffs.delegates", {})
    if row.category == TRAVEL:
        return Calculator("Calculer des kilomètres", "tariffs.travelling", {})
    if names_to_give(catalogue, row, day) and row.formula != ON_QUOTE:
        given = {"tarif": row.series, "date": day.isoformat()}
        return Calculator("Calculer avec vos valeurs", "tariffs.formula", given)
    return None
