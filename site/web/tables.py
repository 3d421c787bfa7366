"""Tables of templates whose rows become cards on a phone, as those of the content do."""

import re
from html import unescape

from markupsafe import Markup, escape


ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b([^>]*)>")
NAMED = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SPAN = re.compile(r'\b(col|row)span="(\d+)"')


def stacked(html: str) -> Markup:
    """A DSFR table, each cell of its body carrying its column's name; narrow, its rows are cards.

    Without a head it is given back as it is.
    """
    head, closing, body = str(html).partition("</thead>")
    if not closing:
        return Markup(html)  # noqa: S704  # what a template wrote
    names = [unescape(TAG.sub("", name)).strip() for name in NAMED.findall(head)]
    head = head.replace('class="fr-table', 'class="fr-table table-stacks', 1)
    return Markup(head + closing + _named(body, names))  # noqa: S704


def _named(body: str, names: list[str]) -> str:
    below = 0

    def row(found: re.Match[str]) -> str:
        nonlocal below
        column, below = (1, below - 1) if below else (0, 0)

        def cell(tag: re.Match[str]) -> str:
            nonlocal column, below
            kind, attributes = tag.groups()
            spans = {name: int(count) for name, count in SPAN.findall(attributes)}
            below = max(below, spans.get("row", 1) - 1)
            alone = kind == "td" and "col" not in spans and column < len(names)
            name = names[column] if alone else ""
            column += spans.get("col", 1)
            return f'<{kind}{attributes} data-label="{escape(name)}">' if name else tag[0]

        return CELL.sub(cell, found[0])

    return ROW.sub(row, body)
