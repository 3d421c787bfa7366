"""Pictures and tables inside a page."""

import re

from markdown_it.token import Token

from communaute.editorial.draft import Draft, attribute, html, plain
from communaute.french.typography import typeset


def write_images(draft: Draft, children: list[Token], at: int) -> None:
    """Resolve and check every image of an inline token that starts on line `at` (from 0)."""
    line = at
    for token in children:
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
        elif token.type == "image":
            _write_image(draft, token, line)


def _write_image(draft: Draft, token: Token, line: int) -> None:
    name, alt = str(token.attrs.get("src", "")), typeset(plain(token.children))
    token.children = [Token("text", "", 0, content=alt)]
    if not alt:
        draft.fault(
            line, f"L’image {name} n’a pas de texte de remplacement : décrivez-la entre [ ]."
        )
    url = f"/media/{draft.kind}/{name}"
    media = draft.around.media.get(url)
    if media is None or not media.is_picture:
        draft.fault(line, f"L’image {name} manque : mettez le fichier à côté de la page.")
        return
    token.attrs.update({"src": url, "loading": "lazy", "class": "fr-responsive-img"})
    size = media.size()
    if size is not None:
        token.attrs.update({"width": size[0], "height": size[1]})


def write_figures(tokens: list[Token]) -> list[Token]:
    """Turn every paragraph that holds only an image into a figure with its caption."""
    done: list[Token] = []
    index = 0
    while index < len(tokens):
        if _is_figure(tokens, index):
            done += _figure(tokens[index + 1])
            index += 3
        else:
            done.append(tokens[index])
            index += 1
    return done


def _is_figure(tokens: list[Token], index: int) -> bool:
    if tokens[index].type != "paragraph_open" or tokens[index].hidden:
        return False
    children = tokens[index + 1].children or []
    return len(children) == 1 and children[0].type == "image"


def _figure(inline: Token) -> list[Token]:
    image = (inline.children or [])[0]
    caption = typeset(str(image.attrs.pop("title", "")))
    below = f'<figcaption class="fr-content-media__caption">{attribute(caption)}</figcaption>\n'
    return [
        html('<figure class="fr-content-media">\n<div class="fr-content-media__img">'),
        inline,
        html(f"</div>\n{below if caption else ''}</figure>\n"),
    ]


# From how many columns on a phone shows each row as a card, a cell a line, rather than scroll.
WIDE_TABLE = 3
_CAPTION = re.compile(r"Tableau\s*:\s*")
_ALIGNED = {"text-align:right": "fr-cell--right", "text-align:center": "fr-cell--center"}


def write_tables(draft: Draft, tokens: list[Token]) -> list[Token]:
    """Give every table its caption (« Tableau : … » just above it) and its header cells."""
    done: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            caption = _take_caption(done)
            names = _mark_headers(tokens, index)
            done += _opening(draft, token, caption, stacks=len(names) >= WIDE_TABLE)
        elif token.type == "table_close":
            done += [token, html("</div></div></div></div>\n")]
        else:
            style = token.attrs.pop("style", None) if token.attrs else None
            if style in _ALIGNED:
                token.attrs["class"] = _ALIGNED[str(style)]
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


def _opening(draft: Draft, table: Token, caption: Token | None, *, stacks: bool) -> list[Token]:
    name = draft.free_id("tableau")
    label = f'aria-labelledby="{name}"' if caption else 'aria-label="Tableau"'
    kind = "fr-table fr-table--multiline" + (" table-stacks" if stacks else "")
    start = (
        f'<div class="{kind}"><div class="fr-table__wrapper">'
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


def _mark_headers(tokens: list[Token], start: int) -> list[str]:
    """Scope the header cells; the first cell of a row is one unless its column has no name.

    Each cell of the body carries its column's name, for where the header row is not shown. Answers
    the names of the columns.
    """
    names: list[str] = []
    in_head, column = True, 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.type == "table_close":
            break
        if token.type in {"thead_open", "tbody_open"}:
            in_head = token.type == "thead_open"
        elif token.type == "tr_open":
            column = 0
        elif token.type in {"th_open", "td_open"}:
            if in_head:
                names.append(plain(tokens[index + 1].children))
                _cell(tokens, index, "th" if names[-1] else "td", "col" if names[-1] else "")
            elif column == 0 and names[0]:
                _cell(tokens, index, "th", "row")
            else:
                token.attrs["data-label"] = names[column]
            column += 1
    return names


def _cell(tokens: list[Token], index: int, tag: str, scope: str) -> None:
    tokens[index].tag = tokens[index + 2].tag = tag
    if scope:
        tokens[index].attrs["scope"] = scope
