"""Answers before results: a card that a feature gives for a query it recognises."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from communaute.french.folding import STOP_WORDS, words
from communaute.french.typography import typeset


@dataclass(frozen=True, slots=True)
class CardLink:
    """What to do next: words and an address of this site."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An answer shown above the results. Plain text only: the template escapes it.

    `label` says what kind of thing was recognised (« Statut de facture »), `title` the answer
    in one line, `lines` paragraphs, `facts` pairs (name, value), `links` what to do next, the
    best first. `frame` is the address of a tool whose fragment is loaded in the card, ready to
    use; without a script the first link leads to it. `tone` is empty, success or warning. `live`
    is true when the answer changes within the day (seats left): it is never kept.
    """

    label: str
    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[CardLink, ...] = ()
    frame: str = ""
    tone: str = ""
    live: bool = False

    def __post_init__(self) -> None:
        """A card is what is shown: its sentences are set here, once."""
        set_type = partial(object.__setattr__, self)
        set_type("label", typeset(self.label))
        set_type("title", typeset(self.title))
        set_type("lines", tuple(typeset(line) for line in self.lines))
        set_type("facts", tuple((typeset(name), typeset(value)) for name, value in self.facts))


CardProvider = Callable[[str], Card | None]
"""From what was typed to a card, or None: the query is not what this feature recognises.

A feature joins by exporting CARDS, a tuple of providers, from its blueprint package, as it
exports TOOLS. A provider is called within the application, at every search: it must be quick
and must accept any text.
"""

# Number and gender: « rejetées », « rejetée » and « rejeté » are one, « passe » is not « PA ».
ENDING = re.compile(r"e*s?$")
# Words that ask about a thing without naming it: « c'est quoi un SIRET », « mon statut »; the
# site's own name; whom it concerns: « rejetée par la mairie ».
ASKING_WORDS = """
    chorus cpro definition dire faire facture factures outil pro quand signification signifie statut
    statuts veut
    client collectivite commune departement hopital lycee mairie prefecture region universite ville
"""
ASKING = STOP_WORDS | frozenset(ASKING_WORDS.split())


@lru_cache(maxsize=4_096)  # every search compares itself with the same few hundred names
def naming_words(text: str) -> tuple[str, ...]:
    """The words that name something, folded and without their ending, for exact comparison.

    « Ma facture est suspendue, que faire ? » and « Suspendu » are both `("suspendu",)`. When
    nothing but asking words was typed (« facture »), they are kept: they name something too.
    """
    typed = words(text)
    named = [word for word in typed if word not in ASKING]
    # Only number and gender go: a stem would make « À valider » and « Validée » one status.
    return tuple(ENDING.sub("", word) or word for word in named or typed)
