"""Tariffs as templates want them: every text made once, nothing worked out while rendering."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from communaute.blueprints.tariffs import wording
from communaute.blueprints.tariffs.calculators import CALCULATORS
from communaute.blueprints.tariffs.wording import euros
from communaute.domain import clock
from communaute.domain.tariffs.amounts import on_bases, valued
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Choice, Days, Offer, choose, is_last_known
from communaute.domain.tariffs.formulas import described
from communaute.domain.tariffs.history import Point, history
from communaute.domain.tariffs.values import Row, Version
from communaute.french.dates import date_in_words
from communaute.french.typography import typeset


WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 28, 24
FEWEST = 2
ZERO = Decimal(0)


def chart(points: Sequence[Point]) -> Markup:
    """The chart of the points that have a start and an amount; nothing under two amounts."""
    drawn = [p for p in points if p.amount is not None and p.valid_from is not None]
    if len(drawn) < FEWEST or len({point.amount for point in drawn}) < FEWEST:
        return Markup()
    first, last = drawn[0], drawn[-1]
    label = (
        f"Montant de {euros(first.amount or ZERO)} en {_year(first)}, "
        f"de {euros(last.amount or ZERO)} en {_year(last)}."
    )
    return Markup(
        '<svg class="tariff-chart" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        '<path class="tariff-chart__axis" d="M{left} {base}H{right}"/>'
        '<path class="tariff-chart__line" d="{path}"/>'
        '<text x="{left}" y="14">{first}</text><text x="{right}" y="14" text-anchor="end">{last}'
        '</text><text x="{left}" y="{foot}">{start}</text>'
        '<text x="{right}" y="{foot}" text-anchor="end">{end}</text></svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT,
        label=label,
        left=LEFT,
        right=WIDTH - RIGHT,
        base=HEIGHT - BOTTOM,
        foot=HEIGHT - 8,
        path=_path(drawn),
        first=euros(first.amount or ZERO),
        last=euros(last.amount or ZERO),
        start=_year(first),
        end=_end(last).year,
    )


def _path(points: Sequence[Point]) -> str:
    start, end = _start(points[0]), _end(points[-1])
    days = max((end - start).days, 1)
    highest = max(float(point.amount or 0) for point in points)
    steps: list[str] = []
    for point in points:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (_start(point) - start).days / days
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(point.amount or 0) / highest
        steps.append(f"M{x:.1f} {y:.1f}" if not steps else f"H{x:.1f}V{y:.1f}")
    return "".join(steps) + f"H{WIDTH - RIGHT}"


def _start(point: Point) -> date:
    return point.valid_from or clock.today()


def _end(point: Point) -> date:
    return min(point.valid_until or clock.today(), clock.today())


def _year(point: Point) -> int:
    return _start(point).year


# Before an amount that was not checked until the day asked about.
TO_CONFIRM = typeset("à confirmer : ")
# The columns of a list after the service, each named for where its rows are cards.
CELLS = Markup(
    '<td data-label="Montant">{}{} {}</td><td data-label="Code">{}</td>'
    '<td data-label="Période">{}</td><td data-label="Texte">{}</td>'
)


@lru_cache(maxsize=8192)
def french(text: str) -> Markup:
    """A text of the CSV with French typography, escaped once for all."""
    return escape(typeset(text))


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

    def cells(self, warning: str, price: Markup | None = None) -> Markup:
        """The cells of a list, the amount preceded by its warning, or a formula worked out."""
        return CELLS.format(
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
    deduced: tuple[Markup, ...]
    version: Version | None
    on: date


@dataclass(frozen=True)
class Link:
    """A link to the calculator that works over a row."""

    label: str
    path: str
    arguments: Mapping[str, str]


@dataclass(frozen=True)
class Card:
    """All there is to say of one series."""

    series: str
    offers: tuple[OfferView, ...]
    which_date: Markup
    ended: str
    points: tuple[Point, ...]
    chart: Markup
    calculator: Link | None

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
        day=date_in_words(day),
        applies=offer.applies,
        amount=wording.euros(found.amount) if found.amount is not None else "",
        sum=french(found.sum),
        why=french("" if applied else found.why),
        letters=tuple(french(described(entry)) for entry in found.letters),
        applied=tuple((french(one.base.service), french(one.sum)) for one in applied),
        # All there is to read before the amount.
        warning=french(f"{wording.how_sure(row, day)} {wording.letters(found.letters)}".strip()),
        deduced=tuple(french(said) for said in catalogue.deduced(row, day)),
        version=catalogue.version_on(row.articles[0], day),
        on=day,
    )


def calculator(catalogue: Catalogue, row: Row, day: date) -> Link | None:
    """The first calculator that serves a row, when there is one."""
    for each in CALCULATORS:
        arguments = each.serves(catalogue, row, day)
        if arguments is not None:
            return Link(each.link, each.path, arguments)
    return None


def cells(catalogue: Catalogue, row: Row, day: date) -> Markup:
    """A row's cells, for the day asked about: a formula that is known that day is worked out."""
    to_confirm = is_last_known(row, day)
    if row.amount is None:
        found = valued(catalogue, row, day)
        if found.amount is not None:
            doubtful = to_confirm or bool(wording.letters(found.letters))
            return view(row).cells(TO_CONFIRM if doubtful else "", french(found.sum))
    return plain_cells(row, to_confirm)


@lru_cache(maxsize=4096)
def plain_cells(row: Row, to_confirm: bool) -> Markup:
    """The cells of a row as it stands, made once: a page may hold 302 rows."""
    return view(row).cells(TO_CONFIRM if to_confirm else "")
