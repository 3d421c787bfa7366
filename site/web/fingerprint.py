"""Static files under one fingerprint folder, served precompressed and for ever.

One fingerprint for the folder, not one per file: DSFR's CSS has relative addresses and may not be
modified.
"""

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise


COMPRESSED = (".br", ".gz")


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
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=f"static/{version}/",
        autorefresh=app.debug,
        max_age=0 if app.debug else None,
        immutable_file_test=(lambda _path, _url: not app.debug),
        allow_all_origins=False,
    )
