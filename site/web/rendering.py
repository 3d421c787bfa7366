"""Page or fragment from one template: the fragment is a block of the page."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, render_template, request
from flask.templating import Environment
from jinja2_fragments.flask import render_block


WHOLE_PAGE = b"<!doctype"


class Templates(Environment):
    """Flask's templates, without a map of their own over the globals where they have none.

    Jinja compares the names of both at each import of a macro: over such a map, that took a
    thirtieth of a page of results.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: the environment's own unless it adds some."""
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    """Never let a whole page be swapped inside another."""
    app.after_request(take_the_window)


def take_the_window(response: Response) -> Response:
    """A whole page that answers htmx (a sign-in asked for meanwhile, an expired form) replaces the
    page that asked, not a part of it."""
    if (
        request.headers.get("HX-Request")
        and wants_fragment()
        and response.is_sequence
        and response.mimetype == "text/html"
        and response.get_data()[: len(WHOLE_PAGE)].lower() == WHOLE_PAGE
    ):
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "innerHTML show:top"
    return response


def wants_fragment() -> bool:
    """Whether the answer is to be swapped into a page that is already there.

    True for an htmx request, except a boosted link and a history restore, which replace the whole
    page, and for `?fragment=1`, which anybody can type.
    """
    if request.args.get("fragment") == "1":
        return True
    htmx = request.htmx  # type: ignore[attr-defined]  # htmx-Flask's request class
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(template: str, block: str, *, status: int = 200, **context: object) -> Response:
    """The whole page, or only `block` of it when a fragment is wanted.

    A cache must keep the two apart: `Vary: HX-Request` says so.
    """
    if wants_fragment():
        body = render_block(template, block, **context)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.update({"HX-Request", "HX-Boosted", "HX-History-Restore-Request"})
    return response


def attached(content: bytes | str, mimetype: str, name: str) -> Response:
    """A file to keep, under a name of ours: nothing typed is repeated in a header."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def kept_nowhere(response: Response) -> Response:
    """No cache keeps it: it is one person's, or true at this moment only."""
    response.headers["Cache-Control"] = "no-store"
    return response


def private(response: Response, referrer: str = "same-origin") -> Response:
    """No cache keeps it, no search engine lists it, no other site learns its address.

    `no-referrer`: no other page of ours learns it either, it is a key.
    """
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = referrer
    return kept_nowhere(response)


def page_by_key(template: str, status: int = 200, **context: object) -> Response:
    """A page of one person, by an address that is a key."""
    return private(make_response(render_template(template, **context), status), "no-referrer")


def embedded_in_another(own: str) -> bool:
    """Whether the answer goes into the frame of another page than the tool's `own` address."""
    try:
        asked_from = urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:  # not an address: written by hand
        asked_from = ""
    return wants_fragment() and not asked_from.startswith(own)
