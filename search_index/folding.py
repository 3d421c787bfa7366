"""One spelling for text: canonical Unicode, folded accents."""

import re
import unicodedata
from functools import lru_cache


# Soft hyphen, zero-width spaces, direction marks, byte-order mark: they print nothing
# and would cut or hide a word.
INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
OPENED = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'"}
)


def canonical(text: str) -> str:
    """Return the text in NFC, control characters made spaces, invisible ones removed."""
    text = CONTROL.sub(" ", INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the text in lower case without accents or ligatures ("L’Œuvré" → "l'oeuvre")."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    # Folded again once decomposed: letters that stand for others have no case before.
    decomposed = unicodedata.normalize("NFKD", lowered.translate(OPENED)).casefold()
    letters = unicodedata.normalize("NFKD", decomposed)
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return plain.translate(OPENED)


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """Return `fold(word)`, remembered: for the words of an index, never for whole texts."""
    return fold(word)
