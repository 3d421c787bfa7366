"""Answers made for one request, sent compressed: brotli, or gzip where it is all a browser reads.

What was compressed when it was kept (page_cache, kept_answers) goes as it is. An answer made from a
cookie holds secrets (its CSRF token, what belongs to somebody) beside what an address may put in
it: it is compressed only when a browser says that no other site asked for it (decision 0231).
"""

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header


PLAIN = ""
# For an answer made for one visitor: most of the gain, a tenth of the time.
QUALITY, LEVEL = 4, 3
# One packet of the network carries it plain.
SMALLEST = 1_400
TEXTS = ("application/json", "application/xml", "application/atom+xml", "image/svg+xml")
OURS = ("same-origin", "none")


def init_app(app: Flask) -> None:
    """Compress what is sent. First to be registered: functions run after a request in reverse order,
    and those that read or change an answer must find it plain."""
    app.after_request(send_compressed)


def send_compressed(response: Response) -> Response:
    """Compress an answer, unless a stranger could learn from its length."""
    if request.cookies and request.headers.get("Sec-Fetch-Site") not in OURS:
        return response
    return compress(response)


def compress(response: Response) -> Response:
    """Compress a text with the best encoding that the request accepts, when it is worth it."""
    if not is_text(response) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    encoding = best_encoding(request.headers.get("Accept-Encoding", ""))
    if encoding == PLAIN or len(body := response.get_data()) < SMALLEST:
        return response
    if encoding == "br":
        response.set_data(brotli.compress(body, mode=brotli.MODE_TEXT, quality=QUALITY))
    else:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = encoding
    tag, _weak = response.get_etag()
    if tag:
        # The same text, not the same bytes.
        response.set_etag(tag, weak=True)
    return response


def is_text(response: Response) -> bool:
    """Whether an answer is a text held whole in memory: no stream, no file, no archive."""
    mimetype = response.mimetype or ""
    return (
        response.is_sequence
        and not response.direct_passthrough
        and (mimetype.startswith("text/") or mimetype in TEXTS)
    )


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """The encoding to send, for an Accept-Encoding header: browsers send the same few."""
    choices = parse_accept_header(accepted, Accept)
    return next((name for name in ("br", "gzip") if choices.quality(name) > 0), PLAIN)
