"""Static files under one fingerprint folder, served precompressed and for ever.

One fingerprint for the folder, not one per file: DSFR's CSS has relative addresses and may not be
modified.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from whitenoise import WhiteNoise

from communaute.web.security import HEADERS


COMPRESSED = (".br", ".gz")
OTHER_RELEASE = re.compile(r"/static/([0-9a-f]{12})/(.+)")


def fingerprint(folder: Path) -> str:
    """A short name that changes when any file of the folder does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in COMPRESSED:
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def init_app(app: Flask, folder: Path) -> None:
    """Serve `folder` at /static/<fingerprint>/; `url_for("static", filename=…)` leads there.

    In development files may change under a running server: they are looked up anew and not cached.
    """
    version = "dev" if app.debug else fingerprint(folder)
    app.static_folder = None
    app.add_url_rule(f"/static/{version}/<path:filename>", endpoint="static", build_only=True)
    files = WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix=f"static/{version}/",
        autorefresh=app.debug,
        max_age=0 if app.debug else None,
        immutable_file_test=(lambda _path, _url: not app.debug),
        allow_all_origins=False,
        add_headers_function=add_security,
    )
    app.wsgi_app = whatever_the_release(files, version)  # type: ignore[assignment, method-assign]


def add_security(headers: Headers, _path: str, _url: str) -> None:
    """The headers of every other answer."""
    for name, value in HEADERS.items():
        headers[name] = value


def whatever_the_release(files: WSGIApplication, version: str) -> WSGIApplication:
    """Answer a file under another release's fingerprint, not to be kept.

    While a release replaces another, a page of one may ask its style of a process of the other.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = OTHER_RELEASE.match(environ.get("PATH_INFO", ""))
        if asked is None or asked[1] == version:
            return files(environ, start_response)

        def not_to_be_kept(status: str, headers: list[tuple[str, str]], *failed: Any) -> Any:  # noqa: ANN401  # PEP 3333
            kept = [pair for pair in headers if pair[0].lower() != "cache-control"]
            return start_response(status, [*kept, ("Cache-Control", "no-cache")], *failed)

        here = {**environ, "PATH_INFO": f"/static/{version}/{asked[2]}"}
        return files(here, not_to_be_kept)

    return answer
