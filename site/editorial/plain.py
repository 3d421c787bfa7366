"""Plain words of Markdown tokens."""

from collections.abc import Iterable, Iterator

from markdown_it.token import Token


def plain(children: Iterable[Token] | None) -> str:
    """Return the words of an inline token's children, without marks, images or note calls."""
    return "".join(_pieces(children or ())).strip()


def _pieces(children: Iterable[Token]) -> Iterator[str]:
    for token in children:
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "


def block_texts(tokens: Iterable[Token]) -> str:
    """Return the words of a run of blocks, one line each."""
    lines = (plain(t.children) if t.type == "inline" else t.content for t in tokens if _speaks(t))
    return "\n".join(line for line in lines if line)


def _speaks(token: Token) -> bool:
    return token.type in {"inline", "fence", "code_block"}
