"""No-break spaces in what templates say, so that they are typed as one types at a keyboard."""

import re
from collections.abc import Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token


NARROW = "\u202f"
# Between a word and a double sign, and inside guillemets. Markup never has these forms.
BEFORE_SIGN = re.compile(r"(?<=\S) (?=[;:!?»](?:[\s<\"'&)]|$))")
AFTER_OPENING = re.compile(r"« (?=\S|$)")


class FrenchSpaces(Extension):
    """Change the text of templates once, when they are compiled."""

    def filter_stream(self, stream: Iterable[Token]) -> Iterator[Token]:
        """Every piece of text, typed in the page or given to a macro, with French spaces."""
        for token in stream:
            if token.type in ("data", "string"):
                yield Token(token.lineno, token.type, french_spaces(token.value))
            else:
                yield token


def french_spaces(text: str) -> str:
    """`Que faire ?` with a narrow no-break space before the sign."""
    text = BEFORE_SIGN.sub(NARROW, text)
    text = text.replace(" »", NARROW + "»")
    return AFTER_OPENING.sub("«" + NARROW, text)
