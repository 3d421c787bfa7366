"""Opening: one generation, ready to answer."""

from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import EmptyIndexError, open_dir

from search_index import generations
from search_index.errors import IndexUnavailable
from search_index.query import Reader
from search_index.ranking import Ranker
from search_index.results import Facets, Hit, Results
from search_index.tables import Tables


class Index:
    """A published generation. It never changes; open_index() gives the next one."""

    def __init__(self, generation: Path) -> None:
        self.generation = generation
        told = generations.manifest(generation)
        self.fingerprint: str = told["fingerprint"]
        try:
            self.tables = Tables.load(generation / "arrays")
            self.reader = open_dir(generation / "whoosh", readonly=True).reader()
        except (OSError, ValueError, KeyError, TypeError, EmptyIndexError) as error:
            message = f"{generation} cannot be opened: {error!r}"
            raise IndexUnavailable(message) from error
        self.questions = Reader(self.tables)
        self.ranker = Ranker(self.tables)

    def is_older_than(self, fingerprint: str) -> bool:
        """Say whether the index was built from something else than this fingerprint."""
        return self.fingerprint != fingerprint

    def stored(self, section: int) -> dict[str, Any]:
        """Return what Whoosh stores of a section."""
        fields: dict[str, Any] = self.reader.stored_fields(section)
        return fields

    def search(
        self, text: str, limit: int = 10, kind: str | None = None, *, per_page: int | None = 2
    ) -> Results:
        """Return the best sections for what was typed."""
        query = self.questions.read(text)
        scores = self.ranker.scores(query)
        found = np.flatnonzero(scores)
        order = found[np.argsort(-scores[found], kind="stable")]
        hits: list[Hit] = []
        seen: dict[int, int] = {}
        for section in order:
            page = int(self.tables.page_of[section])
            if per_page and seen.get(page, 0) >= per_page:
                continue
            seen[page] = seen.get(page, 0) + 1
            hits.append(self._hit(int(section), float(scores[section])))
            if len(hits) == limit:
                break
        return Results(tuple(hits), len(found), "", Facets())

    def _hit(self, section: int, score: float) -> Hit:
        s = self.stored(section)
        return Hit(
            s["id"],
            s["page"],
            s["url"],
            s["title"],
            s["headings"],
            s["kind"],
            score,
            s.get("verified"),
            bool(s.get("expired")),
            lambda: "",
        )


def open_index(directory: str | Path) -> Index:
    """Open what is published in the directory; raise IndexUnavailable if it cannot be read."""
    return Index(generations.current(Path(directory)))
