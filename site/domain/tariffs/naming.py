"""A category or a text as people name it, brought to the one name of our list."""

from collections.abc import Iterable
from difflib import get_close_matches

from communaute.domain.tariffs import words
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.values import Category


def category_named(catalogue: Catalogue, name: str) -> str:
    """Return the slug of a category given by its slug or its label; empty for nothing.

    Raises UnknownName, with the nearest name.
    """
    if not name.strip():
        return ""
    wanted = words.slug_words(name)
    for category in catalogue.categories:
        if wanted in (words.slug_words(text) for text in _names(category)):
            return category.slug
    slugs = [category.slug for category in catalogue.categories]
    near = get_close_matches(words.slug(name), slugs, n=1, cutoff=0.5)
    raise UnknownName(_unknown("catégorie de prestataires", name, _labels(catalogue, near)))


def _names(category: Category) -> Iterable[str]:
    return filter(None, (category.slug, category.label, category.also))


def _labels(catalogue: Catalogue, slugs: list[str]) -> str:
    return catalogue.category_by_slug[slugs[0]].label if slugs else ""


def text_named(catalogue: Catalogue, name: str) -> str:
    """Return the slug of a text of reference: « A. 43-7 », « CPP art. R122 »; empty for nothing.

    Raises UnknownName, with the nearest number.
    """
    if not name.strip():
        return ""
    wanted = words.article(name)
    for article in catalogue.articles:
        if wanted in (article.slug, words.slug(article.label)):
            return article.slug
    near = get_close_matches(wanted, [a.slug for a in catalogue.articles], n=1, cutoff=0.8)
    labels = catalogue.article_by_slug[near[0]].label if near else ""
    raise UnknownName(_unknown("texte de référence", name, labels))


def _unknown(what: str, typed: str, near: str) -> str:
    hint = f"Vouliez-vous dire «\u202f{near}\u202f»\u202f?" if near else "Choisissez dans la liste."
    return f"Nous ne connaissons pas de {what} «\u202f{typed[:60]}\u202f». {hint}"
