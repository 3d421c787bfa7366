"""Opening: the published generation, ready to answer."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from whoosh.filedb.filestore import FileStorage, copy_to_ram
from whoosh.reading import IndexReader

from search_index import generations
from search_index.excerpts import Marker, WordsRead
from search_index.query import Query
from search_index.ranking import Ranker
from search_index.reading import READ, Reader
from search_index.results import Hit, IndexUnavailable, Passage, Results
from search_index.selecting import Selector
from search_index.tables import Tables


WHOOSH, ARRAYS = "whoosh", "arrays"
MOST_HITS = 100
MOST_TASKS = 3  # suggested before the results
# Stored fields kept unpacked, some 2 kB each: the same sections answer most questions.
MOST_UNPACKED = 2_000


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
            # Copied, not mapped: a file cut short under a reader would end its process.
            files = FileStorage(str(generation / WHOOSH), supports_mmap=False, readonly=True)
            self._reader = copy_to_ram(files).open_index().reader()
        except Exception as error:
            message = f"{generation} cannot be opened: {error!r}"
            raise IndexUnavailable(message) from error
        self._stored = unpacking(self._reader)
        self._words_read = WordsRead()
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

    def read_ahead(self) -> None:
        """Read every section, up to those kept, as the first questions would one by one."""
        for section in range(min(len(self), MOST_UNPACKED)):
            self._words_read.places(self._stored(section)["body"])

    def search(
        self,
        text: str,
        limit: int = 10,
        kind: str | None = None,
        *,
        audience: str | None = None,
        page: int = 1,
        per_page: int | None = 1,
        inside: int = 0,
    ) -> Results:
        """Return the best sections for what was typed; any text is a valid question.

        `limit` hits (100 at most) from the `page`-th such slice, of one kind or for one
        audience if asked, at most `per_page` sections of a same page (None: no limit), each
        with `inside` other sections of its page at most.
        """
        query = self._questions.read(text)
        all_scores, task = self._ranker.rank(query)
        found = self._selector.select(all_scores, kind, audience, per_page)
        limit = min(max(limit, 0), MOST_HITS)
        start = (max(page, 1) - 1) * limit
        chosen = found.sections[start : start + limit]
        scores = found.scores[start : start + limit]
        marker = Marker(self._wanted(query), self._words_read)
        hits = []
        for section, score in zip(chosen.tolist(), scores.tolist(), strict=True):
            others = self._selector.inside(found, section, inside) if inside else ()
            within = [self._stored(other) for other in others]
            passages = tuple(
                Passage(stored["url"], stored["title"], stored["headings"]) for stored in within
            )
            hits.append(self._hit(section, score, marker, passages))
        return Results(
            tuple(hits),
            len(found.sections),
            query.suggestion,
            query.unknown,
            self._address(task),
            found.facets,
        )

    def knows(self, text: str) -> bool:
        """Say whether the texts have every word of a question, in the very form typed."""
        groups = self._questions.read(text).groups
        said = [group.surface >= 0 for group in groups if group.term.kind in READ]
        return bool(said) and all(said)

    def suggest(self, typed: str, limit: int = 8) -> tuple[Hit, ...]:
        """Return one hit a page for what is being typed: tasks that begin so, then the results."""
        if not typed.strip():
            return ()
        nothing = Marker({})
        tasks = [self._hit(s, 0.0, nothing) for s in self._ranker.wordings.begun(typed, MOST_TASKS)]
        pages: dict[str, Hit] = {}
        for hit in (*tasks, *self.search(typed, limit).hits):
            pages.setdefault(hit.page, hit)  # a task that is also found keeps its place, the first
        return tuple(pages.values())[:limit]

    def _address(self, section: int | None) -> str:
        return "" if section is None else str(self._stored(section)["url"])

    def _hit(
        self, section: int, score: float, marker: Marker, inside: tuple[Passage, ...] = ()
    ) -> Hit:
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
            inside=inside,
            _excerpt=lambda: marker.excerpt(stored["body"]),
        )

    def _wanted(self, query: Query) -> dict[tuple[str, ...], float]:
        """Return the words and phrases to mark in an excerpt, as stems, and what each weighs."""
        weights: dict[tuple[str, ...], float] = {}
        for group in query.groups:
            for phrase, share in group.phrases.items():
                told = self._ranker.sections.told(phrase)
                stems = tuple(self._stems[stem] for stem in phrase)
                weights[stems] = max(group.weight * share * told, weights.get(stems, 0.0))
        return weights


def unpacking(reader: IndexReader) -> Callable[[int], Mapping[str, Any]]:
    """Return what gives the stored fields of a section, the last ones kept as they were read."""
    lock = Lock()  # Whoosh's file reader has one position for all

    @lru_cache(MOST_UNPACKED)
    def stored(section: int) -> Mapping[str, Any]:
        with lock:
            fields: dict[str, Any] = reader.stored_fields(section)
        return fields

    return stored


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
