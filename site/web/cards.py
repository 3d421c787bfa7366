"""Answers before results: a card that a feature gives for a query it recognises."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass


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
    use; without a script the first link leads to it. `tone` is empty, success or warning.
    """

    label: str
    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[CardLink, ...] = ()
    frame: str = ""
    tone: str = ""


CardProvider = Callable[[str], Card | None]
"""From what was typed to a card, or None: the query is not what this feature recognises.

A feature joins by exporting CARDS, a tuple of providers, from its blueprint package, as it
exports TOOLS. A provider is called within the application, at every search: it must be quick
and must accept any text.
"""

WORD = re.compile(r"[a-z0-9]+")
# Words that ask about a thing without naming it: « c'est quoi un SIRET », « statut suspendue ».
ASKING_WORDS = """
    a au aux avec c ce ces d dans de definition des dire du en est et facture factures faire je l la le
    les ma mes moi mon nos notre nous outil par pour qu quand que quel quelle quoi s sa se ses
    signification signifie son statut statuts sur un une veut vos votre
"""
ASKING = frozenset(ASKING_WORDS.split())


def naming_words(text: str) -> tuple[str, ...]:
    """The words that name something, folded and without their ending, for exact comparison.

    « Ma facture est suspendue, que faire ? » and « Suspendu » are both `("suspendu",)`. When
    nothing but asking words was typed (« facture »), they are kept: they name something too.
    """
    spelled = text.lower().replace("œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", spelled)
    words = WORD.findall(decomposed.encode("ascii", "ignore").decode())
    named = [word for word in words if word not in ASKING]
    return tuple(word.rstrip("es") or word for word in named or words)
