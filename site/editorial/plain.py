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
