"""Numbers in addresses: no row has one that the database cannot hold."""

from http import HTTPStatus

from flask import Flask, Response, abort, request
from werkzeug.routing import IntegerConverter, ValidationError


# What an INTEGER column of PostgreSQL holds; beyond it a query fails instead of finding nothing.
LARGEST = 2**31 - 1
LONGEST_PAGE = 300
# Of a whole address, in bytes: what every browser and proxy lets through.
LONGEST_ADDRESS = 8_000


class RowNumber(IntegerConverter):
    """`<int:…>`: a number too large to be a row's is no address of ours (404), never a failure."""

    def to_python(self, value: str) -> int:
        """The number. Raises ValidationError, which Werkzeug answers by 404."""
        if len(value) > len(str(LARGEST)):
            raise ValidationError
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


def row_number(given: int | str | None) -> int:
    """A number of a form or of an address, as a row's; 0, which no row has, when it cannot be one."""
    if isinstance(given, str):
        short = given.isascii() and given.isdigit() and len(given) <= len(str(LARGEST))
        given = int(given) if short else 0
    return given if given is not None and 0 < given <= LARGEST else 0


def asked_page() -> int:
    """The page of a list that the address asks for, from 1; the first when it says none."""
    return max(1, request.args.get("page", 1, type=int))


def init_app(app: Flask) -> None:
    """Before any address is registered."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_endless)
    app.after_request(name_no_host)


def refuse_endless() -> None:
    """Abort with 414: an address so long is read by no view."""
    if len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)


def name_no_host(response: Response) -> Response:
    """Redirect to a path: the host of a request was typed by a stranger, and a cache may keep it.

    Werkzeug writes whole addresses where an address lacks its slash, or has one too many.
    """
    place = response.headers.get("Location", "")
    if place and place.startswith(request.host_url):
        response.headers["Location"] = "/" + place.removeprefix(request.host_url).lstrip("/")
    return response


def own_page(typed: str) -> str:
    """A page of this site that a browser asked to be led to afterwards; empty for anything else.

    Browsers drop control characters and read a backslash as a slash: neither is in an address of ours.
    """
    if not typed.startswith("/") or typed.startswith("//") or len(typed) > LONGEST_PAGE:
        return ""
    return "" if "\\" in typed or any(c <= " " or c == "\x7f" for c in typed) else typed
