"""What the log may hold: never what a visitor typed, never a live link.

An exception's own words often quote a value (« invalid literal: 'Camille' », a database's DETAIL
line): the trace is written with the names of the exceptions alone.
"""

import json
import logging
import re
import secrets
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from flask import Flask, Response, request


FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
# Those whose handlers are somebody else's: the queue's consumer and the web server make theirs.
OTHERS = ("huey", "gunicorn.error", "_granian")
# The name of the request being answered, or of the one that a task works for; a task that nobody asked
# for has a name of its own. A line about what another request asked says so: extra={"request": …}.
request_id: ContextVar[str] = ContextVar("request_id", default="")
GIVEN = re.compile(r"[0-9a-f]{16,64}")
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class WithoutValues(logging.Formatter):
    """Write where it failed and what kind of failure it is, not the words of the exception."""

    def formatException(self, ei: ExceptionInfo | tuple[None, None, None]) -> str:  # noqa: N802
        """The trace of the whole chain of exceptions, the oldest first, without their messages."""
        lines: list[str] = []
        error = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            stack = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            lines.insert(0, f"{stack}\n{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


class JsonWithoutValues(WithoutValues):
    """The same as one object a line, with the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request", "") or request_id.get(),
            "trace": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps(
            {name: value for name, value in said.items() if value}, ensure_ascii=False
        )


def init_app(app: Flask) -> None:
    """Name each request: the name a proxy gave it, or one of ours. It is said in the answer."""
    app.before_request(name_request)
    app.after_request(say_request)


def name_request() -> None:
    """Take the proxy's name when it looks like one: it ends in the log."""
    given = request.headers.get("X-Request-ID", "")
    request_id.set(given if GIVEN.fullmatch(given) else secrets.token_hex(8))


def say_request(response: Response) -> Response:
    """Say the name in the answer: a visitor's complaint leads to the line. A page that caches keep has none."""
    if not response.cache_control.public:
        response.headers["X-Request-ID"] = request_id.get()
    return response


def install(as_json: bool = False) -> None:
    """Give every handler of this process the formatter; make one when there is none."""
    root = logging.getLogger()
    if not root.handlers:
        ours = logging.StreamHandler()
        ours.setLevel(logging.WARNING)
        root.addHandler(ours)
    loggers = [root, *(logging.getLogger(name) for name in OTHERS)]
    for handler in [each for logger in loggers for each in logger.handlers]:
        if type(handler) is logging.StreamHandler or isinstance(handler, logging.FileHandler):
            handler.setFormatter(JsonWithoutValues() if as_json else WithoutValues(FORMAT))
