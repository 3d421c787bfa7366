"""French analysis: from a text to the terms that the index and the queries share."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from search_index.folding import fold_word
from search_index.identifiers import PATTERN, whole_and_parts
from search_index.stemming import stem
from search_index.stopwords import SOFT, STOP


Kind = Literal["word", "soft", "joined", "whole", "part"]

APOSTROPHES = "'’ʼ‘′`´＇"
HYPHENS = "-‐‑"
# A match always begins where a word does: the former one took its whole word.
ELIDED = (
    rf"(?:[ldjmtsncLDJMTSNC]|(?:[Jj]us|[Ll]ors|[Pp]uis|[Qq]uoi)?[Qq]u)[{APOSTROPHES}](?=[^\W_])"
)
GLUED = rf"(?:[Aa]ujourd|[Pp]rud)[{APOSTROPHES}][^\W_]+"
# Nine words of ten are small letters only: tried first, they skip the rest.
PLAIN = rf"[a-zà-öø-ÿœ]{{2,}}+(?![^\W_]|[{HYPHENS}{APOSTROPHES}])"
TOKEN = re.compile(
    rf"{PLAIN}|(?P<identifier>{PATTERN})|(?P<elided>{ELIDED})|(?P<glued>{GLUED})"
    rf"|[^\W_]+(?:[{HYPHENS}][^\W_]+)*"
)
WORD = re.compile(r"[^\W_]+")
# "peut-on", "a-t-elle", "ci-dessous": verb and pronoun, not one word.
CLITICS = frozenset(
    [
        "je",
        "tu",
        "il",
        "elle",
        "on",
        "nous",
        "vous",
        "ils",
        "elles",
        "ce",
        "ci",
        "la",
        "t",
        "le",
        "les",
        "moi",
        "lui",
        "leur",
        "y",
        "en",
    ]
)
LONGEST_WORD = 40


class Term(NamedTuple):
    """One term of a text and where it stands: offsets in the text as given."""

    stem: str  # what is indexed
    surface: str  # the folded word, unstemmed
    start: int
    end: int
    kind: Kind = "word"


def terms(text: str, keep_stop_words: bool = False) -> Iterator[Term]:
    """Yield the terms of a canonical text, in order.

    Elided articles vanish, compounds give their parts and their joined form, identifiers
    their one spelling and their parts. Stop words are left out, save in capitals inside a
    text that is not all capitals: EJ, SE and PA are acronyms.
    """
    shouting = text.isupper()
    for found in TOKEN.finditer(text):
        group, raw, start = found.lastgroup, found.group(), found.start()
        if group is None:
            if raw.isalnum():
                if word := _word(raw, shouting, keep_stop_words):
                    yield Term(word[0], word[1], start, start + len(raw), word[2])
            else:
                yield from _compound(raw, start, shouting)
        elif group == "identifier":
            yield from _identifier(found)
        elif group == "glued":
            surface = fold_word(re.sub(f"[{APOSTROPHES}]", "", raw))
            yield Term(stem(surface), surface, start, found.end())


@lru_cache(maxsize=200_000)
def _word(raw: str, shouting: bool, keep: bool = False) -> tuple[str, str, Kind] | None:
    """Return a word's stem, surface and kind, or nothing for a word that does not count."""
    surface = fold_word(raw)[:LONGEST_WORD]
    acronym = len(raw) > 1 and raw.isupper() and not shouting
    if surface in STOP and not acronym and not keep:
        return None
    if len(surface) == 1 and not surface.isdigit() and not keep:
        return None
    return stem(surface), surface, "soft" if surface in SOFT and not acronym else "word"


def _compound(raw: str, start: int, shouting: bool) -> Iterator[Term]:
    parts = list(WORD.finditer(raw))
    for part in parts:
        if word := _word(part.group(), shouting):
            yield Term(word[0], word[1], start + part.start(), start + part.end(), word[2])
    surface = "".join(fold_word(part.group()) for part in parts)[:LONGEST_WORD]
    if fold_word(parts[-1].group()) not in CLITICS:
        yield Term(stem(surface), surface, start, start + len(raw), "joined")


def _identifier(found: re.Match[str]) -> Iterator[Term]:
    whole, parts = whole_and_parts(found)
    yield Term(whole, whole, found.start(), found.end(), "whole")
    for part in parts:
        if part not in (whole, "") and part not in STOP:
            yield Term(stem(part), part, found.start(), found.end(), "part")
