"""Two versions of a text as one: what was taken away, what was added, for the eye and for the ear."""

import re
from difflib import SequenceMatcher
from typing import Literal

from markupsafe import Markup, escape


Shown = Literal["both", "before", "after"]
# A word with the space after it, or a space that no word precedes.
WORDS = re.compile(r"\S+\s*|\s+")
REMOVED = Markup('<del><span class="fr-sr-only">retiré\u00a0: </span>{}</del>')
ADDED = Markup('<ins><span class="fr-sr-only">ajouté\u00a0: </span>{}</ins>')


def differences(before: object, after: object, shown: Shown = "both") -> Markup:
    """The later text, word by word, with what it replaces struck out before it.

    `shown` keeps one side: the earlier text with what goes, or the later one with what comes.
    Marks alone are not read aloud everywhere: each says « retiré » or « ajouté » too.
    """
    old, new = WORDS.findall(str(before)), WORDS.findall(str(after))
    same = SequenceMatcher(a=[w.strip() for w in old], b=[w.strip() for w in new], autojunk=False)
    told: list[Markup] = []
    for kind, a, b, c, d in same.get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            told.append(escape(come))
            continue
        if gone.strip() and shown != "after":
            told.append(_marked(REMOVED, gone))
        if come.strip() and shown != "before":
            told.append(_marked(ADDED, come))
    return Markup("").join(told)


def _marked(mark: Markup, words: str) -> Markup:
    """The words in their mark, the space that ends them outside of it."""
    inside = words.rstrip()
    return mark.format(inside) + (words[len(inside) :] or " ")
