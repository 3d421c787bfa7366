"""Reads the content folder into one Content: headers first, then bodies that know them all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from communaute.editorial.body import Body, render
from communaute.editorial.content import Content, Hidden, Section
from communaute.editorial.draft import Draft, Surroundings, Term, ToolUrl, index_terms
from communaute.editorial.faults import BrokenFileError, Fault
from communaute.editorial.files import Files, find_files, stamps
from communaute.editorial.frontmatter import SourceFile, read_header, split
from communaute.editorial.home import home_choices
from communaute.editorial.kinds import INDEX_FIELDS, KINDS, Kind
from communaute.editorial.pages import GlossaryTerm, Illustration, Issue, Page, SectionIndex
from communaute.editorial.readers import RawIllustration
from communaute.editorial.screens import other_screens, read_register
from communaute.editorial.texts import Text, read_texts
from communaute.web.tools import Tool


@dataclass(frozen=True, slots=True)
class _Read:
    """A file taken apart, whose body is still to render; `whole` when its header is right."""

    kind: Kind
    slug: str
    source: SourceFile
    values: Mapping[str, Any]
    whole: bool

    @property
    def is_term(self) -> bool:
        return self.kind.page is GlossaryTerm and not self.is_index

    @property
    def is_index(self) -> bool:
        return self.slug == INDEX

    @property
    def url(self) -> str:
        return self.kind.index if self.is_index else self.kind.url(self.slug)


def load(
    directory: Path,
    *,
    tools: Mapping[str, Tool] | None = None,
    tool_url: ToolUrl | None = None,
    insertions: Mapping[str, str] | None = None,
) -> Content:
    """Read everything under a folder, which must be absolute.

    A broken file never hides the others. `check` finds what reading does not.
    """
    if not directory.is_absolute():
        raise ValueError("the content folder must be given by an absolute path")
    before = stamps(directory)
    files = find_files(directory, before)
    faults = list(files.faults)
    hidden: list[Hidden] = []
    read = _read_all(files.pages, faults, hidden)
    around = Surroundings(
        tools or {}, tool_url, insertions or {}, index_terms(_terms(read)), files.media
    )
    pages = [page for item in read if (page := _finish(item, around, faults, hidden)) is not None]
    texts: dict[str, Text] = {}
    for path, raw in files.texts:
        texts |= read_texts(path, raw, around, faults)
    whole = assemble(directory, files, pages, texts, around, faults)
    return replace(whole, stamps=before, hidden=tuple(hidden))


def _read_all(
    found: Iterable[tuple[str, Path, bytes]], faults: list[Fault], hidden: list[Hidden]
) -> list[_Read]:
    read = []
    for kind, path, raw in found:
        try:
            read.append(_read(KINDS[kind], path, raw, faults))
        except BrokenFileError as broken:
            faults.append(broken.fault)
            hidden.append(Hidden(KINDS[kind].url(path.stem), path))
    return read


def _read(kind: Kind, path: Path, raw: bytes, faults: list[Fault]) -> _Read:
    source = split(path, raw)
    faults += source.faults
    if source.fault:
        faults.append(source.fault)
        return _Read(kind, path.stem, source, {}, whole=False)
    values, found = read_header(source, INDEX_FIELDS if path.stem == INDEX else kind.fields)
    faults += found
    return _Read(kind, path.stem, source, values, whole=not found)


def _terms(read: Iterable[_Read]) -> list[Term]:
    found = []
    for item in read:
        if item.is_term and item.whole:
            names = (item.values.get("acronym"), *item.values.get("aliases", ()))
            found.append(Term(item.slug, item.values["title"], tuple(filter(None, names))))
    return found


def _finish(
    item: _Read, around: Surroundings, faults: list[Fault], hidden: list[Hidden]
) -> Page | None:
    """Render a page; one whose header is wrong is rendered too, to tell all its faults at once."""
    prefix = f"{item.slug}-" if item.is_term else ""
    draft = Draft(
        item.source.path, item.kind.name, item.slug, item.source.first_line, around, prefix
    )
    draft.screens = item.values.get("screens", "")
    draft.sources = len(item.values.get("sources", ()))
    body = render(draft, item.source.body)
    if draft.screens and not draft.says_other_screens:
        body = replace(body, html=body.html + other_screens(draft.screens))
    values = dict(item.values)
    if not item.whole:
        links = tuple(draft.links)
        hidden.append(Hidden(item.url, item.source.path, values, item.source.lines, links))
    if item.source.fault:
        return None  # what its text says of the header's sources and screens would be wrong
    if "illustration" in values:
        values["illustration"] = _illustration(draft, values["illustration"], item.source)
    if "tools" in values:
        values["training_tools"] = values.pop("tools")
    faults += draft.faults
    return _page(item, draft, body, values) if item.whole else None


def _page(item: _Read, draft: Draft, body: Body, values: Mapping[str, Any]) -> Page:
    page = SectionIndex if item.is_index else item.kind.page
    return page(
        **values,
        url=item.url,
        kind=item.kind.name,
        slug=item.slug,
        source_path=item.source.path,
        html=body.html,
        toc=body.toc,
        text="\n".join(filter(None, (part.text for part in body.sections))),
        headings=tuple(part.path[-1] for part in body.sections if part.path),
        text_sections=body.sections,
        tools=tuple(draft.tools),
        drawings=tuple(draft.drawings),
        has_steps=draft.procedures > 0,
        cited=frozenset(draft.cited),
        says_ours=draft.says_ours,
        anchors=frozenset(draft.ids),
        links=tuple(draft.links),
        lines=item.source.lines,
    )


def _illustration(draft: Draft, raw: RawIllustration, source: SourceFile) -> Illustration | None:
    url = f"/media/{draft.kind}/{raw.file}"
    media = draft.around.media.get(url)
    if media is None or not media.is_picture:
        message = f"L’illustration {raw.file} manque : mettez le fichier à côté de la page."
        draft.faults.append(Fault(source.path, source.lines["illustration"], message))
        return None
    width, height = media.size() or (None, None)
    return Illustration(raw.file, url, raw.alt, width, height)


INDEX = "_index"
_RESERVED = frozenset(
    {"compte", "gestion", "outils", "api", "recherche", "media", "static", "sante"}
)


def assemble(
    directory: Path,
    files: Files,
    found: Sequence[Page],
    texts: Mapping[str, Text],
    around: Surroundings,
    faults: list[Fault],
) -> Content:
    """Return the Content made of these pages; two pages at one address are a fault."""
    pages = _by_address(found, faults)
    labels = read_register(directory, faults)
    indexes = {page.kind: page for page in found if isinstance(page, SectionIndex)}
    sections = {name: _section(kind, indexes.get(name), pages) for name, kind in KINDS.items()}
    home = home_choices(directory, pages, around, faults)
    every = tuple(sorted(faults))
    return Content(
        directory=directory,
        pages=pages,
        sections=sections,
        glossary=tuple(p for p in sections["glossaire"].pages if isinstance(p, GlossaryTerm)),
        issues=tuple(p for p in sections["newsletter"].pages if isinstance(p, Issue)),
        media={url: media.path for url, media in files.media.items()},
        home=home,
        texts=texts,
        labels=labels,
        faults=tuple(fault for fault in every if fault.hides),
        fingerprint=files.fingerprint,
        tools=around.tools,
        tool_addresses={name: around.address_of(tool, {}) for name, tool in around.tools.items()},
        every_fault=every,
        media_files=files.media,
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


def _section(kind: Kind, index: SectionIndex | None, pages: Mapping[str, Page]) -> Section:
    inside = [page for page in pages.values() if page.kind == kind.name]
    intro, _, closing = (index.html if index else "").partition("<hr>")
    return Section(
        kind=kind.name,
        url=kind.index,
        title=index.title if index else kind.name.replace("-", " ").capitalize(),
        summary=index.summary if index else "",
        intro=intro,
        closing=closing,
        order=(index.order if index else None) or 0,
        pages=tuple(sorted(inside, key=kind.sort_key)),
        index=index,
    )
