"""One web process: what each request goes through."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Flask
from granian._granian import RSGIHTTPProtocol
from granian.rsgi import Scope

from communaute import create_app
from communaute.web import errors
from communaute.web.page_front import Answer, Headers, Question
from communaute.wiring import current, indexing
from search_index import IndexUnavailable


log = logging.getLogger(__name__)
# Requests that wait for a thread; the next are told to come back: they would have left before their turn.
MOST_WAITING = 400


class Server:
    """The application behind what needs no thread: pages in memory, and bodies as they come."""

    def __init__(self, app: Flask | None = None) -> None:
        self.app = app or create_app()
        state = self.app.extensions[current.KEY]
        self.front, self.proxies = state.front, int(state.settings.trusted_proxies)
        self.threads = ThreadPoolExecutor(
            int(os.environ.get("WEB_THREADS", "8")), thread_name_prefix="web"
        )
        self.waiting = 0
        from communaute.web.counters import FROM_MEMORY  # reads a folder that the application names

        self.from_memory = FROM_MEMORY

    async def __rsgi__(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Answer one request: from memory, or else by a thread once its body is there."""
        found = self.front.answer(question_of(scope, self.proxies))
        if found is not None:
            self.from_memory.inc()
        if found is None:
            found = await self.made(scope, protocol)
        if found is not None:
            protocol.response_bytes(*found)

    async def made(self, scope: Scope, protocol: RSGIHTTPProtocol) -> Answer | None:
        """The application's answer; None when nobody is there to read it."""
        if self.waiting >= MOST_WAITING:
            return self.refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        announced, largest = announced_length(scope), self.largest(scope.path)
        try:
            if (announced or 0) > largest and "expect" in scope.headers:
                body: IO[bytes] = BytesIO()  # it waits for our word: the refusal
            elif announced == 0:
                body = BytesIO()
            else:
                body = await read(protocol, announced, largest)
        except BodyCutShort:
            return None
        except BodyTooSlow:
            return self.refusal(HTTPStatus.REQUEST_TIMEOUT)
        except OSError:
            log.exception("a body cannot be kept while it comes")
            return self.refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        self.waiting += 1
        try:
            run = asyncio.get_running_loop().run_in_executor
            return await run(self.threads, self.run, environ_of(scope, body), body)
        finally:
            self.waiting -= 1

    def largest(self, path: str) -> int:
        """The largest body that an address takes."""
        config = self.app.config
        return int(config["LARGER_BODIES"].get(path, config["MAX_CONTENT_LENGTH"]))

    def run(self, environ: dict[str, Any], body: IO[bytes]) -> Answer:
        """Call the application, in a thread, and gather its whole answer: no thread waits for a reader."""
        said: list[Any] = []

        def start_response(
            status: str, headers: Headers, _failed: object = None
        ) -> Callable[..., object]:
            said[:] = [int(status[:3]), headers]
            return said.append

        with body:
            parts = self.app.wsgi_app(environ, start_response)
            try:
                whole = b"".join(parts)
            finally:
                getattr(parts, "close", lambda: None)()
        return Answer(said[0], said[1], whole)

    def refusal(self, status: HTTPStatus) -> Answer:
        """A sentence, without asking anything of the application."""
        return Answer(status, *errors.plain(status))


def started() -> Server:
    """The server of a process that begins: its index read, what it has loaded left alone.

    The collector went through content, templates and code, hundreds of thousands of objects, every
    now and then: a quarter of a second of processor during which nobody was answered.
    """
    server = Server()
    with server.app.app_context(), suppress(IndexUnavailable):
        indexing.opened().read_ahead()
    gc.collect()
    gc.freeze()
    if folder := os.environ.get("WEB_LOADED"):
        Path(folder, str(os.getpid())).touch()
    return server


# What granian says of a request (RSGI), as the page front and WSGI want it.

