"""Building: documents in, a published generation out, under the Whoosh schema."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, STORED, FieldType, Schema
from whoosh.formats import Existence
from whoosh.index import create_in

from search_index import generations
from search_index.analysis import terms
from search_index.collecting import Collector
from search_index.document import NO_GUIDANCE, Document, Guidance
from search_index.folding import canonical
from search_index.opening import ARRAYS, WHOOSH, Index


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


STORED_AS_THEY_ARE = ("id", "page", "url", "kind", "verified", "expired", "replaced_by")


def build(
    directory: str | Path,
    documents: Iterable[Document],
    synonyms: Iterable[Iterable[str]] = (),
    *,
    guidance: Guidance = NO_GUIDANCE,
    fingerprint: str = "",
) -> Path:
    """Index the documents as a new generation and publish it in one step.

    `synonyms` are groups of words or phrases that mean the same, `guidance` what else the
    keepers of the site know of its words. `fingerprint` says what
    the documents were made from: Index.is_older_than() compares it. Returns the folder of
    the generation. Raises ValueError if there is no document or two share an id, and
    OSError if the folder cannot be written; what was published before then stays.
    """

    def fill(generation: Path) -> dict[str, Any]:
        collector = _index(generation / WHOOSH, documents)
        (generation / ARRAYS).mkdir()
        collector.tables(synonyms, guidance).save(generation / ARRAYS)
        return {"fingerprint": fingerprint, "sections": len(collector.documents)}

    # Opened as a reader will, and asked for its own first section.
    return generations.publish(Path(directory), fill, lambda made: Index(made).check())


def _index(folder: Path, documents: Iterable[Document]) -> Collector:
    folder.mkdir()
    collector = Collector()
    writer = create_in(folder, schema()).writer(limitmb=256)
    seen: set[str] = set()
    try:
        for document in documents:
            if document.id in seen:
                message = f"two documents have the id {document.id!r}"
                raise ValueError(message)
            seen.add(document.id)
            writer.add_document(**_stored(document), terms=collector.add(document))
    except BaseException:
        writer.cancel()
        raise
    if not seen:
        writer.cancel()
        raise ValueError("no document: an empty index is never published")
    writer.commit()
    return collector


def _stored(document: Document) -> dict[str, Any]:
    """Return what Whoosh keeps of a section; texts in the spelling that was analysed."""
    kept = {name: getattr(document, name) for name in STORED_AS_THEY_ARE}
    kept |= {name: canonical(getattr(document, name)) for name in ("headings", "body")}
    kept["title"] = canonical(document.name)
    return kept | {"audience": ",".join(document.audience)}
