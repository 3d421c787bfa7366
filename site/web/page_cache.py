"""Pages that are the same for everybody: their bytes, compressed forms and ETag in memory."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept


# Half a minute without asking again, then a 304: news appear quickly and cost next to nothing.
CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=600"
BROTLI_QUALITY = 9
GZIP_LEVEL = 9
MAXIMUM_PAGES = 4_000


@dataclass(frozen=True)
class StoredPage:
    """One page as it travels."""

    plain: bytes
    brotli: bytes
    gzip: bytes
    etag: str
    mimetype: str

    @classmethod
    def of(cls, body: bytes, mimetype: str) -> "StoredPage":
        """Compress once, at the first request."""
        return cls(
            plain=body,
            brotli=brotli.compress(body, quality=BROTLI_QUALITY),
            gzip=gzip.compress(body, GZIP_LEVEL, mtime=0),
            etag=hashlib.sha256(body).hexdigest()[:20],
            mimetype=mimetype,
        )

    def body_for(self, accepted: Accept) -> tuple[bytes, str | None]:
        """The bytes and their Content-Encoding, for what the client accepts."""
        for encoding, body in (("br", self.brotli), ("gzip", self.gzip)):
            if accepted.quality(encoding) > 0:
                return body, encoding
        return self.plain, None


@dataclass
class PageCache:
    """The pages already made, the least used leaving first. Safe between threads."""

    pages: OrderedDict[str, StoredPage] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def clear(self) -> None:
        """Forget all: the content has changed."""
        with self.lock:
            self.pages.clear()

    def get(self, key: str, make: Callable[[], str | bytes], mimetype: str) -> StoredPage:
        """The stored page, made by `make` the first time."""
        with self.lock:
            found = self.pages.get(key)
            if found is not None:
                self.pages.move_to_end(key)
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
        page = self.get(key, make, mimetype)
        body, encoding = page.body_for(request.accept_encodings)
        # Each encoding is its own representation: a strong ETag must tell them apart.
        etag = f"{page.etag}-{encoding}" if encoding else page.etag
        if etag in request.if_none_match:
            response = Response(status=304)
        else:
            response = Response(body, mimetype=page.mimetype)
            if encoding:
                response.headers["Content-Encoding"] = encoding
        response.set_etag(etag)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Vary"] = "Accept-Encoding"
        return response
