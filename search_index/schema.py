"""The Whoosh schema: the index of record, with the stored text of each section."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, STORED, FieldType, Schema
from whoosh.formats import Existence

from search_index.analysis import terms
from search_index.normalizing import canonical


class FrenchAnalyzer(Analyzer):  # type: ignore[misc]
    """Our French terms as Whoosh tokens, with positions and offsets when asked."""

    def __call__(
        self, value: str, positions: bool = False, chars: bool = False, **kwargs: Any
    ) -> Iterator[Token]:
        """Yield the tokens of a text (one object, changed in place, as Whoosh expects)."""
        token = Token(positions, chars, **kwargs)
        for position, term in enumerate(terms(canonical(value))):
            token.text = term.stem
            token.boost = 1.0
            token.stopped = False
            if positions:
                token.pos = position
            if chars:
                token.startchar, token.endchar = term.start, term.end
            yield token


class WeightedTerms(FieldType):  # type: ignore[misc]
    """A field given as a mapping from term to weighted frequency.

    The section's texts were analysed once already; Whoosh stores the sums.
    """

    def __init__(self) -> None:
        self.analyzer = FrenchAnalyzer()
        self.format = Existence()
        self.scorable = True

    def index(
        self, value: Mapping[str, float] | Iterable[str], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term, its frequency, its weight and an empty posting value."""
        if isinstance(value, Mapping):
            for term, weight in value.items():
                yield term.encode(), 1, float(weight), b""
        else:
            yield from super().index(value)


def schema() -> Schema:
    """Return the schema of one generation."""
    return Schema(
        id=ID(stored=True, unique=True),
        page=STORED,
        url=STORED,
        title=STORED,
        headings=STORED,
        body=STORED,
        kind=ID(stored=True),
        audience=KEYWORD(stored=True, commas=True),
        verified=STORED,
        expired=STORED,
        replaced_by=STORED,
        terms=WeightedTerms(),
    )
