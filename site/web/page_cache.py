"""Pages that are the same for everybody: their bytes, compressed forms and ETag in memory."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags


# Half a minute without asking again, then a 304: news appear quickly and cost next to nothing.
CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=600"
BROTLI_QUALITY = 9
GZIP_LEVEL = 9
MAXIMUM_PAGES = 4_000
PLAIN = ""


@dataclass(frozen=True)
class Form:
    """A page in one encoding, with the headers it travels with."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, body: bytes, encoding: str, digest: str, mimetype: str) -> "Form":
        """Each encoding is its own representation: a strong ETag must tell them apart."""
        etag = f"{digest}-{encoding}" if encoding else digest
        # A page that only names an SVG or XML type still holds UTF-8 text.
        textual = mimetype.startswith("text/") or mimetype.endswith("xml")
        headers = [
            ("Content-Type", f"{mimetype}; charset=utf-8" if textual else mimetype),
            ("Content-Length", str(len(body))),
            ("ETag", f'"{etag}"'),
            ("Cache-Control", CACHE_CONTROL),
            ("Vary", "Accept-Encoding"),
        ]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return cls(body, etag, tuple(headers))


@dataclass(frozen=True)
class StoredPage:
    """One page in every encoding."""

    forms: dict[str, Form]

    @classmethod
    def of(cls, body: bytes, mimetype: str) -> "StoredPage":
        """Compress once, at the first request."""
        digest = hashlib.sha256(body).hexdigest()[:20]
        bodies = {
            "br": brotli.compress(body, quality=BROTLI_QUALITY),
            "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
            PLAIN: body,
        }
        return cls({name: Form.of(data, name, digest, mimetype) for name, data in bodies.items()})

    def respond(self) -> Response:
        """Answer the current request with the page, or with 304."""
        form = self.forms[best_encoding(request.headers.get("Accept-Encoding", ""))]
        known = request.headers.get("If-None-Match")
        if known and form.etag in parse_etags(known):
            kept = [pair for pair in form.headers if not pair[0].startswith("Content-")]
            return Response(status=304, headers=kept)
        return Response(form.body, headers=list(form.headers))


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """The encoding to send, for an Accept-Encoding header: browsers send the same few."""
    choices = parse_accept_header(accepted, Accept)
    return next((name for name in ("br", "gzip") if choices.quality(name) > 0), PLAIN)


@dataclass
class PageCache:
    """The pages already made, the least used leaving first. Safe between threads."""

    pages: OrderedDict[str, StoredPage] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def clear(self) -> None:
        """Forget all: the content has changed."""
        with self.lock:
            self.pages.clear()

    def find(self, key: str) -> StoredPage | None:
        """The page if it is already made."""
        with self.lock:
            found = self.pages.get(key)
            if found is not None:
                self.pages.move_to_end(key)
            return found

    def get(self, key: str, make: Callable[[], str | bytes], mimetype: str) -> StoredPage:
        """The page, made by `make` the first time."""
        found = self.find(key)
        if found is not None:
            return found
        made = make()
        stored = StoredPage.of(made.encode() if isinstance(made, str) else made, mimetype)
        with self.lock:
            self.pages[key] = stored
            while len(self.pages) > MAXIMUM_PAGES:
                self.pages.popitem(last=False)
        return stored

    def respond(
        self, key: str, make: Callable[[], str | bytes], mimetype: str = "text/html"
    ) -> Response:
        """Answer the current request with the page, or with 304."""
        return self.get(key, make, mimetype).respond()
