"""From a page's Markdown (CommonMark, tables, notes, definitions, directives) to its HTML."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from communaute.editorial.blocks import WRITERS
from communaute.editorial.claims import check_claims
from communaute.editorial.directives import check_fences, expand
from communaute.editorial.draft import Draft, line_of
from communaute.editorial.figures import write_figures, write_images, write_tables
from communaute.editorial.headings import (
    reserve_anchors,
    table_of_contents,
    text_sections,
    write_headings,
)
from communaute.editorial.links import write_links
from communaute.editorial.pages import TextSection, TocEntry
from communaute.french.typography import CODE, typeset_pieces


def build_parser() -> MarkdownIt:
    """Return the parser. HTML typed by an author is text; renderer rules write only our classes."""
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
    parser.disable(["html_block", "html_inline"])
    container_plugin(parser, "directive", validate=lambda text, _markup: bool(text.strip()))
    parser.use(deflist_plugin)
    parser.use(footnote_plugin, inline=False)
    parser.inline.ruler.before("link", "glossary", _glossary)
    parser.inline.ruler.before("link", "source", _source)
    for name, rule in _NOTE_RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _glossary(state: StateInline, silent: bool) -> bool:
    """`[[term]]` or `[[term|words]]`: a link that a later pass leads to the glossary."""
    if not state.src.startswith("[[", state.pos):
        return False
    end = state.src.find("]]", state.pos + 2)
    inside = state.src[state.pos + 2 : end]
    if end < 0 or not inside.strip() or "[" in inside or "\n\n" in inside:
        return False
    if not silent:
        name, _, words = inside.partition("|")
        opening = state.push("link_open", "a", 1)
        opening.meta = {"term": " ".join(name.split())}
        state.push("text", "", 0).content = " ".join((words or name).split())
        state.push("link_close", "a", -1)
    state.pos = end + 2
    return True


_OURS = "nous"
_CALL = re.compile(rf" ?\{{((?:\d{{1,2}}|{_OURS})(?:, ?(?:\d{{1,2}}|{_OURS}))*)\}}")


def _source(state: StateInline, silent: bool) -> bool:
    """`{2}` or `{2, 5}` after a sentence: the numbers of the sources that say it.

    `{nous}`: no source says it, it is an example, an estimate or advice of this site.
    """
    found = _CALL.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        names = [name.strip() for name in found[1].split(",")]
        state.push("source_call", "", 0).meta = {
            "sources": [int(name) for name in names if name != _OURS],
            "ours": _OURS in names,
        }
    state.pos = found.end()
    return True


def _source_call(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    meta = tokens[index].meta
    links = [
        f'<a href="#source-{number}"><span class="fr-sr-only">Source </span>{number}</a>'
        for number in meta["sources"]
    ]
    if meta["ours"]:
        links.append(f'<a href="#source-nous"><span class="fr-sr-only">Dit par </span>{_OURS}</a>')
    return f'<sup class="source-call">{", ".join(links)}</sup>'


def _note_name(token: Token, env: dict[str, str]) -> str:
    return f"{env.get('prefix', '')}note-{token.meta['id'] + 1}"


def _call_name(token: Token, env: dict[str, str]) -> str:
    again = token.meta.get("subId", 0)
    return f"{env.get('prefix', '')}renvoi-{token.meta['id'] + 1}" + (
        f"-{again + 1}" if again else ""
    )


def _note_call(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    token = tokens[index]
    note, call = _note_name(token, env), _call_name(token, env)
    name = f'<span class="fr-sr-only">Note </span>{token.meta["id"] + 1}'
    return f'<sup class="note-call"><a href="#{note}" id="{call}">{name}</a></sup>'


def _notes_open(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    title = f"{env.get('prefix', '')}notes"
    tag = "p" if env.get("prefix") else "h2"  # a term is a part of a page: no heading inside it
    return (
        f'<section class="notes" aria-labelledby="{title}">\n'
        f'<{tag} class="notes__title" id="{title}">Notes</{tag}>\n<ol class="notes__list">\n'
    )


def _note_open(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return f'<li id="{_note_name(tokens[index], env)}" class="notes__note">'


def _note_back(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    token = tokens[index]
    again = token.meta["subId"]
    number = f"{token.meta['id'] + 1}" + (f", renvoi {again + 1}" if again else "")
    hidden = f'<span class="fr-sr-only"> de la note {number}</span>'
    return f' <a class="notes__back" href="#{_call_name(token, env)}">Retour au texte{hidden}</a>'


_NOTE_RULES = {
    "source_call": _source_call,
    "footnote_ref": _note_call,
    "footnote_block_open": _notes_open,
    "footnote_block_close": lambda *_: "</ol>\n</section>\n",
    "footnote_open": _note_open,
    "footnote_close": lambda *_: "</li>\n",
    "footnote_anchor": _note_back,
}


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
    tokens, env = parse(draft, text)
    toc, sections = table_of_contents(tokens), text_sections(draft, tokens)
    return Body(as_html(write_figures(write_headings(tokens)), env), toc, sections)


def parse(draft: Draft, text: str) -> tuple[list[Token], dict[str, str]]:
    """Return the tokens of a text, its links resolved and its sentences set; and what they print with."""
    env = {"prefix": draft.prefix}
    tokens = _PARSER.parse(text, env)
    _check(draft, tokens, text)
    if draft.kind == "guides" and draft.slug != "_index":
        check_claims(draft, tokens)
    _reserve_notes(draft, tokens)
    reserve_anchors(draft, tokens)
    tokens = write_tables(draft, expand(draft, tokens, WRITERS))
    _write_inlines(draft, tokens)
    return tokens, env


def as_html(tokens: list[Token], env: dict[str, str]) -> str:
    """Return what tokens print."""
    return str(_PARSER.renderer.render(tokens, _PARSER.options, env))


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
            _cite(draft, token.children, at)
            write_links(draft, token.children, at)
            _set_type(token.children)
            write_images(draft, token.children, at)


def _cite(draft: Draft, children: list[Token], at: int) -> None:
    """Note the sources that a paragraph names; one that the header does not have is a fault."""
    calls = [token for token in children if token.type == "source_call"]
    draft.says_ours |= any(token.meta["ours"] for token in calls)
    for number in (number for token in calls for number in token.meta["sources"]):
        draft.cited.add(number)
        if not 1 <= number <= draft.sources:
            draft.fault(at, f"La source {number} n’existe pas : la page en a {draft.sources}.")


def _set_type(children: list[Token]) -> None:
    """Put a whole paragraph in French typography, across its emphasis and links."""
    spoken = [token for token in children if token.type in _SPOKEN]
    pieces = [_piece(token) for token in spoken]
    for token, piece in zip(spoken, typeset_pieces(pieces), strict=True):
        if token.type == "text":
            token.content = piece


_SPOKEN = frozenset({"text", "code_inline", "softbreak", "hardbreak", "image", "source_call"})


def _piece(token: Token) -> str:
    if token.type == "text":
        return token.content
    return CODE if token.type in {"code_inline", "image", "source_call"} else "\n"
