"""Opening: the published generation, ready to answer."""

from pathlib import Path
from threading import Lock
from typing import Any

from whoosh.index import open_dir

from search_index import generations
from search_index.errors import IndexUnavailable
from search_index.excerpts import Marker
from search_index.query import Query
from search_index.ranking import Ranker
from search_index.reading import Reader
from search_index.results import Hit, Results
from search_index.selecting import Selector
from search_index.tables import Tables


WHOOSH, ARRAYS = "whoosh", "arrays"
MOST_HITS = 100


class Index:
    """One generation of the index. It never changes: open_index() gives the next one.

    Safe to share between threads. Close nothing: dropping it lets its files go.
    """

    def __init__(self, generation: Path) -> None:
        told = generations.manifest(generation)
        self.generation = generation
        self.fingerprint = str(told.get("fingerprint", ""))
        try:
            tables = Tables.load(generation / ARRAYS)
            self._reader = open_dir(generation / WHOOSH, readonly=True).reader()
        except Exception as error:
            message = f"{generation} cannot be opened: {error!r}"
            raise IndexUnavailable(message) from error
        self._lock = Lock()  # Whoosh's file reader has one position for all
        self._questions = Reader(tables)
        self._ranker = Ranker(tables)
        self._selector = Selector(tables)
        self._stems = tables.stems

    def __len__(self) -> int:
        """Return how many sections are indexed."""
        return int(self._reader.doc_count())

    def is_older_than(self, fingerprint: str) -> bool:
        """Say whether the index was built from something else than this fingerprint."""
        return self.fingerprint != fingerprint

    def check(self) -> None:
        """Raise IndexUnavailable unless Whoosh and the arrays agree, word by word on a sample."""
        step = max(1, len(self._stems) // 50)
        frequencies = self._questions.lexicon.sections
        for number in range(0, len(self._stems), step):
            if self._reader.doc_frequency("terms", self._stems[number]) != frequencies[number]:
                message = f"{self.generation}: the two halves disagree on {self._stems[number]!r}"
                raise IndexUnavailable(message)
        self.search(self._stored(0)["title"] or self._stored(0)["body"])

    def search(
        self,
        text: str,
        limit: int = 10,
        kind: str | None = None,
        *,
        audience: str | None = None,
        page: int = 1,
        per_page: int | None = 2,
    ) -> Results:
        """Return the best sections for what was typed; any text is a valid question.

        `limit` hits (100 at most) from the `page`-th such slice, of one kind or for one
        audience if asked, at most `per_page` sections of a same page (None: no limit).
        """
        query = self._questions.read(text)
        found = self._selector.select(self._ranker.scores(query), kind, audience, per_page)
        limit = min(max(limit, 0), MOST_HITS)
        start = (max(page, 1) - 1) * limit
        chosen = found.sections[start : start + limit]
        scores = found.scores[start : start + limit]
        marker = Marker(self._wanted(query))
        hits = (self._hit(int(s), float(v), marker) for s, v in zip(chosen, scores, strict=True))
        return Results(
            tuple(hits), len(found.sections), query.suggestion, query.unknown, found.facets
        )

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Hit, ...]:
        """Return one hit a page for what is being typed, in the order of the results."""
        return self.search(prefix, limit, per_page=1).hits if prefix.strip() else ()

    def _hit(self, section: int, score: float, marker: Marker) -> Hit:
        stored = self._stored(section)
        return Hit(
            id=stored["id"],
            page=stored["page"],
            url=stored["url"],
            title=stored["title"],
            headings=stored["headings"],
            kind=stored["kind"],
            audience=tuple(filter(None, stored["audience"].split(","))),
            score=score,
            verified=stored.get("verified"),
            expired=stored["expired"],
            replaced_by=stored["replaced_by"],
            _excerpt=lambda: marker.excerpt(stored["body"]),
        )

    def _stored(self, section: int) -> dict[str, Any]:
        with self._lock:
            fields: dict[str, Any] = self._reader.stored_fields(section)
        return fields

    def _wanted(self, query: Query) -> dict[tuple[str, ...], float]:
        """Return the words and phrases to mark in an excerpt, as stems, and what each weighs."""
        weights: dict[tuple[str, ...], float] = {}
        for group in query.groups:
            for phrase, share in group.phrases.items():
                idf = float(self._ranker.sections.idf[list(phrase)].mean())
                stems = tuple(self._stems[stem] for stem in phrase)
                weights[stems] = max(group.weight * share * idf, weights.get(stems, 0.0))
        return weights


def open_index(directory: str | Path) -> Index:
    """Open what is published in the directory.

    Raise IndexUnavailable if nothing is, or if it is cut, changed or of another format.
    The Whoosh part holds a pickled schema: opening an index runs what its writer put there,
    so the folder must be writable only by who builds it.
    """
    root = Path(directory)
    generation = generations.current(root)
    try:
        return Index(generation)
    except IndexUnavailable:
        # Published anew and swept away between reading the pointer and opening the files.
        if generations.current(root) == generation:
            raise
        return Index(generations.current(root))
