"""French analysis: from a text to the terms that the index and the queries share."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import snowballstemmer

from search_index.identifiers import PATTERN, whole_and_parts
from search_index.normalizing import folded
from search_index.stopwords import SOFT, STOP


Kind = Literal["word", "soft", "joined", "whole", "part"]

APOSTROPHES = "'’ʼ‘′`´＇"
HYPHENS = "-‐‑"
WORD_OR_IDENTIFIER = re.compile(
    rf"(?P<glued>(?<![^\W_])(?i:aujourd|prud)[{APOSTROPHES}][^\W_]+)"
    rf"|(?P<elided>(?<![^\W_])(?i:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|quoiqu)[{APOSTROPHES}](?=[^\W_]))"
    rf"|(?P<identifier>{PATTERN})"
    rf"|(?P<compound>[^\W_]+(?:[{HYPHENS}][^\W_]+)+)"
    r"|(?P<word>[^\W_]+)"
)
WORD = re.compile(r"[^\W_]+")
# "peut-on", "a-t-elle", "ci-dessous": verb and pronoun, not one word.
CLITICS = frozenset(
    ["je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "ce", "ci", "la", "t", "le", "les", "moi", "lui", "leur", "y", "en"]
)
LONGEST_WORD = 40

_stemmer = snowballstemmer.stemmer("french")


class Term(NamedTuple):
    """One term of a text and where it stands: offsets in the text as given."""

    stem: str  # what is indexed
    surface: str  # the folded word, unstemmed
    start: int
    end: int
    kind: Kind = "word"


@lru_cache(maxsize=200_000)
def stem(surface: str) -> str:
    """Return the Snowball stem of a folded word; words with digits stay whole."""
    if not surface.isalpha():
        return surface
    return str(_stemmer.stemWord(surface))


def terms(text: str, keep_stop_words: bool = False) -> Iterator[Term]:
    """Yield the terms of a canonical text, in order.

    Elided articles vanish, compounds give their parts and their joined form, identifiers
    their one spelling and their parts. Stop words are left out, save in capitals inside a
    text that is not all capitals: EJ, SE and PA are acronyms.
    """
    shouting = text.isupper()
    for found in WORD_OR_IDENTIFIER.finditer(text):
        group = found.lastgroup
        if group == "word":
            yield from _word(found.group(), found.start(), shouting, keep_stop_words)
        elif group == "compound":
            yield from _compound(found, shouting)
        elif group == "glued":
            surface = folded(re.sub(f"[{APOSTROPHES}]", "", found.group()))
            yield Term(stem(surface), surface, found.start(), found.end())
        elif group != "elided":
            yield from _identifier(found)


def _word(raw: str, start: int, shouting: bool, keep: bool = False) -> Iterator[Term]:
    surface = folded(raw)[:LONGEST_WORD]
    acronym = len(raw) > 1 and raw.isupper() and not shouting
    if surface in STOP and not acronym and not keep:
        return
    if len(surface) == 1 and not surface.isdigit() and not keep:
        return
    kind: Kind = "soft" if surface in SOFT and not acronym else "word"
    yield Term(stem(surface), surface, start, start + len(raw), kind)


def _compound(found: re.Match[str], shouting: bool) -> Iterator[Term]:
    parts = list(WORD.finditer(found.group()))
    for part in parts:
        yield from _word(part.group(), found.start() + part.start(), shouting)
    surface = "".join(folded(part.group()) for part in parts)[:LONGEST_WORD]
    if folded(parts[-1].group()) not in CLITICS:
        yield Term(stem(surface), surface, found.start(), found.end(), "joined")


def _identifier(found: re.Match[str]) -> Iterator[Term]:
    whole, parts = whole_and_parts(found)
    yield Term(whole, whole, found.start(), found.end(), "whole")
    for part in parts:
        if part not in (whole, "") and part not in STOP:
            yield Term(stem(part), part, found.start(), found.end(), "part")
