"""From documents to tables: each section is analysed once, for Whoosh and for the arrays."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from search_index.acronyms import explained
from search_index.analysis import terms
from search_index.document import Document
from search_index.fields import occurrences
from search_index.normalizing import canonical
from search_index.postings import Postings
from search_index.tables import Codes, Tables


class Numbering(dict[str, int]):
    """Gives each new word the next number."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class Collector:
    """Takes sections one by one, then gives the tables of all of them."""

    def __init__(self) -> None:
        self.stems = Numbering()
        self.surfaces = Numbering()
        self.pages = Numbering()
        self.stem_of: dict[int, int] = {}
        self.spellings: dict[int, Counter[str]] = {}
        self.found: list[tuple[int, int, int, float, float]] = []
        self.stream: list[int] = []
        self.stream_starts = [0]
        self.documents: list[Document] = []
        self.acronyms: set[tuple[str, str]] = set()

    def add(self, document: Document) -> Counter[str]:
        """Take one section; return the weighted frequency of each of its stems, for Whoosh."""
        summed: Counter[str] = Counter()
        section = len(self.documents)
        self.documents.append(document)
        first = document.page not in self.pages
        self.pages[document.page]
        for term, raw, field, weight in occurrences(document):
            summed[term.stem] += weight  # type: ignore[assignment]
            stem, surface = self.stems[term.stem], self.surfaces[term.surface]
            self.stem_of[surface] = stem
            # The title belongs to the page once, however many sections it has.
            in_page = weight if first or field != "title" else 0.0
            self.found.append((section, stem, surface, weight, in_page))
            if term.kind in ("word", "soft", "whole"):
                self.stream.append(stem)
                self.spellings.setdefault(surface, Counter())[raw.lower()] += 1
        self.stream_starts.append(len(self.stream))
        self._note_acronyms(document, section)
        return summed

    def _note_acronyms(self, document: Document, section: int) -> None:
        for text in (document.title, document.headings, document.body):
            self.acronyms.update(explained(canonical(text)))

    def _initials(self) -> tuple[str, list[int]]:
        """Return the first letters of all titles' words, a line each, and their stems."""
        letters, stems = [], []
        for title in dict.fromkeys(d.title for d in self.documents):
            for term in terms(canonical(title)):
                if term.kind in ("word", "soft"):
                    letters.append(term.surface[0])
                    stems.append(self.stems[term.stem])
            letters.append("\n")
            stems.append(0)
        return "".join(letters), stems

    def tables(self, synonyms: Iterable[Iterable[str]]) -> Tables:
        """Return the tables of all sections taken."""
        letters, initial_stems = self._initials()
        stems, stem_rank = _sorted(self.stems)
        surfaces, surface_rank = _sorted(self.surfaces)
        pages, kinds, audiences = list(self.pages), _codes(self.documents, "kind"), Numbering()
        table = np.array(self.found, dtype=np.float64).reshape(-1, 5)
        section, stem, surface = (table[:, i].astype(np.int32) for i in range(3))
        stem, surface = stem_rank[stem], surface_rank[surface]
        page_of = np.array([self.pages[d.page] for d in self.documents], dtype=np.int32)
        sections = len(self.documents)
        listened = [(audiences[a], i) for i, d in enumerate(self.documents) for a in d.audience]
        listened_to = np.array(listened, dtype=np.int32).reshape(-1, 2)
        stem_of = np.zeros(len(surfaces), dtype=np.int32)
        for old_surface, old_stem in self.stem_of.items():
            stem_of[surface_rank[old_surface]] = stem_rank[old_stem]
        return Tables(
            stems=stems,
            surfaces=surfaces,
            spellings=self._spellings(surfaces),
            stem_of=stem_of,
            page_of=page_of,
            kind_of=np.array([kinds[d.kind] for d in self.documents], dtype=np.int32),
            expired=np.array([d.expired for d in self.documents], dtype=np.bool_),
            replacement_of=self._replacements(),
            initials=letters,
            initial_stems=stem_rank[np.array(initial_stems, dtype=np.int32)],
            kinds=list(kinds),
            audiences=list(audiences),
            synonyms=[list(group) for group in synonyms] + [list(pair) for pair in sorted(self.acronyms)],
            by_section=Postings.gathered(stem, section, table[:, 3], len(stems), sections),
            by_surface=Postings.gathered(surface, section, table[:, 3], len(surfaces), sections),
            by_page=Postings.gathered(stem, page_of[section], table[:, 4], len(stems), len(pages)),
            by_audience=Postings.gathered(
                listened_to[:, 0],
                listened_to[:, 1],
                np.ones(len(listened)),
                len(audiences),
                sections,
            ),
            stream=stem_rank[np.array(self.stream, dtype=np.int32)],
            stream_starts=np.array(self.stream_starts, dtype=np.int64),
        )

    def _spellings(self, surfaces: list[str]) -> list[str]:
        common = {
            surface: max(seen.items(), key=lambda spelling: (spelling[1], spelling[0]))[0]
            for surface, seen in self.spellings.items()
        }
        return [common.get(self.surfaces[surface], surface) for surface in surfaces]

    def _replacements(self) -> Codes:
        replacement_of = np.full(len(self.pages), -1, dtype=np.int32)
        for document in self.documents:
            if document.replaced_by in self.pages:
                replacement_of[self.pages[document.page]] = self.pages[document.replaced_by]
        return replacement_of


def _sorted(words: Numbering) -> tuple[list[str], Codes]:
    """Return the words in order, and the rank of each former number."""
    ordered = sorted(words)
    rank = np.zeros(len(ordered), dtype=np.int32)
    rank[[words[word] for word in ordered]] = np.arange(len(ordered), dtype=np.int32)
    return ordered, rank


def _codes(documents: list[Document], attribute: str) -> Numbering:
    numbering = Numbering()
    for document in documents:
        numbering[getattr(document, attribute)]
    return numbering
