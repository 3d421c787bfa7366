"""Reviewed wordings: how much a question says the same as what people wrote down for a page."""

import numpy as np
from numpy.typing import NDArray

from search_index.analysis import terms
from search_index.folding import canonical
from search_index.query import Query
from search_index.scoring import Scorer
from search_index.tables import Ids, Postings, Tables


Scores = NDArray[np.float32]
# What a word of a question tells, and which part of it each stem is.
Asked = tuple[float, dict[int, float]]
# A task that the question says so well is what was asked.
SAID_WHOLE = 0.9


class Said:
    """Rows of words, and which part of a question each row says."""

    def __init__(
        self, owners: NDArray[np.int64] | Ids, stems: Ids, height: int, width: int
    ) -> None:
        """Take which row each word is in, and the word; a word counts once in a row."""
        ones = np.ones(len(stems), dtype=np.float32)
        rows = owners.astype(np.int32)
        self.by_stem = Postings.gathered(stems, rows, ones, height, width)
        self.width = width

    def of(self, asked: list[Asked]) -> NDArray[np.float64]:
        """Return the part of the question that each row says: 0 to 1."""
        total, whole = np.zeros(self.width), 0.0
        starts, places = self.by_stem.starts, self.by_stem.places
        for weight, parts in asked:
            whole += weight
            own = np.zeros(self.width)
            for stem, part in parts.items():
                own[places[starts[stem] : starts[stem + 1]]] += part
            np.minimum(own, 1.0, out=own)
            own *= weight
            total += own
        return total / max(whole, 1e-9)


class Wordings:
    """Compares a question with every reviewed wording of one generation."""

    def __init__(self, tables: Tables, words: Scorer) -> None:
        """Take the wordings, and what each stem tells."""
        self.tables = tables
        self.words = words
        self.tasks = [(section, list(terms(canonical(text)))) for section, text in tables.tasks]
        self.stems, self.owners = tables.wordings.gather(np.arange(len(tables.wording_of)))
        stress = [tables.stress.get(tables.stems[stem], 1.0) for stem in self.stems]
        self.weights = words.idf[self.stems] * np.array(stress, dtype=np.float32)
        self.totals = np.bincount(self.owners, self.weights, len(tables.wording_of))
        self.totals = np.maximum(self.totals, 1e-9)
        height, pages = len(tables.stems), len(tables.replacement_of)
        self.said = Said(self.owners, self.stems, height, len(tables.wording_of))
        pages_of = tables.page_of[tables.wording_of]
        self.names = Said(pages_of[self.owners], self.stems, height, pages)

    def task(self, alike: Scores) -> int | None:
        """Return the section of the task that the question says whole, and nothing else."""
        best = int(np.argmax(alike)) if len(alike) else -1
        return (
            int(self.tables.wording_of[best]) if best >= 0 and alike[best] >= SAID_WHOLE else None
        )

    def begun(self, typed: str, most: int) -> list[int]:
        """Return the sections of the tasks that what is being typed may become.

        Every word but the last is in the task, and the last begins one of its words. Tasks that
        begin so come first, then the shortest.
        """
        asked = [term for term in terms(canonical(typed)) if term.kind == "word"]
        if not asked:
            return []
        *whole, last = asked
        stems = {term.stem for term in whole}
        ranked: dict[int, tuple[bool, int]] = {}
        for section, words in self.tasks:
            begins = [word.surface.startswith(last.surface) for word in words]
            if any(begins) and stems <= {word.stem for word in words}:
                rank = (not (begins[0] or whole), len(words))
                ranked[section] = min(rank, ranked.get(section, rank))
        return sorted(ranked, key=lambda section: ranked[section])[:most]

    def scores(self, alike: Scores) -> Scores:
        """Return for each section how well one of its wordings is said: 0 to 1."""
        sections = np.zeros(len(self.tables.page_of), dtype=np.float32)
        np.maximum.at(sections, self.tables.wording_of, alike)
        return sections

    def called(self, asked: list[Asked]) -> Scores:
        """Return which part of a question the wordings of each section's page say together.

        A question of two subjects is for the page of both.
        """
        by_page = self.names.of(asked).astype(np.float32)
        found: Scores = by_page[self.tables.page_of]
        return found

    def alike(self, query: Query, asked: list[Asked]) -> Scores:
        """Return how well each wording is said: 0 to 1.

        A wording counts by the part of it that the question says times the part of the
        question that it says: a question that asks more, or something else, is not the same.
        """
        near = np.zeros(len(self.words.idf), dtype=np.float32)  # each stem stands for a word
        for group in query.groups:
            for phrase, share in group.phrases.items():
                for stem in phrase:
                    near[stem] = max(near[stem], share**0.5)
        said = np.bincount(self.owners, self.weights * near[self.stems], len(self.totals))
        alike = said / self.totals * self.said.of(asked) * self.tables.wording_strength
        found: Scores = alike.astype(np.float32)
        return found

    def asked(self, query: Query) -> list[Asked]:
        """Return for each word of the question what it tells, and what each stem is of it."""
        asked: list[Asked] = []
        for group in query.groups:
            parts: dict[int, float] = {}
            told = 0.0
            for phrase, share in group.phrases.items():
                told = max(told, share * self.words.told(phrase))
                for stem in phrase:
                    parts[stem] = max(parts.get(stem, 0.0), share**0.5 / len(phrase))
            asked.append((group.weight * told, parts))
        return asked
