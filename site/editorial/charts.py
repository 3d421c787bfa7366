"""The `graphique` block: its CSV read and checked, drawn on the server, and told again as a table.

One row per value, readable at 320 px, in the dark and in print. Rows rather than columns: labels
stay horizontal at any width and any number of values. Colours, sizes of type and lines are in
static/css/content.css, by class.
"""

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from markdown_it.token import Token

from communaute.editorial.directives import Directive, refuse_headings, words_of
from communaute.editorial.draft import Draft, attribute, html
from communaute.french.numbers import number
from communaute.french.typography import typeset


MAX_ROWS = 40
MAX_LABEL = 40
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_EXTRA = ("note", "source")


@dataclass(frozen=True, slots=True)
class Point:
    """A row of a chart: its label, its value as typed (None: not published), its remarks."""

    label: str
    typed: str | None
    note: str = ""
    source: str = ""

    @property
    def value(self) -> float | None:
        """The value as a number, None when it was not published."""
        return None if self.typed is None else float(self.typed)


@dataclass(frozen=True, slots=True)
class ChartData:
    """What a chart shows: the heads of its first two columns and its rows."""

    label_head: str
    value_head: str
    points: tuple[Point, ...]

    @property
    def has_notes(self) -> bool:
        """Say whether a row carries a note."""
        return any(point.note for point in self.points)

    @property
    def has_sources(self) -> bool:
        """Say whether a row carries a source."""
        return any(point.source for point in self.points)


def french_number(typed: str) -> str:
    """Write a number typed with a point the French way: `4950724.5` gives « 4 950 724,5 »."""
    return number(Decimal(typed), decimals=len(typed.partition(".")[2]))


def read_chart(raw: bytes) -> ChartData:
    """Read a chart's CSV. Raises ValueError with a French sentence saying what to put right."""
    try:
        text = raw.decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except UnicodeDecodeError:
        raise ValueError("il n’est pas en UTF-8 : enregistrez-le dans cet encodage") from None
    except (csv.Error, ValueError):
        raise ValueError(
            "il est vide ou illisible : une ligne de titres, puis les données"
        ) from None
    head = [name.strip() for name in head]
    if len(head) < 2 or not set(head[2:]) <= set(_EXTRA) or len(set(head)) < len(head):
        raise ValueError("ses colonnes doivent être : un intitulé, une valeur, puis note et source")
    points = [_point(head, row, line) for line, row in enumerate(rows, 2) if any(row)]
    if not 1 <= len(points) <= MAX_ROWS:
        raise ValueError(f"il doit avoir de 1 à {MAX_ROWS} lignes de données")
    if all(point.typed is None for point in points):
        raise ValueError("aucune de ses lignes n’a de valeur : il n’y a rien à dessiner")
    return ChartData(typeset(head[0]), typeset(head[1]), tuple(points))


def _point(head: list[str], row: list[str], line: int) -> Point:
    if len(row) != len(head):
        raise ValueError(f"sa ligne {line} a {len(row)} colonnes au lieu de {len(head)}")
    cells = [typeset(cell.strip()) for cell in row]
    typed = row[1].strip()
    if not cells[0] or len(cells[0]) > MAX_LABEL:
        raise ValueError(f"sa ligne {line} veut un intitulé de {MAX_LABEL} caractères au plus")
    if typed and (not _NUMBER.fullmatch(typed) or not math.isfinite(float(typed))):
        raise ValueError(f"sa ligne {line} veut un nombre positif avec un point, ou rien")
    return Point(cells[0], typed or None, **dict(zip(head[2:], cells[2:], strict=True)))


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
    for row, point in enumerate(chart.data.points):
        yield from _row(chart.shape, point, _HEAD + _ROW * row, top)


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
    for mark in range(round(top / step) + 1):
        x = _length(mark * step, top) + 1
        label = french_number(f"{mark * step:.10f}".rstrip("0").rstrip("."))
        kind = "chart__base" if mark == 0 else "chart__line"
        yield f'<line class="{kind}" x1="{x}" y1="{_HEAD}" x2="{x}" y2="{bottom}"/>'
        anchor = ' text-anchor="middle"' if mark else ""
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
    caption = escape(typeset(f"{chart.title} : les données"))
    name = f"{chart.name}-donnees"
    return (
        '<div class="fr-table fr-table--multiline"><div class="fr-table__wrapper">'
        f'<div class="fr-table__container" role="region" tabindex="0" aria-labelledby="{name}">'
        '<div class="fr-table__content">\n<table>\n'
        f'<caption id="{name}"><span class="table-caption">{caption}</span></caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</div></div></div></div>\n"
    )


