"""The Markdown that authors may write: CommonMark, tables, notes, definitions, directives."""

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin


def build_parser() -> MarkdownIt:
    """Return the parser. HTML typed by an author is text; renderer rules write only our classes."""
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
    parser.disable(["html_block", "html_inline"])
    container_plugin(parser, "directive", validate=_is_directive)
    parser.use(deflist_plugin)
    parser.use(footnote_plugin, inline=False)
    parser.inline.ruler.before("link", "glossary", _glossary)
    for name, rule in _NOTE_RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _is_directive(parameters: str, markup: str) -> bool:
    return bool(parameters.strip())


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


def _notes_close(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return "</ol>\n</section>\n"


def _note_open(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return f'<li id="{_note_name(tokens[index], env)}" class="notes__note">'


def _note_close(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return "</li>\n"


def _note_back(self: RendererHTML, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    token = tokens[index]
    again = token.meta["subId"]
    number = f"{token.meta['id'] + 1}" + (f", renvoi {again + 1}" if again else "")
    hidden = f'<span class="fr-sr-only"> de la note {number}</span>'
    return f' <a class="notes__back" href="#{_call_name(token, env)}">Retour au texte{hidden}</a>'


_NOTE_RULES = {
    "footnote_ref": _note_call,
    "footnote_block_open": _notes_open,
    "footnote_block_close": _notes_close,
    "footnote_open": _note_open,
    "footnote_close": _note_close,
    "footnote_anchor": _note_back,
}
