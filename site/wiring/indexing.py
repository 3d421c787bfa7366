"""The search index of this installation: built from the content, opened once per process."""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import cast

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from communaute import blueprints
from communaute.config import Settings
from communaute.domain import clock
from communaute.domain.search import wordings
from communaute.editorial.content import Content
from communaute.editorial.faults import Fault
from communaute.editorial.guidance import SearchGuidance, read_guidance
from communaute.editorial.search_documents import search_documents
from communaute.extensions import db
from communaute.wiring import current
from search_index import Document, IndexUnavailable, build, open_index
from search_index.generations import current as published_generation
from search_index.opening import Index


log = logging.getLogger(__name__)
KEY = "communaute search index"
# What is found besides the sections of the content.
TOOLS_KIND = "outils"
OTHER_KINDS = {TOOLS_KIND: "Outils", "pages": "Pages du site"}
# After a failure, how long before the folder is looked at again, in seconds: opening checks
# every file, and a site without an index must stay quick.
LOOK_AGAIN = 5.0

# Shows the documents going by; answers the same ones.
Shown = Callable[[Sequence[Document]], Iterable[Document]]


@dataclass
class OpenIndex:
    """The index as this process holds it: opened once, and again when a new one is published."""

    directory: Path
    read_only: bool = False
    held: Index | None = None
    failed_at: float = float("-inf")
    fault: str = ""
    lock: Lock = field(default_factory=Lock)

    def now(self) -> Index:
        """The published index. Raises IndexUnavailable when there is none to open.

        While one thread opens a new generation, the others answer from the former one.
        """
        held = self.held
        if held is not None and held.generation == self._published(held):
            return held
        if not self.lock.acquire(blocking=held is None):
            return cast(Index, held)
        try:
            return self._reopen()
        finally:
            self.lock.release()

    def check(self) -> None:
        """Open the published index anew. Raises IndexUnavailable if that cannot be done."""
        refuse_writable(self.directory, self.read_only)
        open_index(self.directory)

    def _published(self, held: Index) -> Path:
        """The generation to answer from: the held one when none is published any more."""
        try:
            return published_generation(self.directory)
        except IndexUnavailable:
            return held.generation

    def _reopen(self) -> Index:
        if time.monotonic() - self.failed_at < LOOK_AGAIN:
            return self._held_or_fault()
        try:
            refuse_writable(self.directory, self.read_only)
            found = open_index(self.directory)
            if self.held is not None:
                found.read_ahead()  # the former one answers meanwhile
            self.held = found
        except IndexUnavailable as error:
            self.failed_at, self.fault = time.monotonic(), str(error)
            log.error("search index: %s", error)
        return self._held_or_fault()

    def _held_or_fault(self) -> Index:
        if self.held is None:
            raise IndexUnavailable(self.fault)
        return self.held


def refuse_writable(directory: Path, read_only: bool) -> None:
    """Raise IndexUnavailable if this process could write an index it must only read.

    The index holds pickle, that is code: whoever can write it can run any code here.
    """
    if not read_only:
        return
    for path in (directory, *directory.rglob("*")):
        if os.access(path, os.W_OK):
            message = f"SEARCH_INDEX_READ_ONLY=1 and this process can write {path}"
            raise IndexUnavailable(message)


def init_app(app: Flask, settings: Settings) -> None:
    """Know where the index is, without opening it, and answer readiness for it."""
    directory = Path(settings.search_index_dir)
    app.extensions[KEY] = OpenIndex(directory, settings.search_index_read_only == "1")
    app.extensions["communaute"].readiness["search index"] = readable


def opened() -> Index:
    """The index to search in. Raises IndexUnavailable."""
    return cast(OpenIndex, current_app.extensions[KEY]).now()


def readable() -> str | None:
    """Readiness: whether what is published can be opened, every file checked."""
    try:
        cast(OpenIndex, current_app.extensions[KEY]).check()
    except IndexUnavailable:
        return "no readable search index, run `flask search build`; titles are searched meanwhile"
    return None


