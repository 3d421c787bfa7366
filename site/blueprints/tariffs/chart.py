"""A small chart of an amount through time: steps, drawn as SVG without any style."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from communaute.blueprints.tariffs.wording import euros
from communaute.domain import clock
from communaute.domain.tariffs.history import Point


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
