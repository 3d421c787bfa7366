"""The whole check of the content: what reading noted, then what needs all pages at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

from communaute.editorial import pages
from communaute.editorial.content import Content, Hidden
from communaute.editorial.faults import Fault
from communaute.editorial.home import FILE as HOME_FILE
from communaute.editorial.kinds import KINDS, TO_WRITE
from communaute.editorial.media import check_media
from communaute.editorial.minimums import check_minimum
from communaute.editorial.screens import check_drawings
from communaute.editorial.sources import check_sources
from communaute.french.dates import in_paris
from communaute.french.folding import is_slug, slugify


KnownUrls = Callable[[str], bool]
"""Says whether the application answers at a path that content does not know."""


class Addresses:
    """Every address that content may link to, with its anchors."""

    def __init__(self, content: Content, known_urls: KnownUrls) -> None:
        self._known_urls = known_urls
        self._anchors: dict[str, set[str]] = {"/": set()}
        self._media = content.media
        self._hidden = {one.url.partition("#")[0] for one in content.hidden}
        for page in every_page(content):
            path, _, term = page.url.partition("#")
            self._anchors.setdefault(path, set()).update(page.anchors, {term} - {""})
        for section in content.sections.values():
            if section.pages and section.url:
                self._anchors.setdefault(section.url, set())

    def problem(self, target: str, url: str) -> str:
        """Return what is wrong with a link typed in the page at `url`, empty when it leads somewhere."""
        path, _, anchor = target.partition("#")
        path = unquote(path.partition("?")[0]) or url.partition("#")[0]
        if path in self._anchors and not (path in self._hidden and anchor):
            return self._anchor_problem(path, unquote(anchor))
        if path in self._media or path in self._hidden:
            return ""
        if not _is_content(path) and self._known_urls(path):
            return ""
        return f"L’adresse {path} n’existe pas{self._hint(path)}."

    def _anchor_problem(self, path: str, anchor: str) -> str:
        if not anchor or anchor in self._anchors[path]:
            return ""
        known = ", ".join(f"#{name}" for name in sorted(self._anchors[path])) or "aucune"
        return f"La page {path} n’a pas d’ancre #{anchor} (ancres : {known})."

    def _hint(self, path: str) -> str:
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        return (
            f" : écrivez {other}" if other in self._anchors else " : corrigez-la ou retirez le lien"
        )


def _is_content(path: str) -> bool:
    """Say whether only a content file can answer there, whatever routes would match."""
    parts = path.strip("/").split("/")
    return len(parts) == 2 and parts[0] in KINDS and is_slug(parts[1])


def every_page(content: Content) -> Iterator[pages.Page]:
    """Return the pages, then the introductions of the sections."""
    yield from content.pages.values()
    for section in content.sections.values():
        if section.index is not None:
            yield section.index


def check(
    content: Content,
    *,
    known_urls: KnownUrls = lambda path: False,
    today: date | None = None,
) -> list[Fault]:
    """Return every fault of the content, by file and line.

    `known_urls` says whether the application answers at a path that is not content.
    """
    day = today or in_paris(datetime.now(UTC)).date()
    addresses = Addresses(content, known_urls)
    faults = [*content.every_fault, *_check_whole(content)]
    for page in every_page(content):
        faults += _check_name(page)
        faults += _check_written(page)
        faults += _check_dates(page, day)
        faults += _check_links(page, vars(page), addresses)
        faults += check_drawings(page, content.labels)
        faults += check_sources(page)
        faults += check_minimum(page)
    for hidden in content.hidden:
        faults += _check_links(hidden, hidden.header, addresses)
    for text in content.texts.values():
        for link in text.links:
            if problem := addresses.problem(link.target, ""):
                faults.append(Fault(text.path, link.line, problem))
    for media in content.media_files.values():
        faults += check_media(media)
    return sorted(set(faults))


def _fault(page: pages.Page | Hidden, field: str, message: str) -> Fault:
    return Fault(page.source_path, page.lines.get(field, 1), message)


def _check_name(page: pages.Page) -> Iterator[Fault]:
    if not is_slug(page.slug) and page.slug != "_index":
        wanted = slugify(page.slug) or "ma-page"
        message = f"Le nom du fichier devient une adresse : renommez-le « {wanted}.md »."
        yield Fault(page.source_path, 1, message)


def _check_written(page: pages.Page) -> Iterator[Fault]:
    """What `content new` left to write and nobody wrote, or what a merge left to choose."""
    lines = page.source_path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            message = "Deux versions de ce passage se suivent : gardez-en une, retirez les marques."
            yield Fault(page.source_path, number, message)
        if line.startswith(TO_WRITE) or f'"{TO_WRITE}' in line:
            message = f"Cette page n’est pas écrite : remplacez « {TO_WRITE} », ici et plus bas."
            yield Fault(page.source_path, number, message)
            return


def _check_dates(page: pages.Page, today: date) -> Iterator[Fault]:
    if page.published and page.verified and page.verified < page.published:
        yield _fault(
            page, "verified", "« verified » précède « published » : corrigez l’une des deux."
        )
    for field in ("published", "verified"):
        value = getattr(page, field)
        if value and value > today:
            yield _fault(
                page, field, f"« {field} » est dans l’avenir : donnez la date d’aujourd’hui."
            )
    if (
        page.valid_until
        and page.published
        and page.valid_until < page.published
        and not page.period
    ):
        yield _fault(page, "valid_until", _NEVER_TRUE)
    if page.is_expired(today) and not page.replaced_by:
        yield _fault(page, "valid_until", _NO_REPLACEMENT)


_NEVER_TRUE = (
    "« valid_until » précède « published » : corrigez-la, ou dites dans « period » "
    "quelle époque la page décrit."
)
_NO_REPLACEMENT = (
    "La page n’est plus vraie : donnez dans « replaced_by » l’adresse de celle qui dit vrai."
)


def _check_links(
    page: pages.Page | Hidden, header: Mapping[str, Any], addresses: Addresses
) -> Iterator[Fault]:
    for link in page.links:
        if problem := addresses.problem(link.target, page.url):
            yield Fault(page.source_path, link.line, problem)
    for field, target in _header_links(header):
        if problem := addresses.problem(target, page.url):
            yield _fault(page, field, problem)
        elif target == page.url:
            yield _fault(page, field, f"« {field} » renvoie à la page elle-même : retirez-le.")


def _header_links(header: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, header[name]) for name in ("replaced_by", "guide") if header.get(name))
    for name in ("see_also", "articles"):
        yield from ((name, target) for target in header.get(name, ()))
    yield from (("groups", target) for group in header.get("groups", ()) for target in group.pages)
    yield from (("steps", step.page) for step in header.get("steps", ()))


def _check_whole(content: Content) -> Iterator[Fault]:
    for section in content.sections.values():
        if section.pages and section.index is None and section.kind != "pages":
            folder = content.directory / section.kind
            message = (
                "Le dossier n’a pas de fichier _index.md : ajoutez-le (title, summary, order)."
            )
            yield Fault(folder / "_index.md", 1, message)
    for url in content.home.missing:
        yield Fault(
            content.directory / HOME_FILE, 1, f"L’adresse {url} n’existe pas : corrigez-la."
        )
    yield from _twice(_term_names(content.glossary))
    statuses = (p for p in content.sections["statuts"].pages if isinstance(p, pages.StatusPage))
    yield from _twice((page, "code", page.code) for page in statuses)


def _term_names(terms: Iterable[pages.GlossaryTerm]) -> Iterator[tuple[pages.Page, str, str]]:
    for term in terms:
        own = {slugify(name): name for name in (term.title, term.acronym, *term.aliases) if name}
        yield from ((term, "title", name) for name in own.values())


def _twice(names: Iterable[tuple[pages.Page, str, str]]) -> Iterator[Fault]:
    seen: dict[str, pages.Page] = {}
    for page, field, name in names:
        other = seen.setdefault(slugify(name), page)
        if other is not page:
            message = f"« {name} » est déjà dit par {other.source_path.name} : gardez-en un."
            yield _fault(page, field, message)
