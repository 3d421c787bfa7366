"""The search index of this installation: built from the content, opened once per process."""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import cast

from flask import Flask, current_app

from communaute import blueprints, current
from communaute.config import Settings
from communaute.domain import clock
from communaute.editorial.synonyms import read_synonyms
from search_index import Document, IndexUnavailable, build, open_index
from search_index.generations import current as published_generation
from search_index.opening import Index


log = logging.getLogger(__name__)
KEY = "communaute search index"
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
            self.held = open_index(self.directory)
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

    The index holds pickle, that is code: whoever can write it can run what he wants here.
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
    today = clock.today()
    documents = [*content.search_documents(today), *blueprints.documents(today)]
    synonyms = read_synonyms(content.directory)
    made_from = fingerprint(documents, synonyms)
    directory = Path(current.settings().search_index_dir)
    if if_older and is_up_to_date(directory, made_from):
        return None
    build(directory, shown(documents), synonyms, fingerprint=made_from)
    return len(documents)


def is_up_to_date(directory: Path, made_from: str) -> bool:
    """Whether a readable index made from this is published."""
    try:
        return not open_index(directory).is_older_than(made_from)
    except IndexUnavailable:
        return False


def fingerprint(documents: Sequence[Document], synonyms: Sequence[Sequence[str]]) -> str:
    """What the index is made from: it changes with the texts, the tools and the truth dates."""
    return hashlib.sha256(repr((documents, synonyms)).encode()).hexdigest()[:32]
