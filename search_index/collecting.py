"""From documents to tables: each section is analysed once, for Whoosh and for the arrays."""

from array import array
from collections import Counter
from collections.abc import Iterable

import numpy as np

from search_index import latent
from search_index.acronyms import explained
from search_index.analysis import Term, terms
from search_index.document import Document
from search_index.fields import IN_PAGE, IN_SECTION, Field, texts
from search_index.normalizing import canonical
from search_index.postings import Postings, Rows
from search_index.tables import Codes, Tables


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
        self.stem_of: dict[int, int] = {}
        self.spellings: dict[int, Counter[str]] = {}
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
        if first:
            self._titles.append([])
        for field, text in texts(document):
            weight = IN_SECTION[field]
            in_page = self._weight_in_page(page, field, text, first)
            for term in terms(text):
                summed[term.stem] += weight  # type: ignore[assignment]
                self._note(term, text, weight, in_page)
                if first and field == "title":
                    self._titles[-1].append(self.stems[term.stem])
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

    def _note(self, term: Term, text: str, weight: float, in_page: float) -> None:
        stem, surface = self.stems[term.stem], self.surfaces[term.surface]
        self.stem_of[surface] = stem
        self._sections.append(len(self.documents))
        self._stems.append(stem)
        self._surfaces.append(surface)
        self._weights.append(weight)
        self._in_page.append(in_page)
        if term.kind in ("word", "soft", "whole"):
            self._stream.append(stem)
            spelling = text[term.start : term.end].lower()
            self.spellings.setdefault(surface, Counter())[spelling] += 1

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
            stem_of=self._stem_of(stem_rank, surface_rank),
            page_of=page_of,
            kind_of=np.array([kinds[d.kind] for d in self.documents], dtype=np.int32),
            expired=np.array([d.expired for d in self.documents], dtype=np.bool_),
            replacement_of=self._replacements(),
            initials=letters,
            initial_stems=stem_rank[letter_stems],
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

    def _stem_of(self, stem_rank: Codes, surface_rank: Codes) -> Codes:
        stem_of = np.zeros(len(surface_rank), dtype=np.int32)
        surfaces = np.fromiter(self.stem_of.keys(), dtype=np.int32)
        stem_of[surface_rank[surfaces]] = stem_rank[
            np.fromiter(self.stem_of.values(), dtype=np.int32)
        ]
        return stem_of

    def _spellings(self, surfaces: list[str]) -> list[str]:
        """Return for each surface the spelling that the texts use most ("siren", "numéro")."""
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

    def _initials(self) -> tuple[str, Codes]:
        """Return the first letters of all titles' words, a line each, and their stems."""
        letters: list[str] = []
        stems: list[int] = []
        for title in dict.fromkeys(d.title for d in self.documents):
            words = [t for t in terms(canonical(title)) if t.kind in ("word", "soft")]
            letters += [*(word.surface[0] for word in words), "\n"]
            stems += [*(self.stems[word.stem] for word in words), 0]
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
