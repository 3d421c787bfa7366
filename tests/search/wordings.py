"""Wordings that people type and the pages that answer, and where a right answer comes."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.cards import card_for
from communaute.blueprints.search.finding import find


OURS = Path(__file__).with_name("wordings.toml")
CARD = "CARD"
NOWHERE = 99


@dataclass(frozen=True, slots=True)
class Wording:
    """What was typed and the addresses that answer it; `CARD` is the answer card."""

    text: str
    answers: frozenset[str]
    kind: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A wording, the addresses shown for it (the card first), and the rank of the right one."""

    wording: Wording
    shown: Sequence[str]
    rank: int


def given(reference_data: Path) -> list[Wording]:
    """The wordings judged outside this repository; those that no page answers are left out."""
    lines = (reference_data / "search" / "site-queries.jsonl").read_text("utf-8").splitlines()
    values = [json.loads(line) for line in lines]
    return [Wording(v["q"], frozenset(v["answers"]), v["kind"]) for v in values if v["answers"]]


def ours(which: str) -> list[Wording]:
    """Our own wordings: those one may look at (`seen`), those only measured (`kept`, `apart`)."""
    tasks = tomllib.loads(OURS.read_text("utf-8"))["task"]
    return [Wording(q, frozenset(t["answers"]), t["kind"]) for t in tasks for q in t.get(which, ())]


def placed(wording: Wording) -> Placed:
    """Search for a wording within a request of the site.

    A card comes first: it is right when the wording names `CARD` or when it leads to an answer,
    and a wrong one takes the first place from the results. A page answers by any of its
    sections, and a section by its page.
    """
    answer = find(Asked(query=wording.text))
    card = card_for(wording.text, answer.task)
    shown = [f"{CARD} {card.title} {' '.join(link.url for link in card.links)}"] if card else []
    right = (
        [CARD in wording.answers or any(is_right(c.url, wording) for c in card.links)]
        if card
        else []
    )
    pages: dict[str, str] = {}
    for result in answer.found:
        pages.setdefault(result.page_url, result.url)
    shown += pages.values()
    right += [is_right(url, wording) or is_right(page, wording) for page, url in pages.items()]
    return Placed(wording, shown, right.index(True) + 1 if True in right else NOWHERE)


def is_right(url: str, wording: Wording) -> bool:
    """Whether an address is an answer, or leads to the page of one (a glossary term is a page)."""
    page = url.partition("#")[0].partition("?")[0]
    return any(
        answer in (url, page) or ("/glossaire" not in url and answer.partition("#")[0] == page)
        for answer in wording.answers
    )


def share(found: Sequence[Placed], most: int) -> float:
    """Which share of the wordings has a right answer among the first `most`."""
    return sum(one.rank <= most for one in found) / len(found)
