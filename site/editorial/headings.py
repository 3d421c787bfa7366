"""Headings: anchors, permalinks, table of contents and the text under each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it.token import Token

from communaute.editorial.draft import Draft, attribute, html, line_of, plain
from communaute.editorial.pages import TextSection, TocEntry
from communaute.french.folding import slugify
from communaute.french.typography import typeset


def heading(
    level: int, text: str, anchor: str, *, own_id: bool = True, **meta: object
) -> list[Token]:
    """Return the tokens of a heading of ours; without `own_id` the anchor is on what holds it."""
    tag = f"h{min(level, 6)}"
    marks = {"anchor": anchor, "own_id": own_id, **meta}
    words = Token("inline", "", 0, content=text, children=[Token("text", "", 0, content=text)])
    return [Token("heading_open", tag, 1, meta=marks), words, Token("heading_close", tag, -1)]


def reserve_anchors(draft: Draft, tokens: Sequence[Token]) -> None:
    """Give every heading an author wrote its anchor, before ours take theirs."""
    for opening, words in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        wanted = slugify(plain(words.children))
        anchor = draft.free_id(wanted)
        if anchor != draft.prefix + wanted:
            draft.fault(line_of(opening), _TWICE.format(plain(words.children)))
        opening.meta = {"anchor": anchor, "own_id": True}


_TWICE = "Deux titres de la page ont la même adresse (« {} ») : changez les mots de celui-ci."


def write_headings(tokens: list[Token]) -> list[Token]:
    """Put ids and permalinks on headings."""
    done: list[Token] = []
    anchor = text = ""
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            anchor, text = token.meta["anchor"], plain(tokens[index + 1].children)
            if token.meta["own_id"]:
                token.attrs["id"] = anchor
            done.append(html('<div class="heading">\n'))
        done.append(token)
        if token.type == "heading_close":
            name = attribute(typeset(f"Lien vers cette partie : {text}"))
            link = f'<a class="permalink" href="#{anchor}"><span aria-hidden="true">#</span>'
            done.append(html(f'{link}<span class="fr-sr-only">{name}</span></a>\n</div>\n'))
    return done


@dataclass(slots=True)
class _Branch:
    level: int
    id: str
    text: str
    children: list["_Branch"] = field(default_factory=list)

    def entry(self) -> TocEntry:
        children = tuple(child.entry() for child in self.children)
        return TocEntry(self.level, self.id, self.text, children)


def table_of_contents(tokens: Sequence[Token]) -> tuple[TocEntry, ...]:
    """Return the tree of the headings, in final typography."""
    root = _Branch(0, "", "")
    stack = [root]
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            text = plain(tokens[index + 1].children)
            branch = _Branch(int(token.tag[1]), token.meta["anchor"], text)
            while stack[-1].level >= branch.level:
                stack.pop()
            stack[-1].children.append(branch)
            stack.append(branch)
    return root.entry().children


@dataclass(slots=True)
class _Part:
    anchor: str
    level: int
    path: tuple[str, ...]
    lines: list[str] = field(default_factory=list)


def text_sections(draft: Draft, tokens: Sequence[Token]) -> tuple[TextSection, ...]:
    """Return the plain text under each heading; after a block of ours, the part resumes."""
    parts = [_Part("", 0, ())]
    stack, resumed = [parts[0]], list[int]()
    skip = False
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            skip = True
            if not token.meta.get("quiet"):
                _open_part(parts, stack, token, plain(tokens[index + 1].children))
        elif token.type == "heading_close":
            skip = False
        elif token.meta.get("enter"):
            resumed.append(len(stack))
        elif token.meta.get("leave"):
            del stack[max(1, resumed.pop()) :]
        elif token.type == "footnote_block_open":
            del stack[1:]
            stack.append(_Part(f"{draft.prefix}notes", 2, ("Notes",)))
            parts.append(stack[-1])
        elif not skip and token.type in {"inline", "fence", "code_block"}:
            stack[-1].lines.append(plain(token.children) if token.children else token.content)
    return tuple(TextSection(p.anchor, p.path, "\n".join(filter(None, p.lines))) for p in parts)


def _open_part(parts: list[_Part], stack: list[_Part], token: Token, text: str) -> None:
    level = int(token.tag[1])
    while stack[-1].level >= level:
        stack.pop()
    part = _Part(token.meta["anchor"], level, (*stack[-1].path, text))
    stack.append(part)
    parts.append(part)
