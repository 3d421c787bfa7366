"""The `ecran` block: a screen described in Markdown, drawn on the server, told as the list of its marks.

Nothing is copied from a real screen: one frame, the few parts that matter, and numbered marks whose
meaning is read under the drawing. A label between « » is one that an official page or a named reader
has seen: it is in the register, libelles-d-ecran.csv, with its periods and its source. Any other is
ours, drawn in italics and said « libellé non vérifié ».
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from markdown_it.token import Token

from communaute.editorial.directives import Directive, refuse_headings
from communaute.editorial.draft import Draft, attribute, html, line_of
from communaute.editorial.faults import Fault
from communaute.editorial.pages import PERIODS, Drawing, Page
from communaute.editorial.screen_drawing import KINDS, Item, Part, draw
from communaute.french.folding import slugify
from communaute.french.typography import typeset


MAX_PARTS = 20
_LINE = re.compile(r"(\w+)\s*:\s*(.+)", re.DOTALL)
_MARK = re.compile(r"\s*\((\d{1,2})\)$")
_SCREEN_WORDS = re.compile(r"«\s*([^»]+?)\s*»")


def write_screen(draft: Draft, directive: Directive) -> list[Token]:
    """Return the figure: the drawing, then its title, its period and what each mark means."""
    inner = refuse_headings(draft, directive)
    arguments = directive.arguments(draft)
    title, outside = typeset(arguments.get("titre", "")), typeset(arguments.get("hors", ""))
    parts, legend = _read(draft, inner)
    marks = [item.mark for part in parts for item in part.items if item.mark]
    if not _check(draft, directive, arguments, parts, marks, _count(legend)):
        return legend
    # Those said to be read on a screen, as typed between « ».
    labels = tuple(item.label for part in parts for item in part.items if item.seen)
    draft.drawings.append(Drawing(title, labels, outside, draft.line(directive.line)))
    name = draft.free_id("ecran")
    period = _period(draft, outside)
    told = typeset(f"Écran schématique : {title}")
    return [
        html(
            f'<figure class="screen" id="{name}">\n{draw(title, period, parts, told)}'
            f'<figcaption class="screen__caption">\n<p class="screen__title">{attribute(told)}</p>\n'
            f'<p class="screen__period fr-sr-only">{attribute(period)}</p>\n'
        ),
        *legend,
        html("</figcaption>\n</figure>\n"),
    ]


def _period(draft: Draft, outside: str) -> str:
    if outside:
        return typeset(f"Hors du portail : {outside}.")
    return f"Écrans de Chorus Pro {PERIODS[draft.screens].label}." if draft.screens else ""


def _read(draft: Draft, tokens: list[Token]) -> tuple[list[Part], list[Token]]:
    """Take the description (the bullets) apart from what tells it (all the rest)."""
    parts, rest, depth = list[Part](), list[Token](), 0
    for token in tokens:
        depth += {"bullet_list_open": 1}.get(token.type, 0)
        if depth and token.type == "inline":
            _add(draft, parts, token)
        elif not depth:
            rest.append(token)
        depth -= {"bullet_list_close": 1}.get(token.type, 0)
    return parts, rest


def _add(draft: Draft, parts: list[Part], token: Token) -> None:
    match = _LINE.fullmatch(" ".join(token.content.split()))
    if match is None or match[1] not in KINDS:
        message = f"Commencez par l’un de ces mots et deux-points : {', '.join(KINDS)}."
        draft.fault(line_of(token), message)
        return
    kind, pieces = match[1], [match[2]] if match[1] in {"texte", "code"} else match[2].split(" ; ")
    items = tuple(_item(piece, kind) for piece in pieces)
    if kind == "appuyer":
        kind, items = "bouton", tuple(replace(item, pressed=True) for item in items)
    if kind == "bouton" and parts and parts[-1].kind == "bouton":
        parts[-1] = Part(kind, (*parts[-1].items, *items))
    else:
        parts.append(Part(kind, items))


def _item(typed: str, kind: str) -> Item:
    mark = _MARK.search(typed)
    text = _MARK.sub("", typed).strip()
    label, _, value = (text, "", "") if kind in {"texte", "code"} else text.partition(" = ")
    words = _SCREEN_WORDS.fullmatch(label.strip())
    return Item(
        label.strip() if kind == "code" else typeset(words[1] if words else label.strip()),
        typeset(value.strip()),
        int(mark[1]) if mark else 0,
        seen=words is not None,
    )


def _count(legend: list[Token]) -> int:
    return sum(token.type == "list_item_open" and token.level <= _top(legend) for token in legend)


def _top(legend: list[Token]) -> int:
    return min((t.level for t in legend if t.type == "list_item_open"), default=0)


def _check(
    draft: Draft,
    directive: Directive,
    arguments: Mapping[str, str],
    parts: list[Part],
    marks: list[int],
    told: int,
) -> bool:
    faults = [f"L’écran n’a pas d’argument « {n} »." for n in set(arguments) - {"titre", "hors"}]
    if not arguments.get("titre"):
        faults.append('L’écran veut un titre : « ::: ecran titre="L’accueil, une fois connecté" ».')
    if not 1 <= len(parts) <= MAX_PARTS:
        faults.append(f"L’écran veut de 1 à {MAX_PARTS} lignes « - bouton : … ».")
    if not marks or sorted(marks) != list(range(1, told + 1)):
        faults.append(_MARKS)
    if not arguments.get("hors") and not draft.screens:
        faults.append(_NO_PERIOD)
    for message in faults:
        draft.fault(directive.line, message)
    return not faults


_MARKS = (
    "Chaque repère « (1) » du dessin veut sa ligne « 1. … » dessous, et l’inverse : "
    "numérotez-les de 1 en 1, une fois chacun."
)
_NO_PERIOD = (
    "Dites dans l’en-tête l’époque des écrans montrés (« screens: depuis-2022 »), ou ici "
    'd’où vient cet écran s’il n’est pas du portail (« hors="PISTE" »).'
)


REGISTER = Path("libelles-d-ecran.csv")
OUTSIDE = "hors-portail"


@dataclass(frozen=True, slots=True)
class KnownLabel:
    """A label that was read: on the screens of which periods, and where it was read."""

    words: str
    periods: frozenset[str]
    source: str


def read_register(directory: Path, faults: list[Fault]) -> dict[str, KnownLabel]:
    """Read the labels that are known, each by its folded words; a row without source is a fault."""
    path = directory / REGISTER
    if not path.is_file():
        return {}
    known: dict[str, KnownLabel] = {}
    with path.open(encoding="utf-8", newline="") as opened:
        for number, row in enumerate(csv.DictReader(opened), 2):
            words, source = row.get("libelle") or "", row.get("source") or ""
            periods = frozenset((row.get("epoques") or "").split())
            if not (words and source and periods and periods <= {*PERIODS, OUTSIDE}):
                faults.append(Fault(path, number, _BAD_ROW))
                continue
            known[slugify(words)] = KnownLabel(words, periods, source)
    return known


_BAD_ROW = (
    f"Donnez un libellé, ses époques ({', '.join([*PERIODS, OUTSIDE])}) et la source qui l’atteste."
)


def check_drawings(page: Page, known: Mapping[str, KnownLabel]) -> Iterator[Fault]:
    """Each label drawn as read is in the register, on the screens of the page's period."""
    for drawing in page.drawings:
        for words in drawing.labels:
            label = known.get(slugify(words))
            if label is None:
                yield Fault(page.source_path, drawing.line, _UNKNOWN.format(words))
            elif not drawing.outside and page.screens not in label.periods:
                yield Fault(
                    page.source_path, drawing.line, _OTHER_PERIOD.format(words, page.screens)
                )