# granian's words for a protocol, as CGI writes them.
PROTOCOLS = {"1": "HTTP/1.0", "1.1": "HTTP/1.1", "2": "HTTP/2"}


def question_of(scope: Scope, proxies: int) -> Question:
    """What says whether the page is in memory; `proxies` are believed on host and scheme."""
    get = scope.headers.get
    host, scheme = get("host", ""), scope.scheme
    if proxies:
        host = believed(scope, "x-forwarded-host", proxies) or host
        scheme = believed(scope, "x-forwarded-proto", proxies) or scheme
    return Question(
        scope.method,
        scope.path,
        scope.query_string,
        host,
        scheme == "https",
        "hx-request" in scope.headers,
        get("accept-encoding", ""),
        get("if-none-match", ""),
    )


def believed(scope: Scope, name: str, proxies: int) -> str:
    """What the outermost of our proxies wrote, as Werkzeug's ProxyFix reads it; empty if it did not."""
    every: list[str] = scope.headers.get_all(name)  # type: ignore[attr-defined]  # not in its stubs
    values = ",".join(every).split(",")
    return values[-proxies].strip() if len(values) >= proxies else ""


def announced_length(scope: Scope) -> int | None:
    """The body's length by its Content-Length: 0 without a body, None when it is not said."""
    length = scope.headers.get("content-length", "")
    if length.isdecimal():
        return int(length)
    return None if "transfer-encoding" in scope.headers else 0


def environ_of(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment (PEP 3333) of a request whose body has been read."""
    client, server = scope.client.rpartition(":"), scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": PROTOCOLS.get(scope.http_version, "HTTP/1.1"),
        # On a Unix socket there is no address: whoever opens it is on this machine.
        "REMOTE_ADDR": client[0].strip("[]") or "127.0.0.1",
        "SERVER_NAME": server[0].strip("[]") or "localhost",
        "SERVER_PORT": server[2] if server[2].isdecimal() else "80",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # With an underscore a header would pass for one that the proxies write with a hyphen.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    if environ.pop("HTTP_TRANSFER_ENCODING", None):
        # It has been read: its length is known now.
        environ["CONTENT_LENGTH"] = str(body.seek(0, os.SEEK_END))
        body.seek(0)
    return environ


# What a client sends, read while it comes: a slow one holds no thread, and not for ever.

# A client that has sent less than so much after so long is not sending: it is holding us.
GRACE_SECONDS = 20
LEAST_BYTES_A_SECOND = 500
# Beyond, a body goes on in a file without a name.
IN_MEMORY = 512 * 1024
# What is read of a body that is too large, so that its sender reads the answer: a connection
# closed on an unread body shows an error of the browser's instead.
DRAINED = 200 * 1024 * 1024


class BodyTooSlow(Exception):
    """The client sends too slowly to be waited for."""


class BodyCutShort(Exception):
    """The client went away before its body was whole."""


async def read(chunks: AsyncIterable[bytes], announced: int | None, largest: int) -> IO[bytes]:
    """The body, at its beginning; of one that is larger, `largest` bytes and one.

    `announced` is its Content-Length. Raises BodyTooSlow, BodyCutShort, OSError when the disk is full.
    """
    file = cast(IO[bytes], SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  # the caller closes it
    received = 0
    loop = asyncio.get_running_loop()
    origin = loop.time()
    try:
        async with asyncio.timeout(GRACE_SECONDS) as patience:
            async for chunk in chunks:
                if received <= largest:
                    file.write(chunk[: largest + 1 - received])
                received += len(chunk)
                if received > max(largest, DRAINED):
                    break
                patience.reschedule(origin + GRACE_SECONDS + received / LEAST_BYTES_A_SECOND)
    except TimeoutError:
        file.close()
        raise BodyTooSlow from None
    except BaseException:
        file.close()
        raise
    if announced is not None and received < min(announced, largest + 1):
        file.close()
        raise BodyCutShort
    file.seek(0)
    return file
