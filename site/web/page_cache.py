"""Pages that are the same for everybody: their bytes, compressed forms and ETag in memory."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import brotli
from flask import Response, request
from werkzeug.http import parse_etags

from communaute.web.compression import PLAIN, best_encoding
from communaute.web.security import HEADERS, transport_security


# Half a minute without asking again, then a 304: news appear quickly and cost next to nothing.
CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=600"
# For what may have to be gone at once: kept, but never shown without asking.
ASKED_EACH_TIME = "public, no-cache"
BROTLI_QUALITY = 9
GZIP_LEVEL = 9
MAXIMUM_PAGES = 4_000


@dataclass(frozen=True, eq=False)
class Form:
    """A page in one encoding, with the headers it travels with."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls, body: bytes, encoding: str, digest: str, mimetype: str, cache_control: str
    ) -> "Form":
        """Each encoding is its own representation: a strong ETag must tell them apart."""
        etag = f"{digest}-{encoding}" if encoding else digest
        # A page that only names an SVG or XML type still holds UTF-8 text.
        textual = mimetype.startswith("text/") or mimetype.endswith("xml")
        headers = [
            ("Content-Type", f"{mimetype}; charset=utf-8" if textual else mimetype),
            ("Content-Length", str(len(body))),
            ("ETag", f'"{etag}"'),
            ("Cache-Control", cache_control),
            ("Vary", "Accept-Encoding"),
        ]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return cls(body, etag, tuple(headers))

    @cached_property
    def _whole(self) -> dict[tuple[bool, bool], list[tuple[str, str]]]:
        """The headers of an answer that no hook completes, by whether it is over TLS and a 304."""
        kept = {
            known: [pair for pair in self.headers if not (known and pair[0].startswith("Content-"))]
            for known in (False, True)
        }
        common = list(HEADERS.items())
        return {
            (secure, known): [*own, *common, *([transport_security()] if secure else [])]
            for known, own in kept.items()
            for secure in (False, True)
        }

    def sent(self, secure: bool, known: bool = False) -> list[tuple[str, str]]:
        """Every header to send, those of security too; `known` is a page the asker has (304)."""
        return self._whole[secure, known]


@dataclass(frozen=True)
class StoredPage:
    """One page in every encoding."""

    forms: dict[str, Form]

    @classmethod
    def of(cls, body: bytes, mimetype: str, cache_control: str = CACHE_CONTROL) -> "StoredPage":
        """Compress once, at the first request."""
        digest = hashlib.sha256(body).hexdigest()[:20]
        bodies = {
            "br": brotli.compress(body, quality=BROTLI_QUALITY),
            "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
            PLAIN: body,
        }
        return cls(
            {
                name: Form.of(data, name, digest, mimetype, cache_control)
                for name, data in bodies.items()
            }
        )

    def respond(self) -> Response:
        """Answer the current request with the page, or with 304."""
        form = self.forms[best_encoding(request.headers.get("Accept-Encoding", ""))]
        known = request.headers.get("If-None-Match")
        if known and form.etag in parse_etags(known):
            kept = [pair for pair in form.headers if not pair[0].startswith("Content-")]
            return Response(status=304, headers=kept)
        return Response(form.body, headers=list(form.headers))


@dataclass
class PageCache:
    """The pages already made, the least used leaving first. Safe between threads."""

    pages: OrderedDict[str, StoredPage] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    cleared: int = 0

    def clear(self) -> None:
        """Forget all, and what is being made now too: the content has changed."""
        with self.lock:
            self.pages.clear()
            self.cleared += 1

    def find(self, key: str) -> StoredPage | None:
        """The page if it is already made."""
        with self.lock:
            found = self.pages.get(key)
            if found is not None:
                self.pages.move_to_end(key)
            return found

    def get(
        self,
        key: str,
        make: Callable[[], str | bytes],
        mimetype: str,
        cache_control: str = CACHE_CONTROL,
    ) -> StoredPage:
        """The page, made by `make` the first time."""
        found = self.find(key)
        if found is not None:
            return found
        made_after = self.cleared
        made = make()
        body = made.encode() if isinstance(made, str) else made
        stored = StoredPage.of(body, mimetype, cache_control)
        with self.lock:
            if made_after != self.cleared:
                return stored
            self.pages[key] = stored
            while len(self.pages) > MAXIMUM_PAGES:
                self.pages.popitem(last=False)
        return stored

    def respond(
        self,
        key: str,
        make: Callable[[], str | bytes],
        mimetype: str = "text/html",
        cache_control: str = CACHE_CONTROL,
    ) -> Response:
        """Answer the current request with the page, or with 304."""
        return self.get(key, make, mimetype, cache_control).respond()
