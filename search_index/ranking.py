"""Ranking: BM25 of the section and of its page, then a closer look at the best of them."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.analysis import terms
from search_index.folding import canonical, fold
from search_index.latent import unit
from search_index.query import Query
from search_index.scoring import Scorer, pairs_said
from search_index.tables import Tables
from search_index.wordings import SAID_WHOLE, Wordings


Scores = NDArray[np.float32]

NOT_MEANT, SAME = 0.3, 0.5
# What a reviewed wording adds, in parts of the question's weight; for the other sections of its
# page; when a task is said whole.
ALIKE, OF_PAGE = 2.2, 0.9
PINNED = 2.0
# What it adds that the wordings of a page together say what is asked.
CALLED = 0.5
# « Formation travaux » asks for a page of that kind, whose prior does not count.
KIND_NAMED = 1.2
LOOKED_AT = 100
MOST_GROUPS = 64  # more than a question can have
# "Qu'est-ce que…", "c'est quoi", "à quoi sert…", also typed "quest ce quun", "c koi": the page
# of that name, from its beginning.
DEFINITION = re.compile(
    r"\bqu.? ?est.ce qu|\bc.? ?(?:est )?(?:quoi|koi)\b"
    r"|\ba quoi (?:ca |cela )?(?:sert|servent)\b|\bdefini(?:tion|r)\b"
    r"|\bveu(?:t|lent) dire\b|\bsignifi(?:e|ent|cation)\b|\bkesako\b|\bquesaco\b"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What the whole page counts for beside the section, and each observation of the closer look.

    Those of the closer look are in parts of the question's weight.
    """

    page: float = 0.12
    exact_form: float = 0.36
    title: float = 0.12
    named: float = 0.15
    definition: float = 2.0
    adjacent: float = 0.75
    near: float = 0.6
    topic: float = 0.6


