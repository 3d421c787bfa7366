"""From documents to tables: each section is analysed once, for Whoosh and for the arrays."""

from array import array
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import compress

import numpy as np

from search_index import latent
from search_index.acronyms import explained
from search_index.analysis import Term, terms
from search_index.document import Document
from search_index.fields import IN_PAGE, IN_SECTION, Field, texts
from search_index.normalizing import canonical, folded
from search_index.postings import Postings, Rows
from search_index.tables import Codes, Tables


# Texts that sections of a page share: analysed once.
REPEATED = ("title", "path", "heading")
# The kinds of terms that make a reading: each place of the text once.
READ = ("word", "soft", "whole")
NO_STEM = -1


class Numbering(dict[str, int]):
    """Gives each new word the next number."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class Collector:
    """Takes sections one by one, then gives the tables of all of them."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.stems = Numbering()
        self.surfaces = Numbering()
        self.pages = Numbering()
        self.spellings: Counter[str] = Counter()
        self.acronyms: set[tuple[str, str]] = set()
        self._seen: set[tuple[int, str, str]] = set()
        self._sections, self._stems, self._surfaces = array("i"), array("i"), array("i")
        self._weights, self._in_page = array("f"), array("f")
        self._stream, self._starts = array("i"), array("q", [0])
        self._titles: list[list[int]] = []

    def add(self, document: Document) -> Counter[str]:
        """Take one section; return the weighted frequency of each of its stems, for Whoosh."""
        summed: Counter[str] = Counter()
        first = document.page not in self.pages
        page = self.pages[document.page]
        for field, text in texts(document):
            found = _terms(text) if field in REPEATED else tuple(terms(text))
            for term in found:
                summed[term.stem] += IN_SECTION[field]  # type: ignore[assignment]
            in_page = self._weight_in_page(page, field, text, first)
            self._note(found, text, IN_SECTION[field], in_page)
            if first and field == "title":
                self._titles.append([self.stems[term.stem] for term in found])
            self.acronyms.update(explained(text))
        self.documents.append(document)
        self._starts.append(len(self._stream))
        return summed

    def _weight_in_page(self, page: int, field: Field, text: str, first: bool) -> float:
        """Return what the text weighs in its page: titles and headings count once."""
        if field == "body":
            return IN_PAGE["body"]
        if field == "lead":
            return IN_PAGE["lead" if first else "body"]
        if (page, field, text) in self._seen:
            return 0.0
        self._seen.add((page, field, text))
        return IN_PAGE[field]

    def _note(self, found: tuple[Term, ...], text: str, weight: float, in_page: float) -> None:
        stems = [self.stems[term.stem] for term in found]
        self._stems.extend(stems)
        self._surfaces.extend([self.surfaces[term.surface] for term in found])
        count = len(found)
        self._sections.extend([len(self.documents)] * count)
        self._weights.extend([weight] * count)
        self._in_page.extend([in_page] * count)
        in_order = [term.kind in READ for term in found]
        self._stream.extend(compress(stems, in_order))
        self.spellings.update(text[t.start : t.end] for t in compress(found, in_order))

    def tables(self, synonyms: Iterable[Iterable[str]]) -> Tables:
        """Return the tables of all sections taken."""
        letters, letter_stems = self._initials()
        stems, stem_rank = _sorted(self.stems)
        surfaces, surface_rank = _sorted(self.surfaces)
        section = np.frombuffer(self._sections, dtype=np.int32)
        stem = stem_rank[np.frombuffer(self._stems, dtype=np.int32)]
        surface = surface_rank[np.frombuffer(self._surfaces, dtype=np.int32)]
        weight = np.frombuffer(self._weights, dtype=np.float32)
        in_page = np.frombuffer(self._in_page, dtype=np.float32)
        page_of = np.array([self.pages[d.page] for d in self.documents], dtype=np.int32)
        page = page_of[section]
        sections, pages = len(self.documents), len(self.pages)
        kinds = _distinct([d.kind] for d in self.documents)
        audiences = _distinct(d.audience for d in self.documents)
        by_page = Postings.gathered(stem, page, in_page, len(stems), pages)
        stem_topics, page_topics = latent.topics(by_page, pages)
        return Tables(
            stem_topics=stem_topics,
            page_topics=page_topics,
            stems=stems,
            surfaces=surfaces,
            spellings=self._spellings(surfaces),
            stem_of=_stem_of(surface, stem, len(surfaces)),
            page_of=page_of,
            kind_of=np.array([kinds[d.kind] for d in self.documents], dtype=np.int32),
            expired=np.array([d.expired for d in self.documents], dtype=np.bool_),
            replacement_of=self._replacements(),
            initials=letters,
            initial_stems=np.append(stem_rank, np.int32(NO_STEM))[letter_stems],
            kinds=list(kinds),
            audiences=list(audiences),
            synonyms=[*map(list, synonyms), *map(list, sorted(self.acronyms))],
            by_section=Postings.gathered(stem, section, weight, len(stems), sections),
            by_page=by_page,
            by_page_surface=Postings.gathered(surface, page, in_page, len(surfaces), pages),
            by_audience=_listeners(self.documents, audiences),
            titles=Rows.of([[int(stem_rank[s]) for s in title] for title in self._titles]),
            streams=Rows(
                np.frombuffer(self._starts, dtype=np.int64),
                stem_rank[np.frombuffer(self._stream, dtype=np.int32)],
            ),
        )

    def _spellings(self, surfaces: list[str]) -> list[str]:
        """Return for each surface the spelling that the texts use most ("siren", "numéro")."""
        common: dict[str, tuple[int, str]] = {}
        for spelling, count in _lowered(self.spellings).items():
            candidate = (count, spelling)
            surface = folded(spelling)
            common[surface] = max(candidate, common.get(surface, candidate))
        return [common[surface][1] if surface in common else surface for surface in surfaces]

    def _replacements(self) -> Codes:
        replacement_of = np.full(len(self.pages), -1, dtype=np.int32)
        for document in self.documents:
            if document.replaced_by in self.pages:
                replacement_of[self.pages[document.page]] = self.pages[document.replaced_by]
        return replacement_of

    def _initials(self) -> tuple[str, Codes]:
        """Return the first letters of all titles' words, a line each, and their stems."""
        letters: list[str] = []
        stems: list[int] = []
        for title in dict.fromkeys(d.name for d in self.documents):
            words = [t for t in terms(canonical(title)) if t.kind in ("word", "soft")]
            letters += [*(word.surface[0] for word in words), "\n"]
            stems += [*(self.stems[word.stem] for word in words), NO_STEM]
        return "".join(letters), np.array(stems, dtype=np.int32)


