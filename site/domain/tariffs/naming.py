"""Words, codes, articles and categories as people name them, brought to the form we compare."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from babel import Locale

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.values import Category
from communaute.french import folding
from communaute.french.folding import STOP_WORDS, fold, slugify, stem


CODE = re.compile(
    r"[a-z]{1,5}\.? ?\d+[a-z]?(?![a-z0-9])|[a-z]{2}\.? ?\d[a-z0-9]|\d°", re.IGNORECASE
)
ARTICLE = re.compile(r"\b([ar])\.? ?(\d+(?:-\d+)*)\b", re.IGNORECASE)
# Words that say nothing of which tariff is looked for; « sans droit d'option » says something.
COMMON = """
combien coute euro euros faire fait frais justice montant paye payee payes prix quel quelle quels
remuneration tarif tarifs
"""
EMPTY = (STOP_WORDS - {"sans", "autre", "autres"}) | set(COMMON.split())
SHORTEST_START = 3
# Since 11 September 2008 a translation costs the same from every language (A43-7): a language
# typed means all that this category is paid for, not only the old surcharge that names some.
LANGUAGE_CATEGORY = "traducteurs-interpretes"
# Names that CLDR does not give to a language of two letters.
MORE_LANGUAGES = """
baloutchi berbere cantonais capverdien comorien dari dioula farsi flamand hakka kabyle langue
langues malinke mandarin mandingue moldave mooré rifain rom romani romanes sérère signes
sorani soninké soussou syriaque tamazight tamacheq tchadien
"""


def words(text: str) -> tuple[str, ...]:
    """Return the words that say something, as stems."""
    return tuple(stem(word) for word in folding.words(text) if word not in EMPTY)


@lru_cache(maxsize=1)
def language_words() -> frozenset[str]:
    """Return the languages that people type, as stems; their French names are CLDR's, through Babel."""
    named = (name for code, name in Locale("fr").languages.items() if len(code) == len("fr"))
    return frozenset(words(" ".join((MORE_LANGUAGES, *(name.split()[0] for name in named)))))


def codes(text: str) -> frozenset[str]:
    """Return the codes of a row (« MA 01 MA 03 »), each as MA01."""
    return frozenset(code(found) for found in CODE.findall(text))


def code(text: str) -> str:
    """Return a code without spaces nor full stops, in capitals: « ip. 6 » is IP6."""
    return re.sub(r"[^0-9A-Z]", "", fold(text).upper())


def articles(text: str) -> tuple[str, ...]:
    """Return every article number that a text names."""
    return tuple(f"{letter.upper()}{number}" for letter, number in ARTICLE.findall(text))


@lru_cache(maxsize=1_000)
def slug_words(text: str) -> frozenset[str]:
    """Return a label's words without articles nor « et », to compare two ways of naming."""
    small = {"le", "la", "les", "l", "de", "du", "des", "d", "et", "un", "une", "a", "au", "aux"}
    return frozenset(folding.words(text)) - small


def category_named(catalogue: Catalogue, name: str) -> str:
    """Return the slug of a category given by its slug or its label; empty for nothing.

    Raises UnknownName, with the nearest name.
    """
    if not name.strip():
        return ""
    wanted = slug_words(name)
    for category in catalogue.categories:
        if wanted in (slug_words(text) for text in _names(category)):
            return category.slug
    slugs = [category.slug for category in catalogue.categories]
    near = get_close_matches(slugify(name), slugs, n=1, cutoff=0.5)
    nearest = catalogue.category_by_slug[near[0]].label if near else ""
    raise UnknownName(_unknown("catégorie de prestataires", name, nearest))


def _names(category: Category) -> Iterable[str]:
    return filter(None, (category.slug, category.label, category.also))


def text_named(catalogue: Catalogue, name: str) -> str:
    """Return the slug of a text of reference: « A. 43-7 », « CPP art. R122 »; empty for nothing.

    Raises UnknownName, with the nearest number.
    """
    if not name.strip():
        return ""
    found = ARTICLE.search(name)
    wanted = f"{found[1].upper()}{found[2]}" if found else slugify(name)
    for article in catalogue.articles:
        if wanted in (article.slug, slugify(article.label)):
            return article.slug
    near = get_close_matches(wanted, [a.slug for a in catalogue.articles], n=1, cutoff=0.8)
    labels = catalogue.article_by_slug[near[0]].label if near else ""
    raise UnknownName(_unknown("texte de référence", name, labels))


def _unknown(what: str, typed: str, near: str) -> str:
    hint = f"Vouliez-vous dire « {near} » ?" if near else "Choisissez dans la liste."
    return f"Nous ne connaissons pas de {what} « {typed[:60]} ». {hint}"
