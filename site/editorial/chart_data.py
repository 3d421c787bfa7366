"""The CSV behind a chart, read and checked."""

import csv
import io
import math
import re
from dataclasses import dataclass

from communaute.editorial.typography import NARROW, typography


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
    whole, point, decimals = typed.partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return f"{grouped},{decimals}" if point else grouped


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
    _refuse_odd(points)
    return ChartData(typography(head[0]), typography(head[1]), tuple(points))


def _point(head: list[str], row: list[str], line: int) -> Point:
    if len(row) != len(head):
        raise ValueError(f"sa ligne {line} a {len(row)} colonnes au lieu de {len(head)}")
    cells = [typography(cell.strip()) for cell in row]
    typed = row[1].strip()
    if not cells[0] or len(cells[0]) > MAX_LABEL:
        raise ValueError(f"sa ligne {line} veut un intitulé de {MAX_LABEL} caractères au plus")
    if typed and (not _NUMBER.fullmatch(typed) or not math.isfinite(float(typed))):
        raise ValueError(f"sa ligne {line} veut un nombre positif avec un point, ou rien")
    return Point(cells[0], typed or None, **dict(zip(head[2:], cells[2:], strict=True)))


def _refuse_odd(points: list[Point]) -> None:
    if not 1 <= len(points) <= MAX_ROWS:
        raise ValueError(f"il doit avoir de 1 à {MAX_ROWS} lignes de données")
    if all(point.typed is None for point in points):
        raise ValueError("aucune de ses lignes n’a de valeur : il n’y a rien à dessiner")
