"""The least that each kind of page gives its reader, and what the pages of a kind come to.

The minimums are our own rule. A guide that goes step by step may say in `few_screens` why it draws
fewer screens; nothing excuses too few words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from communaute.editorial.faults import Fault
from communaute.editorial.kinds import TO_WRITE
from communaute.editorial.pages import Page, SectionIndex


GUIDE_WORDS, GUIDE_SCREENS = 700, 4
QUESTION_WORDS, STATUS_WORDS = 60, 120
# What a page leads to when it leads to something to do.
ACTS = ("/outils/", "/guides/", "/bonnes-pratiques/", "/formations/", "/contact")
_EXAMPLE = re.compile(r"\bexemples?\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SENTENCE = re.compile(r"[.!?:;…]+(?:\s|$)|\n")
LONG_WORD = 7


def words_of(page: Page) -> list[str]:
    """The words that a page says, its summary and titles included."""
    return _WORD.findall("\n".join((page.title, page.summary, *page.headings, page.text)))


def check_minimum(page: Page) -> Iterator[Fault]:
    """Find what a page of this kind owes its reader and does not give."""
    if isinstance(page, SectionIndex) or TO_WRITE in page.text:
        return
    for message in _missing(page):
        yield Fault(page.source_path, 1, message)


def _missing(page: Page) -> Iterator[str]:
    words = len(words_of(page))
    if page.kind == "guides" and page.has_steps:
        yield from _at_least(words, GUIDE_WORDS, "Un guide pas à pas")
        if len(page.drawings) < GUIDE_SCREENS and not page.few_screens:
            yield (
                f"Un guide pas à pas montre {GUIDE_SCREENS} écrans, celui-ci {len(page.drawings)} : "
                "dessinez-les, ou dites pourquoi dans « few_screens »."
            )
    elif page.kind == "questions":
        yield from _at_least(words, QUESTION_WORDS, "Une réponse")
        outside = 'href="https://' in page.html
        acts = any(link.target.startswith(ACTS) for link in page.links)
        if not (outside or _EXAMPLE.search(page.text) or acts):
            yield "Une réponse donne un exemple, ou mène à ce qu’il faut faire."
        if not page.sources:
            yield "Une réponse dit d’où vient chaque fait : nommez au moins une source, dans « sources »."
        elif not page.cited:
            yield "Une réponse dit d’où vient chaque fait : appelez ses sources dans le texte, par {1}."
    elif page.kind == "statuts":
        yield from _at_least(words, STATUS_WORDS, "La page d’un statut")
        if not _EXAMPLE.search(page.text):
            yield "La page d’un statut donne un exemple, dit comme tel."


def _at_least(words: int, wanted: int, what: str) -> Iterator[str]:
    if words < wanted:
        yield f"{what} compte {wanted} mots au moins ; il y en a {words} ici : complétez la page."


@dataclass(frozen=True, slots=True)
class Figures:
    """What the pages of a kind come to; `reading` is the median LIX (under 40: easy, over 50: hard)."""

    kind: str
    pages: int
    words: int
    screens: int
    sources: int
    reading: int


def figures(pages: Iterable[Page]) -> list[Figures]:
    """Return the figures of each kind: how many pages, their median words, all screens and sources."""
    kinds: dict[str, list[Page]] = {}
    for page in pages:
        kinds.setdefault(page.kind, []).append(page)
    return [
        Figures(
            kind,
            len(found),
            round(median(len(words_of(page)) for page in found)),
            sum(len(page.drawings) for page in found),
            sum(len(page.sources) for page in found),
            round(median(map(reading_level, found))),
        )
        for kind, found in sorted(kinds.items())
    ]


def reading_level(page: Page) -> float:
    """Return the page's LIX: words a sentence, plus long words (seven letters or more) in a hundred."""
    words = words_of(page)
    sentences = [part for part in _SENTENCE.split(page.text) if _WORD.search(part)]
    if not words or not sentences:
        return 0.0
    spoken = sum(len(_WORD.findall(part)) for part in sentences)
    long = sum(len(word) >= LONG_WORD for word in words)
    return spoken / len(sentences) + 100 * long / len(words)
