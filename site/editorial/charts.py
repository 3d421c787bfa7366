"""Charts drawn on the server: one row per value, readable at 320 px, in the dark and in print.

Rows rather than columns: labels stay horizontal at any width and any number of values.
Colours, sizes of type and lines are in static/css/content.css, by class.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from communaute.editorial.chart_data import ChartData, Point, french_number
from communaute.editorial.typography import FIXED


WIDTH = 320
_ROW, _BAR, _HEAD, _FOOT = 38, 14, 8, 44
_VALUE_ROOM = 62  # kept at the right of the longest bar for its value
UNPUBLISHED = "non publié"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart to draw: `axis` says what is counted, `unit` in what, `shape` bars or points."""

    name: str
    title: str
    description: str
    axis: str
    unit: str
    shape: str
    data: ChartData


def draw(chart: Chart) -> str:
    """Return the chart as an SVG element whose title and description say what it shows."""
    height = _HEAD + _ROW * len(chart.data.points) + _FOOT
    parts = "\n".join(_parts(chart))
    name = chart.name
    return (
        f'<svg class="chart__drawing" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{name}-titre {name}-desc">\n'
        f'<title id="{name}-titre">{escape(chart.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(chart.description)}</desc>\n{parts}\n</svg>\n'
    )


def _parts(chart: Chart) -> Iterator[str]:
    bottom = _HEAD + _ROW * len(chart.data.points)
    values = [point.value for point in chart.data.points if point.value is not None]
    step, top = scale(max(values))
    yield from _grid(step, top, bottom)
    yield f'<text class="chart__axis" x="0" y="{bottom + 38}">{escape(axis_label(chart))}</text>'
    for number, point in enumerate(chart.data.points):
        yield from _row(chart.shape, point, _HEAD + _ROW * number, top)


def axis_label(chart: Chart) -> str:
    """Return what the axis counts and in what unit: « Factures reçues (millions) »."""
    return f"{chart.axis} ({chart.unit})" if chart.unit else chart.axis


def scale(highest: float) -> tuple[float, float]:
    """Return the step (1, 2 or 5 times a power of ten) and the end of an axis of 2 to 5 steps."""
    if highest < 1e-9:  # nothing but zeros: there is no scale to find
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(highest / 4))
    step = next(m * power for m in (1, 2, 5, 10) if highest <= 5 * m * power)
    return step, step * math.ceil(round(highest / step, 9))


def _length(value: float, top: float) -> float:
    return round(value / top * (WIDTH - _VALUE_ROOM), 1)


def _grid(step: float, top: float, bottom: int) -> Iterator[str]:
    for number in range(round(top / step) + 1):
        x = _length(number * step, top) + 1
        label = french_number(f"{number * step:.10f}".rstrip("0").rstrip("."))
        kind = "chart__base" if number == 0 else "chart__line"
        yield f'<line class="{kind}" x1="{x}" y1="{_HEAD}" x2="{x}" y2="{bottom}"/>'
        anchor = ' text-anchor="middle"' if number else ""
        yield f'<text class="chart__tick" x="{x}" y="{bottom + 16}"{anchor}>{label}</text>'


def _row(shape: str, point: Point, y: int, top: float) -> Iterator[str]:
    yield f'<text class="chart__label" x="4" y="{y + 13}">{escape(point.label)}</text>'
    middle = y + 18 + _BAR // 2
    if point.value is None or point.typed is None:
        yield f'<text class="chart__none" x="6" y="{middle + 4}">{UNPUBLISHED}</text>'
        return
    end = _length(point.value, top)
    if shape == "barres":
        yield f'<rect class="chart__bar" x="1" y="{y + 18}" width="{end}" height="{_BAR}"/>'
    else:
        yield f'<line class="chart__stem" x1="1" y1="{middle}" x2="{end + 1}" y2="{middle}"/>'
        yield f'<circle class="chart__point" cx="{end + 1}" cy="{middle}" r="5"/>'
    shown = french_number(point.typed)
    yield f'<text class="chart__value" x="{end + 9}" y="{middle + 4}">{shown}</text>'


def table(chart: Chart) -> str:
    """Return the same data as a table, in the site's table mark-up."""
    data = chart.data
    heads = [data.label_head, axis_label(chart)]
    heads += ["Note"] * data.has_notes + ["Source"] * data.has_sources
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = "\n".join(_table_row(data, point) for point in data.points)
    caption = f"{escape(chart.title)}{FIXED}: les données"
    name = f"{chart.name}-donnees"
    return (
        '<div class="fr-table fr-table--multiline"><div class="fr-table__wrapper">'
        f'<div class="fr-table__container" role="region" tabindex="0" aria-labelledby="{name}">'
        '<div class="fr-table__content">\n<table>\n'
        f'<caption id="{name}"><span class="table-caption">{caption}</span></caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</div></div></div></div>\n"
    )


def _table_row(data: ChartData, point: Point) -> str:
    value = UNPUBLISHED if point.typed is None else french_number(point.typed)
    cells = f'<th scope="row">{escape(point.label)}</th><td class="fr-cell--right">{value}</td>'
    cells += f"<td>{escape(point.note)}</td>" * data.has_notes
    cells += f"<td>{escape(point.source)}</td>" * data.has_sources
    return f"<tr>{cells}</tr>"
