"""The kinds of content: folder, page class, header fields, order and addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from communaute.editorial import pages, readers
from communaute.editorial.readers import Reader, list_of, one_of


# What a new page says where its author must write; `content check` refuses it.
TO_WRITE = "À écrire"
SAMPLE, TODAY = f'"{TO_WRITE}"', "{today}"


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: how it is read, whether it may be left out, what a new page says there."""

    read: Reader
    required: bool = False
    sample: str = SAMPLE


_TITLED: Mapping[str, Field] = {
    "title": Field(readers.words, required=True),
    "summary": Field(readers.words, required=True),
}
_COMMON: Mapping[str, Field] = {
    **_TITLED,
    "verified": Field(readers.day, required=True, sample=TODAY),
    "publics": Field(list_of(one_of(pages.PUBLICS))),
    "published": Field(readers.day),
    "period": Field(readers.words),
    "valid_until": Field(readers.day),
    "replaced_by": Field(readers.address),
    "updated_note": Field(readers.words),
    "screens": Field(one_of(pages.PERIODS)),
    "few_screens": Field(readers.words),
    "keywords": Field(list_of(readers.keyword)),
    "illustration": Field(readers.illustration),
    "sources": Field(list_of(readers.source)),
    "see_also": Field(list_of(readers.address)),
}
_DATED: Mapping[str, Field] = {
    **_COMMON,
    "publics": Field(list_of(one_of(pages.PUBLICS)), required=True, sample="[fournisseur]"),
    "published": Field(readers.day, required=True, sample=TODAY),
}
_ORDER = {"order": Field(readers.number)}
INDEX_FIELDS: Mapping[str, Field] = {
    **_TITLED,
    "order": Field(readers.number, required=True),
    "verified": Field(readers.day),
    "groups": Field(list_of(readers.group)),
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


def _required(read: Reader, sample: str = SAMPLE) -> Field:
    return Field(read, required=True, sample=sample)


_PHRASES = Field(list_of(readers.words))
_TERM = {"acronym": Field(readers.code), "aliases": Field(list_of(readers.code))}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("actualites"),
        _kind("guides", pages.Guide, duration=Field(readers.words), needs=_PHRASES),
        _kind("bonnes-pratiques"),
        _kind(
            "temoignages",
            pages.Testimonial,
            witness=_required(readers.witness, f"{{name: {SAMPLE}, role: {SAMPLE}}}"),
            submission=Field(readers.words),
            facts=Field(readers.facts),
        ),
        _ordered(
            "formations",
            pages.Training,
            theme=Field(readers.words, required=True),
            level=_required(one_of(pages.LEVELS), "debutant"),
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
            public=_required(one_of(pages.PUBLICS), "fournisseur"),
            steps=_required(
                list_of(readers.step), '[]  # - {page: /guides/…, title: "…", why: "…"}'
            ),
        ),
        _kind(
            "newsletter",
            pages.Issue,
            articles=_required(list_of(readers.article), "[]  # [guides/…]"),
            figure=Field(readers.figure),
        ),
        _ordered("questions", pages.Question),
        _ordered(
            "statuts",
            pages.StatusPage,
            code=_required(readers.code),
            actor=_required(one_of(pages.ACTORS), "fournisseur"),
            sender=Field(readers.words, required=True),
            recipient=Field(readers.words, required=True),
            by_when=Field(readers.words),
            guide=_required(readers.address, "/guides/"),
            order=_required(readers.number, "100"),
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


def skeleton(kind: Kind, title: str, today: date) -> str:
    """Return a new page of this kind: every field it must have, its sources, its text to write."""
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    fields = {name: field.sample for name, field in kind.fields.items() if field.required}
    fields |= {"title": f'"{escaped}"', "summary": f'"{TO_WRITE} : une à deux phrases."'}
    lines = [f"{name}: {today if sample == TODAY else sample}" for name, sample in fields.items()]
    return "\n".join(["---", *lines, "sources: []", "---", "", f"{TO_WRITE}.", ""])
