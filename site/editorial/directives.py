"""The blocks between `:::` lines: found, checked and handed to the one that writes them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markdown_it.token import Token

from communaute.editorial.draft import Draft, line_of, plain


OPEN, CLOSE = "container_directive_open", "container_directive_close"
_NAME = re.compile(r"\s*([\w-]+)\s*(.*)", re.DOTALL)
_ARGUMENT = re.compile(r"""\s*([\w-]+)=(?:"([^"]*)"|«\s*([^»]*?)\s*»|(\S+))""")


@dataclass(frozen=True, slots=True)
class Directive:
    """A block as typed: its name, the rest of its line, its line (from 0) and what it holds."""

    name: str
    rest: str
    line: int
    inner: list[Token]

    def arguments(self, draft: Draft) -> dict[str, str]:
        """Return `name=value` pairs; what does not read as such is a fault."""
        left = _ARGUMENT.sub("", self.rest).strip()
        if left:
            draft.fault(
                self.line, f"« {left} » n’est pas de la forme nom=valeur : corrigez la ligne."
            )
        pairs = _ARGUMENT.findall(self.rest)
        return {name: quoted or french or bare for name, quoted, french, bare in pairs}


Writer = Callable[[Draft, Directive], list[Token]]


def expand(draft: Draft, tokens: list[Token], writers: dict[str, Writer]) -> list[Token]:
    """Return the tokens with every directive replaced by what its writer makes of it."""
    done: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == OPEN:
            end = _end_of(tokens, index)
            done += _write(draft, token, tokens[index + 1 : end], writers)
            index = end
        elif token.type == "heading_open":
            _follow_level(draft, token)
            done.append(token)
        else:
            done.append(token)
        index += 1
    return done


def _end_of(tokens: list[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += {OPEN: 1, CLOSE: -1}.get(tokens[index].type, 0)
        if depth == 0:
            return index
    return len(tokens) - 1


def _write(
    draft: Draft, opening: Token, inner: list[Token], writers: dict[str, Writer]
) -> list[Token]:
    match = _NAME.match(opening.info)
    name, rest = (match[1], match[2].strip()) if match else (opening.info.strip(), "")
    if name in writers:
        return writers[name](draft, Directive(name, rest, line_of(opening), inner))
    known = ", ".join(sorted(writers))
    message = f"Le bloc « {name} » n’existe pas : choisissez parmi {known}."
    draft.fault(line_of(opening), message)
    return expand(draft, inner, writers)


def _follow_level(draft: Draft, token: Token) -> None:
    if draft.prefix:
        draft.fault(
            line_of(token), "Un terme ou un texte d’outil n’a pas de titres : écrivez-le sans."
        )
    level = int(token.tag[1])
    if level == 1:
        draft.fault(line_of(token), "Le titre de la page est dans l’en-tête : commencez à « ## ».")
        level = 2
    elif level > draft.written_level + 1:
        marks = "#" * (draft.written_level + 1)
        draft.fault(line_of(token), f"Un niveau de titre est sauté : écrivez « {marks} ».")
    draft.written_level = draft.level = level
    token.tag = f"h{level}"


def check_fences(draft: Draft, tokens: list[Token], lines: list[str]) -> None:
    """Note the blocks never closed and the `:::` lines that close nothing."""
    ends = [len(lines)]
    for token in tokens:
        if token.type == OPEN and token.map:
            end = token.map[1]
            closing = lines[end].strip() if end < len(lines) else ""
            if end >= ends[-1] or not re.fullmatch(r":{3,}", closing):
                name = token.info.strip()
                draft.fault(
                    token.map[0],
                    f"Le bloc « {name} » n’est pas fermé : ajoutez « {token.markup} ».",
                )
            ends.append(end)
        elif token.type == CLOSE:
            ends.pop()
        elif token.type == "inline" and re.search(r"^\s*:{3,}", token.content, re.MULTILINE):
            draft.fault(line_of(token), _STRAY)


_STRAY = (
    "Cette ligne « ::: » n’ouvre ni ne ferme aucun bloc : laissez une ligne vide avant, et mettez "
    "un deux-points de plus au bloc qui en contient un autre."
)


def refuse_headings(draft: Draft, directive: Directive) -> list[Token]:
    """Return what the block holds; a heading in it is a fault and becomes a paragraph."""
    kept = []
    for token in directive.inner:
        if token.type == "heading_open":
            message = f"Pas de titre dans un bloc « {directive.name} » : mettez-le avant le bloc."
            draft.fault(line_of(token), message)
        if token.type in {"heading_open", "heading_close"}:
            token.type = token.type.replace("heading", "paragraph")
            token.tag = "p"
        kept.append(token)
    return kept


def words_of(tokens: list[Token]) -> str:
    """Return the plain words of the blocks that a directive holds, on one line."""
    return " ".join(plain(token.children) for token in tokens if token.type == "inline")
