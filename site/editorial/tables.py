"""Tables: caption, header cells, classes instead of styles, scrolling that a keyboard can reach."""

import re

from markdown_it.token import Token

from communaute.editorial.draft import Draft, html
from communaute.editorial.plain import plain


_CAPTION = re.compile(r"Tableau\s*:\s*")
_ALIGNED = {"text-align:right": "fr-cell--right", "text-align:center": "fr-cell--center"}


def write_tables(draft: Draft, tokens: list[Token]) -> list[Token]:
    """Give every table its caption (« Tableau : … » just above it) and its header cells."""
    done: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            caption = _take_caption(done)
            _mark_headers(tokens, index)
            done += _opening(draft, token, caption)
        elif token.type == "table_close":
            done += [token, html("</div></div></div></div>\n")]
        else:
            _align(token)
            done.append(token)
    return done


def _take_caption(done: list[Token]) -> Token | None:
    if len(done) < 3 or done[-1].type != "paragraph_close":
        return None
    first = (done[-2].children or [Token("text", "", 0)])[0]
    if not (first.type == "text" and _CAPTION.match(first.content)):
        return None
    first.content = _CAPTION.sub("", first.content, count=1)
    inline = done[-2]
    del done[-3:]
    return inline


def _opening(draft: Draft, table: Token, caption: Token | None) -> list[Token]:
    name = draft.free_id("tableau")
    label = f'aria-labelledby="{name}"' if caption else 'aria-label="Tableau"'
    start = (
        '<div class="fr-table fr-table--multiline"><div class="fr-table__wrapper">'
        f'<div class="fr-table__container" role="region" tabindex="0" {label}>'
        '<div class="fr-table__content">\n'
    )
    if caption is None:
        return [html(start), table]
    return [
        html(start),
        table,
        html(f'<caption id="{name}"><span class="table-caption">'),
        caption,
        html("</span></caption>\n"),
    ]


def _mark_headers(tokens: list[Token], start: int) -> None:
    """Scope the header cells; the first cell of a row is one unless its column has no name."""
    in_head, column, names_rows = True, 0, False
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.type == "table_close":
            return
        if token.type == "tbody_open":
            in_head = False
        elif token.type == "tr_open":
            column = 0
        elif token.type in {"th_open", "td_open"}:
            named = bool(plain(tokens[index + 1].children))
            if in_head and column == 0:
                names_rows = named
            if in_head:
                _cell(tokens, index, "th" if named else "td", "col" if named else "")
            elif column == 0 and names_rows:
                _cell(tokens, index, "th", "row")
            column += 1


def _cell(tokens: list[Token], index: int, tag: str, scope: str) -> None:
    tokens[index].tag = tokens[index + 2].tag = tag
    if scope:
        tokens[index].attrs["scope"] = scope


def _align(token: Token) -> None:
    style = token.attrs.pop("style", None) if token.attrs else None
    if style in _ALIGNED:
        token.attrs["class"] = _ALIGNED[str(style)]
