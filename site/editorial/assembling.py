"""Puts rendered pages together: addresses, sections, glossary, issues."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from communaute.editorial.content import Content, Section
from communaute.editorial.faults import Fault
from communaute.editorial.files import Files, Stamp
from communaute.editorial.kinds import KINDS, Kind
from communaute.editorial.pages import GlossaryTerm, Issue, Page
from communaute.editorial.surroundings import Surroundings


INDEX = "_index"
_RESERVED = frozenset(
    {"compte", "gestion", "outils", "api", "recherche", "media", "static", "sante"}
)


def assemble(
    directory: Path,
    files: Files,
    found: Sequence[Page],
    around: Surroundings,
    faults: list[Fault],
    seen: Mapping[str, Stamp],
    strict: bool,
) -> Content:
    """Return the Content made of these pages; two pages at one address are a fault."""
    pages = _by_address(found, faults)
    indexes = {page.kind: page for page in found if page.slug == INDEX}
    sections = {name: _section(kind, indexes.get(name), pages) for name, kind in KINDS.items()}
    every = tuple(sorted(faults))
    return Content(
        directory=directory,
        pages=pages,
        sections=sections,
        glossary=tuple(p for p in sections["glossaire"].pages if isinstance(p, GlossaryTerm)),
        issues=tuple(p for p in sections["newsletter"].pages if isinstance(p, Issue)),
        media={url: media.path for url, media in files.media.items()},
        faults=every if strict else tuple(fault for fault in every if fault.hides),
        fingerprint=files.fingerprint,
        tools=around.tools,
        tool_addresses={name: around.address_of(tool, {}) for name, tool in around.tools.items()},
        every_fault=every,
        media_files=files.media,
        stamps=seen,
    )


def _by_address(found: Sequence[Page], faults: list[Fault]) -> dict[str, Page]:
    taken = {kind.index.strip("/") for kind in KINDS.values()} | _RESERVED
    pages: dict[str, Page] = {}
    for page in found:
        if page.slug == INDEX:
            continue
        if page.url in pages or (page.kind == "pages" and page.slug in taken):
            message = f"L’adresse {page.url} est déjà prise : renommez ce fichier."
            faults.append(Fault(page.source_path, 1, message, hides=True))
        else:
            pages[page.url] = page
    return pages


def _section(kind: Kind, index: Page | None, pages: Mapping[str, Page]) -> Section:
    inside = [page for page in pages.values() if page.kind == kind.name]
    return Section(
        kind=kind.name,
        url=kind.index,
        title=index.title if index else kind.name.replace("-", " ").capitalize(),
        summary=index.summary if index else "",
        intro=index.html if index else "",
        order=(index.order if index else None) or 0,
        pages=tuple(sorted(inside, key=kind.sort_key)),
        index=index,
    )
