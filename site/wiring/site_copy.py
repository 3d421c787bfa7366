"""The whole content as files: to be served by a plain web server, or read without a network."""

import json
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, render_template
from flask.testing import FlaskClient
from whitenoise.compress import Compressor

from communaute.config import PACKAGE
from communaute.domain import clock
from communaute.editorial.guidance import read_guidance
from communaute.french.dates import date_in_words
from communaute.web import static_copy
from communaute.wiring import current, indexing, withdrawals
from communaute.wiring.addresses import rule_at
from search_index.stopwords import STOP


# What is made by these views is copied; the other content views lead to those or make a part of one.
COPIED = ("content.", "trainings.section", "trainings.page", "trainings.feed")
NOT_COPIED = (
    "content.term",
    "content.opensearch",
    "content.page_with_slash",
    "content.root_page_with_slash",
)
BOOKLETS = ("content.booklet_pdf", "content.booklet_epub")
FEEDS = ("/flux.atom", "/changements.atom", "/sitemap.xml", "/robots.txt", "/contenus.json")
DATA, MARK = "recherche-donnees.js", "copie.json"
NOWHERE = "/introuvable"


class CopyFault(Exception):
    """The copy cannot be made; the text is a French sentence."""


@dataclass
class SiteCopy:
    """A copy being made in a folder, by asking the application for each of its pages."""

    app: Flask
    folder: Path
    booklets: bool = True

    def __post_init__(self) -> None:
        state = self.app.extensions[current.KEY]
        self.live: str = state.settings.base_url
        notice = f"Copie du {date_in_words(clock.today())}."
        self.to_files = static_copy.StaticCopy(self.live, self.is_copied, notice)

    def is_copied(self, address: str) -> bool:
        """Whether an address is of the content, and is in the copy."""
        if address.startswith("/static/"):
            return True
        rule = rule_at(address, self.app)
        if rule is None:
            return False
        left = NOT_COPIED if self.booklets else (*NOT_COPIED, *BOOKLETS)
        wanted = rule.endpoint.startswith(COPIED) and rule.endpoint not in left
        return wanted and static_copy.questions_are_kept(address)

    def write(self) -> int:
        """Write every page, feed, file and compressed form; answers how many pages.

        Raises CopyFault, which names what did not answer.
        """
        # Words that their authors may withdraw: from a copy that others keep, they could not.
        site = self.app.extensions[current.KEY]
        withdrawals.lose(site, frozenset(site.content.submissions))
        self._copy_style()
        client = self.app.test_client()
        waiting, seen = deque(self._first_addresses()), set[str]()
        while waiting:
            address = waiting.popleft()
            if address not in seen and not address.startswith("/static/"):
                seen.add(address)
                waiting.extend(self._copy(client, address))
        self._write_search()
        missing = client.get(NOWHERE).get_data(as_text=True)
        self._save("404.html", self.to_files.page(missing, NOWHERE, from_root=True).encode())
        said = {"site": self.live, "day": clock.today().isoformat(), "pages": len(seen)}
        self._save(MARK, (json.dumps(said) + "\n").encode())
        self._compress()
        for path in (self.folder, *self.folder.rglob("*")):
            # What everybody may read on the site, a web server of another user may read here.
            path.chmod(0o755 if path.is_dir() else 0o644)
        return len(seen)

    def _copy_style(self) -> None:
        with self.app.test_request_context():
            folder = self.folder / static_copy.file_of(self.app.url_for("static", filename="x"))
        shutil.copytree(
            PACKAGE / "static",
            folder.parent,
            ignore=shutil.ignore_patterns("*.br", "*.gz", "icons"),
        )
        for sheet in (PACKAGE / "static").rglob("*.css"):
            made = folder.parent / sheet.relative_to(PACKAGE / "static")
            made.write_text(static_copy.style_of_copy(sheet), encoding="utf-8")

    def _first_addresses(self) -> Iterator[str]:
        content = self.app.extensions[current.KEY].content
        yield from ("/", "/plan-du-site", "/glossaire", *FEEDS)
        yield from (address for address in content.media)
        known = (page.url for page in content.pages.values() if "#" not in page.url)
        yield from (url for url in known if url != "/accueil")

    def _copy(self, client: FlaskClient, address: str) -> Iterable[str]:
        """Write one address; answers those that it leads to."""
        answer = client.get(address, base_url=self.live)
        if answer.status_code != 200:
            raise CopyFault(f"{address} répond {answer.status_code} : la copie n’est pas faite.")
        if answer.mimetype != "text/html":
            self._save(static_copy.file_of(address), answer.data)
            return ()
        html = answer.get_data(as_text=True)
        self._save(static_copy.file_of(address), self.to_files.page(html, address).encode())
        return self.to_files.links_of(html, address)

    def _save(self, name: str, body: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def _write_search(self) -> None:
        """The search page and what its script reads. `/recherche` is its name in every page."""
        with self.app.test_request_context(static_copy.SEARCH, base_url=self.live):
            page = render_template("search/copy.html", data=f"/{DATA}")
            data = json.dumps(search_data(self.app, self.to_files), ensure_ascii=False)
        # A script, not JSON: from a disk, a page may load the first and not fetch the second.
        data = data.replace("\u2028", " ").replace("\u2029", " ")
        self._save(DATA, f"globalThis.searchData = {data};\n".encode())
        self._save(
            static_copy.file_of(static_copy.SEARCH),
            self.to_files.page(page, static_copy.SEARCH).encode(),
        )

    def _compress(self) -> None:
        """The compressed forms beside each text."""
        compressor = Compressor(quiet=True, use_brotli=True)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and compressor.should_compress(path.name):
                for _made in compressor.compress(str(path)):
                    pass


def search_data(app: Flask, to_files: static_copy.StaticCopy) -> Mapping[str, object]:
    """What the copy's search reads: each section with its words, and what the rules need."""
    content = current.content()
    guidance = read_guidance(content.directory, content.tool_addresses)
    labels, sections = indexing.kind_labels(), []
    for document in indexing.guided_documents(content, guidance):
        target = static_copy.without_fragment(document.url)
        copied = to_files.copied(target)
        fragment = document.url[len(target) :]
        sections.append(
            {
                "page": document.page,
                "to": static_copy.file_of(target) + fragment
                if copied
                else to_files.live + document.url,
                "title": document.title,
                "heading": document.headings,
                "kind": labels.get(document.kind, document.kind),
                "weight": guidance.weights.priors.get(document.kind, 1.0)
                * (0.4 if document.expired else 1),
                "keywords": " · ".join((*document.keywords, *document.links)),
                "wordings": [*document.tasks, *document.wordings],
                "text": document.body,
            }
        )
    return {
        "sections": sections,
        "synonyms": list(guidance.synonyms),
        "stop": sorted(STOP),
        "own": list(guidance.weights.own_names),
    }


def make_copy(app: Flask, folder: Path, *, booklets: bool = True) -> int:
    """Make a copy of the content in a folder, whole or not at all; answers how many pages.

    A copy made before is replaced in one step. Raises CopyFault when the folder holds something
    else, or when a page does not answer.
    """
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise CopyFault(
            f"{folder} contient autre chose qu’une copie du site : choisissez un autre dossier."
        )
    draft, former = (folder.with_name(f".{folder.name}.{word}") for word in ("neuf", "ancien"))
    for left in (draft, former):
        shutil.rmtree(left, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        # In a context of its own: each request has its session, whatever context we are called from.
        count = Context().run(SiteCopy(app, draft, booklets).write)
        if folder.exists():
            folder.rename(former)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)
    return count
