"""The Whoosh schema: the index of record, with the stored text of each section."""

from collections.abc import Iterator, Mapping

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, STORED, FieldType, Schema
from whoosh.formats import Existence

from search_index.analysis import terms
from search_index.normalizing import canonical


class FrenchAnalyzer(Analyzer):
    """Our French terms as Whoosh tokens, with positions and offsets when asked."""

    def __call__(
        self, value: str, positions: bool = False, chars: bool = False, **options: object
    ) -> Iterator[Token]:
        """Yield the tokens of a text (one object, changed in place, as Whoosh expects)."""
        token = Token(positions, chars, **options)
        for position, term in enumerate(terms(canonical(value))):
            token.text, token.boost, token.stopped = term.stem, 1.0, False
            if positions:
                token.pos = position
            if chars:
                token.startchar, token.endchar = term.start, term.end
            yield token


class WeightedTerms(FieldType):
    """A field given as a mapping from term to weighted frequency.

    The section's texts were analysed once already; Whoosh stores the sums. A text, which is
    what a Whoosh query gives, goes through the same French analysis.
    """

    def __init__(self) -> None:
        self.analyzer = FrenchAnalyzer()
        self.format = Existence()
        self.scorable = True

    def index(
        self, value: Mapping[str, float], **_options: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term, its frequency, its weight and an empty posting value."""
        for term, weight in value.items():
            yield term.encode(), 1, float(weight), b""


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