class Ranker:
    """Scores sections for a question."""

    def __init__(self, tables: Tables, weights: Weights = Weights()) -> None:
        self.tables = tables
        self.weights = weights
        pages = len(tables.replacement_of)
        self.sections = Scorer(tables.by_section, len(tables.page_of), k1=1.2, b=0.95)
        self.pages = Scorer(tables.by_page, pages, k1=1.2, b=0.75)
        self.exact = Scorer(tables.by_page_surface, pages, k1=1.2, b=0.75)
        self.first = np.zeros(len(tables.page_of), dtype=np.bool_)
        self.first[np.unique(tables.page_of, return_index=True)[1]] = True
        self.title_weight = self._title_weights()
        self.wordings = Wordings(tables, self.sections)
        self.priors = np.array(tables.priors, dtype=np.float32)[tables.kind_of]
        self.defines = tables.kind_of == tables.definitions
        self.not_for = self._not_for()
        self.page_topics = tables.page_topics.astype(np.float32)  # multiplied for each question
        self.kind_names = [
            frozenset(t.stem for t in terms(canonical(name.replace("-", " "))))
            for name in tables.kinds
        ]

    def rank(self, query: Query) -> tuple[Scores, int | None]:
        """Return the score of every section, zero where nothing of the question stands, and the
        section of the task that the question says whole, if any."""
        asked = self.wordings.asked(query)
        alike = self.wordings.alike(query, asked)
        called = self.wordings.called(asked)
        return self._scores(query, alike, called), self.wordings.task(alike)

    def _scores(self, query: Query, alike: Scores, called: Scores) -> Scores:
        if query.says_nothing:
            return np.zeros(len(self.tables.page_of), dtype=np.float32)
        groups = [(group.weight, group.phrases) for group in query.groups]
        scores = self.sections.score(groups)
        if query.only_identifiers:
            return scores
        page = np.float32(self.weights.page) * self.pages.score(groups)
        page += np.float32(self.weights.exact_form) * self.exact.score(query.as_typed)
        scores += np.where(scores > 0, page[self.tables.page_of], np.float32(0))
        whole = float(sum(g.weight * self._idf(g.phrases) for g in query.groups)) or 1.0
        self._look_closer(query, scores, whole)
        scores += np.where(scores > 0, np.float32(CALLED * whole) * called, np.float32(0))
        self._guide(query, scores, whole, alike)
        return scores

    def _guide(self, query: Query, scores: Scores, whole: float, alike: Scores) -> None:
        """Apply what the keepers of the site wrote: kinds, wordings, what a page is not for."""
        asks_definition = DEFINITION.search(fold(query.text))
        priors = np.where(self.defines & bool(asks_definition), np.float32(1), self.priors)
        named = {group.term.stem for group in query.groups}
        for kind, stems in enumerate(self.kind_names):
            if stems and stems <= named:
                priors[self.tables.kind_of == kind] = np.float32(KIND_NAMED)
        scores *= priors
        said = self.wordings.scores(alike)
        by_page = np.zeros(len(self.tables.replacement_of), dtype=np.float32)
        np.maximum.at(by_page, self.tables.page_of, said)
        of_page = by_page[self.tables.page_of]
        bonus = ALIKE * np.maximum(said, OF_PAGE * of_page)
        scores += np.float32(whole) * (bonus + PINNED * (of_page >= SAID_WHOLE)).astype(np.float32)
        for page in self._not_meant(query):
            scores[self.tables.page_of == page] *= np.float32(NOT_MEANT)

    def _not_for(self) -> list[tuple[int, frozenset[int]]]:
        number_of = {stem: number for number, stem in enumerate(self.tables.stems)}
        rows = [
            (page, frozenset(number_of.get(t.stem, -1) for t in terms(canonical(text))))
            for page, text in self.tables.not_for
        ]
        return [(page, stems) for page, stems in rows if stems and -1 not in stems]

    def _not_meant(self, query: Query) -> set[int]:
        """Return the pages that are not for what is asked: a word they refuse is in it."""
        asked = {
            stem
            for group in query.groups
            for phrase, share in group.phrases.items()
            if share >= SAME
            for stem in phrase
        }
        return {page for page, stems in self.not_for if stems <= asked}

    def _look_closer(self, query: Query, scores: Scores, whole: float) -> None:
        best = _best(scores, LOOKED_AT)
        if not len(best):
            return
        weight, group_of = self._by_stem(query)
        stems, owners = self.tables.streams.gather(best)
        title, named = self._title_match(best, weight, group_of, whole)
        words = sum(group.weight for group in query.groups)
        bonus = self.weights.title * np.log1p(words) * title
        adjacent, near = pairs_said(group_of[stems], owners, weight[stems], len(best))
        bonus += self.weights.adjacent / whole * adjacent
        bonus += self.weights.near / whole * near
        bonus += self.weights.topic * self._topic_match(best, query)
        # The page that the question names is read from its beginning.
        bonus += self.weights.named * named * title * self.first[best]
        if DEFINITION.search(fold(query.text)):
            bonus += self.weights.definition * title * self.first[best]
        scores[best] += bonus.astype(np.float32) * np.float32(whole)

    def _topic_match(self, sections: NDArray[np.int64], query: Query) -> Scores:
        """Return the cosine of the question and of each section's page among latent topics."""
        stems: list[int] = []
        parts: list[float] = []
        for group in query.groups:
            total = sum(group.phrases.values())
            for phrase, share in group.phrases.items():
                stems += phrase
                parts += [group.weight * share * share / total] * len(phrase)
        said = self.tables.stem_topics[stems].astype(np.float32)
        asked = unit(np.array(parts, dtype=np.float32) @ said)
        cosines: Scores = self.page_topics[self.tables.page_of[sections]] @ asked
        return np.maximum(cosines, np.float32(0), out=cosines)

    def _title_match(
        self,
        sections: NDArray[np.int64],
        weight: Scores,
        group_of: NDArray[np.int32],
        whole: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return which share of each section's title the question says, and the other way."""
        pages = self.tables.page_of[sections]
        stems, owners = self.tables.titles.gather(pages.astype(np.int64))
        weights = weight[stems]
        said = np.bincount(owners, weights=weights, minlength=len(sections))
        # Of several words of a title that stand for one of the question, the heaviest counts.
        order = np.argsort(-weights, kind="stable")
        words = owners[order] * MOST_GROUPS + group_of[stems[order]]
        first = np.unique(words, return_index=True)[1]
        heaviest = order[first]
        named = np.bincount(owners[heaviest], weights=weights[heaviest], minlength=len(sections))
        return np.minimum(said / self.title_weight[pages], 1.0), np.minimum(named / whole, 1.0)

    def _title_weights(self) -> NDArray[np.float64]:
        pages = np.arange(len(self.tables.replacement_of), dtype=np.int64)
        stems, owners = self.tables.titles.gather(pages)
        weights = np.bincount(owners, weights=self.sections.idf[stems], minlength=len(pages))
        return np.maximum(weights, 1e-9)

    def _idf(self, phrases: dict[tuple[int, ...], float]) -> float:
        return max((w * self.sections.told(p) for p, w in phrases.items()), default=0.0)

    def _by_stem(self, query: Query) -> tuple[Scores, NDArray[np.int32]]:
        """Return for each stem its weight in the question and the word it stands for, or -1."""
        heaviest: dict[int, tuple[float, int]] = {}
        tells = self.sections.tells
        for i, group in enumerate(query.groups):
            for phrase, share in group.phrases.items():
                part = group.weight * share / len(phrase)
                for stem in phrase:
                    value = part * tells[stem]
                    if value > heaviest.get(stem, (0.0, -1))[0]:
                        heaviest[stem] = value, i
        weight = np.zeros(len(self.tables.stems), dtype=np.float32)
        group_of = np.full(len(self.tables.stems), -1, dtype=np.int32)
        if heaviest:
            stems = list(heaviest)
            weight[stems], group_of[stems] = zip(*heaviest.values(), strict=True)
        return weight, group_of


def _best(scores: Scores, most: int) -> NDArray[np.int64]:
    """Return the sections with the highest scores, best first."""
    found = np.flatnonzero(scores)
    if len(found) > most:
        found = found[np.argpartition(-scores[found], most)[:most]]
    return found[np.argsort(-scores[found], kind="stable")]
