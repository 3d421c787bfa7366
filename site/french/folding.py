"""Words brought to the form in which they are compared: no accents, no capitals."""

import re

from search_index.folding import fold
from search_index.stemming import stem
from search_index.stopwords import GRAMMAR


__all__ = ["STOP_WORDS", "fold", "is_slug", "slugify", "stem", "words"]

STOP_WORDS = GRAMMAR | {"c"}
"""Articles, pronouns, prepositions, auxiliaries: folded words that name nothing."""

WORD = re.compile(r"[a-z0-9]+")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order (« L’été 2026 » gives `l`, `ete`, `2026`)."""
    return WORD.findall(fold(text))


def slugify(text: str) -> str:
    """Return the text in ASCII lower case, words joined by hyphens (« Où ? » gives `ou`)."""
    return "-".join(words(text))


def is_slug(name: str) -> bool:
    """Say whether the name is lower-case ASCII letters, digits and single hyphens."""
    return SLUG.fullmatch(name) is not None
