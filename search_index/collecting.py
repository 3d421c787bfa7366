"""From documents to tables: each section is analysed once, its texts weighed, for Whoosh and the arrays."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress
from typing import Any, Literal

import numpy as np

from search_index import latent
from search_index.analysis import Term, terms
from search_index.document import NO_GUIDANCE, Document, Guidance
from search_index.equivalents import explained
from search_index.folding import canonical, fold_word
from search_index.tables import Codes, Postings, Rows, Tables


Field = Literal["title", "keywords", "wordings", "links", "heading", "path", "lead", "body"]

# Weighted frequencies are added before they saturate (Robertson, Zaragoza, Taylor, "Simple
# BM25 extension to multiple weighted fields", 2004): scoring each field alone and adding,
# as Whoosh's BM25F does, rewards a word said everywhere once for each field.
# In a section its own heading tells more than the path above it, which its sisters share.
# A text says first what it is about: the first words of a body count once more.
IN_SECTION: dict[Field, float] = {
    "title": 12.0,
    "keywords": 8.0,
    "wordings": 3.0,
    "links": 4.0,
    "heading": 1.5,
    "path": 0.3,
    "lead": 2.0,
    "body": 1.0,
}
# In a page, the title and each heading are counted once, however many sections there are;
# its lead is that of its first section.
IN_PAGE: dict[Field, float] = {
    "title": 12.0,
    "keywords": 8.0,
    "wordings": 3.0,
    "links": 4.0,
    "heading": 2.0,
    "path": 0.0,
    "lead": 2.0,
    "body": 1.0,
}
LEAD = 25


def texts(document: Document) -> Iterator[tuple[Field, str]]:
    """Yield each text of the section and its field, in canonical Unicode and reading order.

    The body comes in two pieces, its lead and the rest.
    """
    path, _, heading = document.headings.rpartition(" > ")
    yield "title", canonical(document.name)
    yield "path", canonical(path)
    yield "heading", canonical(heading)
    for keyword in document.keywords:
        yield "keywords", canonical(keyword)
    # However many wordings say a word, the section says it once.
    said = " ".join((*document.tasks, *document.wordings)).split()
    yield "wordings", canonical(" ".join(dict.fromkeys(said)))
    for link in document.links:
        yield "links", canonical(link)
    lead, rest = _split(canonical(document.body))
    yield "lead", lead
    yield "body", rest


def _split(body: str) -> tuple[str, str]:
    """Return the first 25 words of a body, and the rest."""
    words = body.split(" ", LEAD)
    if len(words) <= LEAD:
        return body, ""
    rest = words[-1]
    return body[: len(body) - len(rest)], rest


# Texts that sections of a page share: analysed once.
REPEATED = ("title", "path", "heading")
# The kinds of terms that make a reading: each place of the text once.
READ = ("word", "soft", "whole")
NO_STEM = -1
# What a wording that must lead to a page is worth beside one that may.
TASK, WORDING = 1.0, 0.4
# What a word for what one came to do, or for whom it concerns, is worth beside another word.
INTENT, RECIPIENT = 1.4, 0.45


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
        self._wordings: list[tuple[int, float, list[int]]] = []
        self._not_for: list[tuple[int, str]] = []

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
        for strength, wordings in ((TASK, document.tasks), (WORDING, document.wordings)):
            for text in wordings:
                stems = [self.stems[stem] for stem in _stems(text)]
                self._wordings.append((len(self.documents), strength, stems))
        self._not_for += [(page, text) for text in document.not_for]
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

    def tables(self, synonyms: Iterable[Iterable[str]], guidance: Guidance = NO_GUIDANCE) -> Tables:
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
        kinds = _distinct([d.kind] for d in self.documents)
        audiences = _distinct(d.audience for d in self.documents)
        by_page = Postings.gathered(stem, page, in_page, len(stems), len(self.pages))
        stem_topics, page_topics = latent.topics(by_page, len(self.pages))
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
            **self._taught(synonyms, guidance, kinds, stem_rank),
            by_section=Postings.gathered(stem, section, weight, len(stems), len(self.documents)),
            by_page=by_page,
            by_page_surface=Postings.gathered(
                surface, page, in_page, len(surfaces), len(self.pages)
            ),
            by_audience=_listeners(self.documents, audiences),
            titles=Rows.of([[int(stem_rank[s]) for s in title] for title in self._titles]),
            streams=Rows(
                np.frombuffer(self._starts, dtype=np.int64),
                stem_rank[np.frombuffer(self._stream, dtype=np.int32)],
            ),
        )

    def _taught(
        self,
        synonyms: Iterable[Iterable[str]],
        guidance: Guidance,
        kinds: Numbering,
        stem_rank: Codes,
    ) -> dict[str, Any]:
        """Return what the keepers of the site, or the texts themselves, teach of words."""
        stress = {stem: RECIPIENT for word in guidance.recipients for stem in _stems(word)}
        stress |= {stem: INTENT for word in guidance.intents for stem in _stems(word)}
        return {
            "synonyms": [*map(list, synonyms)],
            "acronyms": [*map(list, sorted(self.acronyms))],
            "own_names": [_stems(name) for name in guidance.own_names],
            "stress": stress,
            "priors": [float(guidance.priors.get(kind, 1.0)) for kind in kinds],
            "definitions": kinds.get(guidance.definitions, -1),
            "not_for": self._not_for,
            "wordings": Rows.of([[int(stem_rank[s]) for s in row[2]] for row in self._wordings]),
            "wording_of": np.array([row[0] for row in self._wordings], dtype=np.int32),
            "wording_strength": np.array([row[1] for row in self._wordings], dtype=np.float32),
            "tasks": [(number, t) for number, d in enumerate(self.documents) for t in d.tasks],
        }

    def _spellings(self, surfaces: list[str]) -> list[str]:
        """Return for each surface the spelling that the texts use most ("siren", "numéro")."""
        lowered: Counter[str] = Counter()
        for spelling, count in self.spellings.items():
            lowered[spelling.lower()] += count
        common: dict[str, tuple[int, str]] = {}
        for spelling, count in lowered.items():
            candidate = (count, spelling)
            surface = fold_word(spelling)
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


def _stems(text: str) -> list[str]:
    return [term.stem for term in terms(canonical(text)) if term.kind in READ]


def _stem_of(surfaces: Codes, stems: Codes, height: int) -> Codes:
    stem_of = np.zeros(height, dtype=np.int32)
    stem_of[surfaces] = stems
    return stem_of
