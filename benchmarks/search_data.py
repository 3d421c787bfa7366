"""The reference data of the search benchmark: documents, judged queries, and the score."""

import hashlib
import json
import os
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from search_index import Document


ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / os.environ.get("REFERENCE_DATA", "../shared/data") / "search"
ASKED = 50  # hits asked of each engine, so that excluded pages can be dropped
COUNTED = 10


@dataclass(frozen=True)
class Judged:
    """A query, what answers it (pages or section ids), and the group it is a variant of."""

    text: str
    category: str
    relevant: frozenset[str]
    by_page: bool
    excluded: frozenset[str]
    base: str

    @property
    def half(self) -> str:
        """The tuning half or the one held out: whole groups, by a digest of their name."""
        return "tuning" if hashlib.sha256(self.base.encode()).digest()[0] & 1 == 0 else "held out"


def documents() -> list[Document]:
    """Return the 6,730 sections of the reference data."""
    return [
        Document(
            id=line["id"],
            page=line["page"],
            url=line["url"],
            title=line["title"],
            headings=line["headings"],
            body=line["body"],
            kind=line["type"],
            audience=(line["audience"],),
        )
        for line in _lines("documents.jsonl")
    ]


def judged() -> list[Judged]:
    """Return the 982 judged queries."""
    return [
        Judged(
            text=line["q"],
            category=line["cat"],
            relevant=frozenset(line["rel"]),
            by_page=line["level"] == "page",
            excluded=frozenset(line["exclude"]),
            base=line["base"],
        )
        for line in _lines("queries.jsonl")
    ]


def _lines(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def reciprocal_rank(query: Judged, ids: list[str]) -> float:
    """Return 1/rank of the first right answer among ten, 0 if there is none.

    Hits of excluded pages are dropped; for a query judged by page, only the first hit of
    each page counts.
    """
    rank, seen = 0, set()
    for found in ids:
        page = found.rsplit("#", 1)[0]
        answer = page if query.by_page else found
        if page in query.excluded or answer in seen:
            continue
        seen.add(answer)
        rank += 1
        if answer in query.relevant:
            return 1 / rank
        if rank == COUNTED:
            break
    return 0.0


def mean(values: list[float]) -> float:
    """Return the mean of the values, 0 of none."""
    return sum(values) / len(values) if values else 0.0


def interval(queries: list[Judged], gains: list[float], rounds: int = 2000) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean gain, groups drawn whole."""
    groups = defaultdict(list)
    for query, gain in zip(queries, gains, strict=True):
        groups[query.base].append(gain)
    pairs = [(sum(group), len(group)) for group in groups.values()]
    draw = random.Random(0)
    means = []
    for _ in range(rounds):
        drawn = draw.choices(pairs, k=len(pairs))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    return means[int(0.025 * rounds)], means[int(0.975 * rounds)]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
