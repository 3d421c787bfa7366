"""Draws a schematic screen as SVG: one frame, its parts from top to bottom, numbered marks.

Text in SVG does not wrap by itself: the room that words take is reckoned from their letters. Colours
and sizes of type are in static/css/content.css, by class.
"""

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from communaute.editorial.draft import attribute
from communaute.french.typography import typeset


KINDS = (
    "menu",
    "bloc",
    "champ",
    "liste",
    "case",
    "bouton",
    "appuyer",
    "lien",
    "icone",
    "texte",
    "colonnes",
    "ligne",
    "code",
)


@dataclass(frozen=True, slots=True)
class Item:
    """A label of a screen, what is written in it, its mark.

    `seen` when somebody has read it on the screen, `pressed` when it is the button to press.
    """

    label: str
    value: str = ""
    mark: int = 0
    seen: bool = False
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a screen: its kind and the labels it holds, side by side."""

    kind: str
    items: tuple[Item, ...]


WIDTH = 280  # what a step has on a phone, nearly: words keep their size there
_LEFT, _ROOM = 12, 256
_SIZE, _SMALL, _LEADING = 13.0, 11.5, 17
_LETTER = 0.56  # of an em, the average of our typeface; a little more, so that nothing runs over
_MARK_ROOM = 24


@dataclass(slots=True)
class _Sheet:
    """What is drawn so far, and how far down."""

    y: float
    shapes: list[str] = field(default_factory=list)

    def add(self, shape: str) -> None:
        self.shapes.append(shape)

    def text(self, x: float, y: float, words: str, name: str = "") -> None:
        classes = f' class="{name}"' if name else ""
        classes += ' data-typed=""' if name == "screen__code" else ""  # a program's own signs
        self.add(f'<text x="{_n(x)}" y="{_n(y)}"{classes}>{escape(words)}</text>')

    def box(
        self, x: float, y: float, width: float, height: float, name: str, round_: int = 3
    ) -> None:
        self.add(
            f'<rect class="{name}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
            f'height="{_n(height)}" rx="{round_}"/>'
        )

    def mark(self, x: float, y: float, number: int) -> None:
        if number:
            self.add(
                f'<g class="screen__mark"><circle cx="{_n(x)}" cy="{_n(y)}" r="10"/>'
                f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="middle">{number}</text></g>'
            )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _wrap(words: str, room: float, size: float = _SIZE, letter: float = _LETTER) -> list[str]:
    return textwrap.wrap(words, max(8, int(room / (size * letter)))) or [""]


def draw(title: str, period: str, parts: list[Part], told: str) -> str:
    """Return the screen as an SVG element; machines read its name, its marks are listed under it."""
    sheet = _Sheet(0)
    _head(sheet, title)
    for part in parts:
        _DRAWN[part.kind](sheet, part)
        sheet.y += 10
    doubtful = any(not item.seen for part in parts if part.kind in _LABELLED for item in part.items)
    _foot(sheet, period, doubtful=doubtful)
    height = _n(sheet.y)
    shapes = "\n".join(sheet.shapes)
    return (
        f'<svg class="screen__drawing" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{attribute(told)}">\n'
        f'<rect class="screen__frame" x="1" y="1" width="{WIDTH - 2}" height="{_n(sheet.y - 2)}" rx="6"/>\n'
        f"{shapes}\n</svg>\n"
    )


_LABELLED = frozenset(KINDS) - {"texte", "code", "ligne"}


def _head(sheet: _Sheet, title: str) -> None:
    lines = _wrap(title, _ROOM - 40)
    for number in range(3):
        sheet.add(f'<circle class="screen__dot" cx="{16 + 10 * number}" cy="16" r="3"/>')
    for number, line in enumerate(lines):
        sheet.text(52, 20 + _LEADING * number, line, "screen__name")
    sheet.y = 14 + _LEADING * len(lines)
    sheet.add(f'<path class="screen__rule" d="M1 {_n(sheet.y)}H{WIDTH - 1}"/>')
    sheet.y += 12


def _foot(sheet: _Sheet, period: str, *, doubtful: bool) -> None:
    sheet.add(f'<path class="screen__rule" d="M1 {_n(sheet.y)}H{WIDTH - 1}"/>')
    said = [period, typeset("En italique : libellé non vérifié.") if doubtful else ""]
    for line in (line for words in filter(None, said) for line in _wrap(words, _ROOM, _SMALL)):
        sheet.text(_LEFT, sheet.y + 16, line, "screen__small")
        sheet.y += 14
    sheet.y += 10


def _style(item: Item, name: str = "") -> str:
    return f"{name} {'' if item.seen else 'screen__doubt'}".strip()


def _flow(sheet: _Sheet, part: Part) -> None:
    """Entries of a menu or buttons: side by side, on as many lines as they need."""
    x, tall = float(_LEFT), 0
    kind = "screen__tab" if part.kind == "menu" else "screen__button"
    for item in part.items:
        mark = _MARK_ROOM if item.mark else 0
        lines = _wrap(item.label, _ROOM - mark - 16)
        widest = max(map(len, lines)) * _SIZE * _LETTER
        width, height = widest + 16 + mark, 10 + _LEADING * len(lines)
        if x > _LEFT and x + width > _LEFT + _ROOM:
            x, sheet.y, tall = float(_LEFT), sheet.y + tall + 6, 0
        chosen = item.pressed or (part.kind == "menu" and item.mark)
        sheet.box(
            x, sheet.y, width, height, _style(item, f"{kind} {kind}--chosen" if chosen else kind), 4
        )
        for number, line in enumerate(lines):
            name = _style(item, f"{kind}--chosen-words" if chosen else "")
            sheet.text(x + 8, sheet.y + 17 + _LEADING * number, line, name)
        sheet.mark(x + width - 14, sheet.y + height / 2, item.mark)
        x, tall = x + width + 6, max(tall, height)
    sheet.y += tall


def _written(sheet: _Sheet, item: Item, x: float, room: float, name: str) -> None:
    """A label on its lines, its mark at the right."""
    lines = _wrap(item.label, room - (_MARK_ROOM if item.mark else 0))
    sheet.mark(_LEFT + _ROOM - 10, sheet.y + 9, item.mark)
    for line in lines:
        sheet.text(x, sheet.y + 12, line, _style(item, name))
        sheet.y += _LEADING


def _title(sheet: _Sheet, part: Part) -> None:
    for item in part.items:
        _written(sheet, item, _LEFT, _ROOM, "screen__block")
    sheet.add(f'<path class="screen__rule" d="M{_LEFT} {_n(sheet.y)}H{_LEFT + _ROOM}"/>')


def _field(sheet: _Sheet, part: Part) -> None:
    for number, item in enumerate(part.items):
        sheet.y += 8 if number else 0
        _written(sheet, Item(item.label, seen=item.seen), _LEFT, _ROOM, "")
        room = _ROOM - (_MARK_ROOM + 4 if item.mark else 0)
        lines = _wrap(item.value, room - 30)
        height = 10 + _LEADING * len(lines)
        sheet.y += 3
        sheet.box(_LEFT, sheet.y, room, height, _style(item, "screen__field"))
        for at, line in enumerate(lines):
            sheet.text(_LEFT + 8, sheet.y + 17 + _LEADING * at, line)
        if part.kind == "liste":
            x, y = _LEFT + room - 16, sheet.y + 11
            sheet.add(f'<path class="screen__arrow" d="M{_n(x - 5)} {_n(y)}l5 5l5 -5"/>')
        sheet.mark(_LEFT + _ROOM - 10, sheet.y + height / 2, item.mark)
        sheet.y += height


def _box(sheet: _Sheet, part: Part) -> None:
    for item in part.items:
        sheet.box(_LEFT, sheet.y + 1, 14, 14, _style(item, "screen__field"), 2)
        if item.value.startswith("coch"):
            sheet.add(f'<path class="screen__arrow" d="M{_LEFT + 3} {_n(sheet.y + 8)}l3 4l6 -8"/>')
        _written(sheet, item, _LEFT + 22, _ROOM - 22, "")
        sheet.y += 2


def _link(sheet: _Sheet, part: Part) -> None:
    for item in part.items:
        _written(sheet, item, _LEFT, _ROOM, "screen__link")


def _icon(sheet: _Sheet, part: Part) -> None:
    for item in part.items:
        sheet.box(_LEFT, sheet.y - 2, 20, 20, _style(item, "screen__button"), 10)
        sheet.add(f'<circle class="screen__dot" cx="{_LEFT + 10}" cy="{_n(sheet.y + 8)}" r="3"/>')
        _written(sheet, item, _LEFT + 28, _ROOM - 28, "")
        sheet.y += 4


def _message(sheet: _Sheet, part: Part) -> None:
    (item,) = part.items
    code = part.kind == "code"
    size, letter = (_SMALL, 0.62) if code else (_SIZE, _LETTER)
    room = _ROOM - 16 - (_MARK_ROOM if item.mark else 0)
    lines = _wrap(item.label, room, size, letter)
    height = _LEADING * len(lines) + 10
    sheet.box(_LEFT, sheet.y, _ROOM, height, "screen__message")
    for number, line in enumerate(lines):
        name = "screen__code" if code else ""
        sheet.text(_LEFT + 8, sheet.y + 17 + _LEADING * number, line, name)
    sheet.mark(_LEFT + _ROOM - 14, sheet.y + height / 2, item.mark)
    sheet.y += height


def _row(sheet: _Sheet, part: Part) -> None:
    """A row of a table: columns of the same width, its cells on as many lines as they need."""
    room, head = _ROOM / len(part.items), part.kind == "colonnes"
    tall = 0
    for number, item in enumerate(part.items):
        x = _LEFT + room * number
        lines = _wrap(item.label, room - 8 - (_MARK_ROOM if item.mark else 0), 11)
        for at, line in enumerate(lines):
            name = _style(item, "screen__cell screen__head") if head else "screen__cell"
            sheet.text(x + 2, sheet.y + 12 + 14 * at, line, name)
        sheet.mark(x + room - 16, sheet.y + 8, item.mark)
        tall = max(tall, len(lines), 2 if item.mark else 1)
    sheet.y += 14 * tall + 4
    sheet.add(f'<path class="screen__rule" d="M{_LEFT} {_n(sheet.y)}H{_LEFT + _ROOM}"/>')
    sheet.y -= 4


_DRAWN: Mapping[str, Callable[[_Sheet, Part], None]] = {
    "menu": _flow,
    "bouton": _flow,
    "bloc": _title,
    "champ": _field,
    "liste": _field,
    "case": _box,
    "lien": _link,
    "icone": _icon,
    "texte": _message,
    "code": _message,
    "colonnes": _row,
    "ligne": _row,
}
