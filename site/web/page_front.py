"""Pages already made are answered before Flask: the same headers, none of its cost.

The views own what is kept and for how long: they put a page in the cache under the key that
`key_of` gives its address. What is not found here goes on to them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask
from werkzeug.http import parse_etags

from communaute.web.compression import best_encoding
from communaute.web.page_cache import PageCache


Headers = list[tuple[str, str]]


class Question(NamedTuple):
    """What is read of a request to know whether its page is in memory."""

    method: str
    path: str
    query: str
    host: str
    secure: bool
    htmx: bool
    accept_encoding: str
    if_none_match: str


class Answer(NamedTuple):
    """A whole answer, ready to send."""

    status: int
    headers: Headers
    body: bytes


@dataclass
class PageFront:
    """What stands before Flask. `hosts` are the names the site answers to."""

    pages: PageCache
    key_of: Callable[[str], str]
    hosts: frozenset[str]
    enabled: bool = True
    served: int = 0

    def answer(self, asked: Question) -> Answer | None:
        """The page, or 304, when it is in memory; None leaves the request to the views.

        A name of another host, a form, a fragment and development are theirs.
        """
        if asked.htmx or asked.method not in ("GET", "HEAD") or not self.enabled:
            return None
        if asked.host.rpartition(":")[0] not in self.hosts and asked.host not in self.hosts:
            return None
        address = f"{asked.path}?{asked.query}" if asked.query else asked.path
        page = self.pages.find(self.key_of(address))
        if page is None:
            return None
        self.served += 1
        form = page.forms[best_encoding(asked.accept_encoding)]
        if asked.if_none_match and form.etag in parse_etags(asked.if_none_match):
            return Answer(304, form.sent(asked.secure, known=True), b"")
        body = b"" if asked.method == "HEAD" else form.body
        return Answer(200, form.sent(asked.secure), body)

    def stand_before(self, app: Flask) -> None:
        """Answer first, whatever server runs the application."""
        behind = app.wsgi_app

        def front(
            environ: dict[str, str], start_response: Callable[..., object]
        ) -> Iterable[bytes]:
            found = self.answer(question_of(environ))
            if found is None:
                return behind(environ, start_response)  # type: ignore[arg-type]
            start_response("200 OK" if found.status == 200 else "304 NOT MODIFIED", found.headers)
            return [found.body]

        app.wsgi_app = front  # type: ignore[method-assign]


def question_of(environ: dict[str, str]) -> Question:
    """What a WSGI server gives of a request."""
    get = environ.get
    return Question(
        get("REQUEST_METHOD", ""),
        get("SCRIPT_NAME", "") + get("PATH_INFO", ""),
        get("QUERY_STRING", ""),
        get("HTTP_HOST", ""),
        get("wsgi.url_scheme") == "https",
        "HTTP_HX_REQUEST" in environ,
        get("HTTP_ACCEPT_ENCODING", ""),
        get("HTTP_IF_NONE_MATCH", ""),
    )
