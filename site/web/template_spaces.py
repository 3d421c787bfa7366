"""French typography in what templates say and show, so that all is typed as at a keyboard."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from jinja2.ext import Extension
from jinja2.lexer import Token
from markupsafe import Markup

from communaute.french.typography import typeset, typeset_html, typeset_source


# Characters; longer texts are few, and would fill the memory.
LONGEST_KEPT = 300


class FrenchSpaces(Extension):
    """Change the text of templates once, when they are compiled."""

    def filter_stream(self, stream: Iterable[Token]) -> Iterator[Token]:
        """Every piece of text, typed in the page or given to a macro, with French spaces."""
        for token in stream:
            if token.type in ("data", "string"):
                # A string may be compared with another (`partition(" : ")`): nothing precedes it.
                before = "x" if token.type == "data" else ""
                yield Token(token.lineno, token.type, typeset_source(token.value, before))
            else:
                yield token


def typeset_shown(value: object) -> str | Markup:
    """The filter `typeset`: a sentence given to a template, or HTML, in French typography."""
    if isinstance(value, Markup):
        return Markup(typeset_html(value))  # noqa: S704  # its texts are escaped again
    text = str(value)
    return set_once(text) if len(text) <= LONGEST_KEPT else typeset(text)


@lru_cache(maxsize=2_048)
def set_once(text: str) -> str:
    """A label, a hint, a title: most pages show the same ones."""
    return typeset(text)