def _sorted(words: Numbering) -> tuple[list[str], Codes]:
    """Return the words in order, and the rank of each former number."""
    ordered = sorted(words)
    rank = np.zeros(len(ordered), dtype=np.int32)
    rank[[words[word] for word in ordered]] = np.arange(len(ordered), dtype=np.int32)
    return ordered, rank


def _distinct(values: Iterable[Iterable[str]]) -> Numbering:
    numbering = Numbering()
    for several in values:
        for value in several:
            numbering[value]
    return numbering


def _listeners(documents: list[Document], audiences: Numbering) -> Postings:
    pairs = [(audiences[a], i) for i, d in enumerate(documents) for a in d.audience]
    rows, places = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    weights = np.ones(len(pairs), dtype=np.float32)
    return Postings.gathered(rows, places, weights, len(audiences), len(documents))


@lru_cache(maxsize=4096)
def _terms(text: str) -> tuple[Term, ...]:
    return tuple(terms(text))


def _stem_of(surfaces: Codes, stems: Codes, height: int) -> Codes:
    stem_of = np.zeros(height, dtype=np.int32)
    stem_of[surfaces] = stems
    return stem_of


def _lowered(spellings: Counter[str]) -> Counter[str]:
    lowered: Counter[str] = Counter()
    for spelling, count in spellings.items():
        lowered[spelling.lower()] += count
    return lowered
