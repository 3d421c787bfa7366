"""Free words, codes and article numbers, brought to the form in which they are compared."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer


_stemmer = snowballstemmer.stemmer("french")
_WORD = re.compile(r"[a-z0-9]+")
_CODE = re.compile(
    r"[a-z]{1,5}\.? ?\d+[a-z]?(?![a-z0-9])|[a-z]{2}\.? ?\d[a-z0-9]|\d°", re.IGNORECASE
)
_ARTICLE = re.compile(r"\b([ar])\.? ?(\d+(?:-\d+)*)\b", re.IGNORECASE)
# Words that say nothing of which tariff is looked for.
_EMPTY = """
a au aux avec ce ces combien cout d dans de des du en entre est et euro euros faire fait frais il je
justice l la le les leur ma mes mon montant ne on ou par pas plus pour prix qu que quel quelle quels
se son sur tarif tarifs un une vous y paye payee payes remuneration
"""
EMPTY = frozenset(_EMPTY.split())
SHORTEST_START = 3


def fold(text: str) -> str:
    """Return a text without accents nor capitals, ligatures opened."""
    opened = text.replace("œ", "oe").replace("Œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", opened)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def words(text: str) -> tuple[str, ...]:
    """Return the words that say something, as stems."""
    return tuple(stem(word) for word in _WORD.findall(fold(text)) if word not in EMPTY)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return a French word's stem; numbers are kept."""
    return word if word.isdigit() else str(_stemmer.stemWord(word))


def codes(text: str) -> frozenset[str]:
    """Return the codes of a row (« MA 01 MA 03 »), each as MA01."""
    return frozenset(code(found) for found in _CODE.findall(text))


def typed_codes(text: str) -> list[str]:
    """Return what looks like a code in a text, as it was typed."""
    return _CODE.findall(text)


def code(text: str) -> str:
    """Return a code without spaces nor full stops, in capitals: « ip. 6 » is IP6."""
    return re.sub(r"[^0-9A-Z]", "", fold(text).upper())


def article(text: str) -> str:
    """Return an article's number as the code writes it (« A. 43-7 » is A43-7), or a slug."""
    found = _ARTICLE.search(text)
    return f"{found[1].upper()}{found[2]}" if found else slug(text)


def articles(text: str) -> tuple[str, ...]:
    """Return every article number that a text names."""
    return tuple(f"{letter.upper()}{number}" for letter, number in _ARTICLE.findall(text))


def without_articles(text: str) -> str:
    """Return a text without its article numbers."""
    return _ARTICLE.sub(" ", text)


def slug(text: str) -> str:
    """Return a label in lower case, without accents, joined by hyphens."""
    return "-".join(_WORD.findall(fold(text)))


def slug_words(text: str) -> frozenset[str]:
    """Return a label's words without articles nor « et », to compare two ways of naming."""
    small = {"le", "la", "les", "l", "de", "du", "des", "d", "et", "un", "une", "a", "au", "aux"}
    return frozenset(_WORD.findall(fold(text))) - small