def figure(chart: Chart) -> str:
    """Return the whole figure, for a page that is not made of Markdown."""
    title = escape(chart.title)
    return (
        f'<figure class="chart" id="{chart.name}" role="group" aria-label="{title}">'
        f'<figcaption class="chart__caption"><p class="chart__title">{title}</p>'
        f"<p>{escape(chart.description)}</p></figcaption>{draw(chart)}{table(chart)}</figure>"
    )


def _table_row(data: ChartData, point: Point) -> str:
    value = UNPUBLISHED if point.typed is None else french_number(point.typed)
    cells = f'<th scope="row">{escape(point.label)}</th><td class="fr-cell--right">{value}</td>'
    cells += f"<td>{escape(point.note)}</td>" * data.has_notes
    cells += f"<td>{escape(point.source)}</td>" * data.has_sources
    return f"<tr>{cells}</tr>"


_REQUIRED = {"fichier", "type", "titre", "axe"}
_KNOWN = {*_REQUIRED, "unite"}
_SHAPES = ("barres", "points")


def write_chart(draft: Draft, directive: Directive) -> list[Token]:
    """Return the figure: title, description, drawing, and the same data as a table."""
    inner = refuse_headings(draft, directive)
    arguments = directive.arguments(draft)
    data = _data(draft, directive, arguments) if _check(draft, directive, arguments) else None
    if data is None:
        return inner
    chart = Chart(
        name=draft.free_id("graphique"),
        title=typeset(arguments["titre"]),
        description=typeset(words_of(inner)),
        axis=typeset(arguments["axe"]),
        unit=typeset(arguments.get("unite", "")),
        shape=arguments["type"],
        data=data,
    )
    return _figure(draft, chart, inner)


def _figure(draft: Draft, chart: Chart, inner: list[Token]) -> list[Token]:
    draft.ids |= {f"{chart.name}-{part}" for part in ("titre", "desc", "donnees")}
    title = attribute(chart.title)
    start = (
        f'<figure class="chart" id="{chart.name}">\n'
        f'<figcaption class="chart__caption">\n<p class="chart__title">{title}</p>\n'
    )
    end = f"</figcaption>\n{draw(chart)}{table(chart)}</figure>\n"
    return [html(start), *inner, html(end)]


def _check(draft: Draft, directive: Directive, arguments: dict[str, str]) -> bool:
    faults = [f"Le graphique veut « {name}=… »." for name in sorted(_REQUIRED - set(arguments))]
    for name in sorted(set(arguments) - _KNOWN):
        faults.append(f"Le graphique n’a pas d’argument « {name} » ({', '.join(sorted(_KNOWN))}).")
    if arguments.get("type", "barres") not in _SHAPES:
        faults.append(f"Le type de graphique est l’un de ces mots : {', '.join(_SHAPES)}.")
    if not words_of(directive.inner):
        faults.append("Décrivez dans le bloc ce que le graphique montre : une ou deux phrases.")
    for message in faults:
        draft.fault(directive.line, message)
    return not faults


def _data(draft: Draft, directive: Directive, arguments: dict[str, str]) -> ChartData | None:
    name = arguments["fichier"]
    media = draft.around.media.get(f"/media/{draft.kind}/{name}")
    if media is None or media.path.suffix != ".csv":
        draft.fault(directive.line, f"Le fichier {name} manque : mettez ce CSV à côté de la page.")
        return None
    try:
        return read_chart(media.path.read_bytes())
    except ValueError as error:
        draft.fault(directive.line, f"Le fichier {name} est à corriger : {error}.")
        return None
