"""The kinds of content: folder, page class, header fields, order and addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from communaute.editorial import pages, readers
from communaute.editorial.readers import Reader, list_of, one_of


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: how it is read and whether it may be left out."""

    read: Reader
    required: bool = False


_TITLED: Mapping[str, Field] = {
    "title": Field(readers.words, required=True),
    "summary": Field(readers.words, required=True),
}
_COMMON: Mapping[str, Field] = {
    **_TITLED,
    "verified": Field(readers.day, required=True),
    "publics": Field(list_of(one_of(pages.PUBLICS))),
    "published": Field(readers.day),
    "period": Field(readers.words),
    "valid_until": Field(readers.day),
    "replaced_by": Field(readers.address),
    "updated_note": Field(readers.words),
    "keywords": Field(list_of(readers.keyword)),
    "illustration": Field(readers.illustration),
    "sources": Field(list_of(readers.source)),
    "see_also": Field(list_of(readers.address)),
}
_DATED: Mapping[str, Field] = {
    **_COMMON,
    "publics": Field(list_of(one_of(pages.PUBLICS)), required=True),
    "published": Field(readers.day, required=True),
}
_ORDER = {"order": Field(readers.number)}
INDEX_FIELDS: Mapping[str, Field] = {
    **_TITLED,
    "order": Field(readers.number, required=True),
    "verified": Field(readers.day),
}


def newest_first(page: pages.Page) -> tuple[Any, ...]:
    """Sort key: the latest published first, then by address."""
    return (-(page.published.toordinal() if page.published else 0), page.url)


def by_order(page: pages.Page) -> tuple[Any, ...]:
    """Sort key: `order` when given, then the file's name."""
    return (page.order is None, page.order or 0, page.slug)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content; `pattern` makes an address of a slug."""

    name: str
    pattern: str
    page: type[pages.Page] = pages.Page
    fields: Mapping[str, Field] = field(default_factory=lambda: _DATED)
    sort_key: Callable[[pages.Page], tuple[Any, ...]] = newest_first
    index: str = ""

    def url(self, slug: str) -> str:
        """Return the address of the page whose file has this name."""
        return self.pattern.format(slug)


def _kind(name: str, page: type[pages.Page] = pages.Page, **more: Field) -> Kind:
    return Kind(name, f"/{name}/{{}}", page, {**_DATED, **more}, index=f"/{name}/")


def _ordered(name: str, page: type[pages.Page] = pages.Page, **more: Field) -> Kind:
    fields = {**_DATED, **_ORDER, **more}
    return Kind(name, f"/{name}/{{}}", page, fields, by_order, index=f"/{name}/")


_PHRASES = Field(list_of(readers.words))
_TERM = {"acronym": Field(readers.code), "aliases": Field(list_of(readers.code))}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("actualites"),
        _kind("guides"),
        _kind("bonnes-pratiques"),
        _kind("temoignages", pages.Testimonial, witness=Field(readers.witness, required=True)),
        _ordered(
            "formations",
            pages.Training,
            theme=Field(readers.words, required=True),
            level=Field(one_of(pages.LEVELS), required=True),
            goals=_PHRASES,
            session_1=_PHRASES,
            session_2=_PHRASES,
            prerequisites=_PHRASES,
            duration=Field(readers.words),
            tools=_PHRASES,
            format=Field(one_of(pages.FORMATS)),
            virtual_class=Field(readers.words),
        ),
        _ordered(
            "parcours",
            pages.Path,
            public=Field(one_of(pages.PUBLICS), required=True),
            steps=Field(list_of(readers.step), required=True),
        ),
        _kind("newsletter", pages.Issue, articles=Field(list_of(readers.article), required=True)),
        _ordered("questions", pages.Question),
        _ordered(
            "statuts",
            pages.StatusPage,
            code=Field(readers.code, required=True),
            actor=Field(one_of(pages.ACTORS), required=True),
            order=Field(readers.number, required=True),
        ),
        _ordered("tarifs"),
        Kind(
            "glossaire",
            "/glossaire#{}",
            pages.GlossaryTerm,
            {**_COMMON, **_TERM},
            by_order,
            index="/glossaire",
        ),
        Kind("pages", "/{}", pages.Page, {**_COMMON, **_ORDER}, by_order),
    )
}