_UNKNOWN = (
    "Le libellé « {} » n’est pas dans libelles-d-ecran.csv : ajoutez-le avec sa source, "
    "ou écrivez-le sans guillemets (il sera dit non vérifié)."
)
_OTHER_PERIOD = (
    "Le libellé « {} » n’est pas attesté sur les écrans « {} » : deux époques se mêlent."
)


def other_screens(screens: str, own_words: str = "") -> str:
    """Return the block that says which screens a page shows, and how to know those of another period."""
    shown = PERIODS[screens]
    rows = "\n".join(
        f"<dt>{escape(typeset(f'Écrans {period.label}'))}</dt><dd>{escape(typeset(period.known_by))}</dd>"
        for name, period in PERIODS.items()
        if name != screens
    )
    return (
        f'<details class="other-screens">\n<summary>{escape(typeset("Vos écrans sont différents ?"))}</summary>\n'
        f"<p>Cette page montre les écrans de Chorus Pro {escape(shown.label)}. "
        f"{escape(typeset(shown.known_by))}</p>\n{own_words}"
        f'<dl class="other-screens__periods">\n{rows}\n</dl>\n</details>\n'
    )


def write_other_screens(draft: Draft, directive: Directive) -> list[Token]:
    """Return the block with what the page itself says of the other periods."""
    inner = refuse_headings(draft, directive)
    if not draft.screens:
        draft.fault(
            directive.line, "Dites dans l’en-tête l’époque des écrans montrés (« screens: … »)."
        )
        return inner
    draft.says_other_screens = True
    before, _, after = other_screens(draft.screens, "\0").partition("\0")
    return [html(before), *inner, html(after)]