def build_index(*, if_older: bool = False, shown: Shown = iter) -> int | None:
    """Index the content as a new generation and publish it; answers how many documents.

    None with `if_older` when what is published was made from the same content. Raises OSError
    when the folder cannot be written, ValueError when there is nothing to index.
    """
    content = current.content()
    guidance = read_guidance(content.directory, content.tool_addresses)
    guidance = guidance.with_wordings(wordings_added())
    documents = guided_documents(content, guidance)
    made_from = fingerprint(documents, guidance)
    directory = Path(current.settings().search_index_dir)
    if if_older and is_up_to_date(directory, made_from):
        return None
    build(
        directory,
        shown(documents),
        guidance.synonyms,
        guidance=guidance.weights,
        fingerprint=made_from,
    )
    cast(OpenIndex, current_app.extensions[KEY]).failed_at = float("-inf")  # there is one now
    return len(documents)


def misleading_wordings(content: Content) -> list[Fault]:
    """A fault for each wording of content/recherche/ that does not lead where it says.

    A task must lead there first, an everyday wording among the first three. The content is
    indexed for that, in a folder that goes away.
    """
    guidance = read_guidance(content.directory, content.tool_addresses)
    if not guidance.tasks and not guidance.everyday:
        return list(guidance.faults)
    documents = guided_documents(content, guidance)
    # A page hidden by what is wrong in it has its own fault: its wordings are judged once it is back.
    hidden = {one.url for one in content.hidden}
    guidance = replace(
        guidance,
        tasks=[one for one in guidance.tasks if one.address not in hidden],
        everyday=[one for one in guidance.everyday if one.address not in hidden],
        not_for=[one for one in guidance.not_for if not {one.address, one.instead} & hidden],
    )
    faults = [*guidance.faults, *guidance.unknown_addresses(documents)]
    with TemporaryDirectory() as folder:
        build(folder, documents, guidance.synonyms, guidance=guidance.weights)
        index = open_index(folder)
        for entries, among in ((guidance.tasks, 1), (guidance.everyday, 3)):
            for entry in entries:
                faults += [
                    Fault(entry.file, line, f"« {text} » mène ailleurs qu’à {entry.address}.")
                    for text, line in zip(entry.texts, entry.lines, strict=True)
                    if not leads_to(index, text, entry.address, among)
                ]
    return faults


def leads_to(index: Index, text: str, address: str, among: int) -> bool:
    """Whether a page is among the first that a search finds."""
    page = address if address.startswith("/glossaire") else address.partition("#")[0]
    return page in [hit.page for hit in index.search(text, among, per_page=1).hits]


def wordings_added() -> list[tuple[str, str]]:
    """The (address, wording) pairs that editors added on the site; none without its tables."""
    try:
        return [(wording.address, wording.text) for wording in wordings(db.session())]
    except SQLAlchemyError:
        log.warning("the wordings added on the site could not be read", exc_info=True)
        return []
    finally:
        db.session.rollback()


def guided_documents(content: Content, guidance: SearchGuidance) -> list[Document]:
    """All that search is given today: pages and tools with what their keepers wrote for them."""
    today = clock.today()
    return guidance.guided([*search_documents(content, today), *blueprints.documents(today)])


def is_up_to_date(directory: Path, made_from: str) -> bool:
    """Whether a readable index made from this is published."""
    try:
        return not open_index(directory).is_older_than(made_from)
    except IndexUnavailable:
        return False


def fingerprint(documents: Sequence[Document], guidance: SearchGuidance) -> str:
    """What the index is made from: it changes with the texts, the tools and the truth dates."""
    made_from = (documents, guidance.synonyms, guidance.weights)
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:32]


def kind_labels() -> Mapping[str, str]:
    """The name of every kind, as its section is titled."""
    sections = current.content().sections
    return {**{kind: found.title for kind, found in sections.items()}, **OTHER_KINDS}
