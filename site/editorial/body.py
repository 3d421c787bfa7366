"""From a page's Markdown to its HTML and to all that is known of it."""

from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from communaute.editorial.blocks import WRITERS
from communaute.editorial.directives import check_fences, expand
from communaute.editorial.draft import Draft, line_of
from communaute.editorial.figures import write_figures, write_images
from communaute.editorial.headings import (
    reserve_anchors,
    table_of_contents,
    text_sections,
    write_headings,
)
from communaute.editorial.links import write_links
from communaute.editorial.pages import TextSection, TocEntry
from communaute.editorial.parser import build_parser
from communaute.editorial.tables import write_tables
from communaute.editorial.typography import CODE, typography_of_pieces


_PARSER: MarkdownIt = build_parser()
_DEEPEST = 18  # the parser stops at 20 and drops what is deeper


@dataclass(frozen=True, slots=True)
class Body:
    """What rendering one body gives."""

    html: str
    toc: tuple[TocEntry, ...]
    sections: tuple[TextSection, ...]


def render(draft: Draft, text: str) -> Body:
    """Render a body; what is wrong in it is noted in the draft, never raised."""
    env = {"prefix": draft.prefix}
    tokens = _PARSER.parse(text, env)
    _check(draft, tokens, text)
    _reserve_notes(draft, tokens)
    reserve_anchors(draft, tokens)
    tokens = write_tables(draft, expand(draft, tokens, WRITERS))
    _write_inlines(draft, tokens)
    toc, sections = table_of_contents(tokens), text_sections(draft, tokens)
    tokens = write_figures(write_headings(tokens))
    return Body(_PARSER.renderer.render(tokens, _PARSER.options, env), toc, sections)


def _reserve_notes(draft: Draft, tokens: list[Token]) -> None:
    """Keep for the notes the ids that the parser will print."""
    for token in tokens:
        if token.type == "footnote_block_open":
            draft.ids.add(f"{draft.prefix}notes")
        elif token.type == "footnote_open":
            number = token.meta["id"] + 1
            draft.ids |= {f"{draft.prefix}note-{number}", f"{draft.prefix}renvoi-{number}"}


def _check(draft: Draft, tokens: list[Token], text: str) -> None:
    check_fences(draft, tokens, text.split("\n"))
    deepest = max(tokens, key=lambda token: token.level, default=None)
    if deepest is not None and deepest.level >= _DEEPEST:
        draft.fault(line_of(deepest), "Ces listes sont trop imbriquées : faites-en des parties.")


def _write_inlines(draft: Draft, tokens: list[Token]) -> None:
    at = 0
    for token in tokens:
        at = token.map[0] if token.map else at
        if token.type == "inline" and token.children:
            write_links(draft, token.children, at)
            _set_type(token.children)
            write_images(draft, token.children, at)


def _set_type(children: list[Token]) -> None:
    """Put a whole paragraph in French typography, across its emphasis and links."""
    spoken = [token for token in children if token.type in _SPOKEN]
    pieces = [_piece(token) for token in spoken]
    for token, piece in zip(spoken, typography_of_pieces(pieces), strict=True):
        if token.type == "text":
            token.content = piece


_SPOKEN = frozenset({"text", "code_inline", "softbreak", "hardbreak", "image"})


def _piece(token: Token) -> str:
    if token.type == "text":
        return token.content
    return CODE if token.type in {"code_inline", "image"} else "\n"
