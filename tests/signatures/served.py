"""A site with a real verifier process behind it, on a real socket, over the tests' authorities."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from communaute import create_app
from communaute.domain.signatures.serve.client import VerifierAbsent, VerifierClient
from communaute.extensions import db
from tests.conftest import ROOT, settings_for
from tests.pages import Pages


TOOL = "/outils/signature"
API = "/api/v1/signatures"


@dataclass(frozen=True)
class Served:
    """A site whose verifier runs."""

    app: Flask
    socket: Path
    process: subprocess.Popen[bytes]

    @property
    def pages(self) -> Pages:
        return Pages(self.app)

    def send(self, document: bytes, detached: bytes | None = None) -> str:
        """Send a document; the address of its result."""
        answer = self.pages.response("POST", TOOL, **form(document, detached))
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def verified(self, document: bytes, detached: bytes | None = None) -> str:
        """Send a document and wait for the verdict; the address of its result."""
        address = self.send(document, detached)
        VerifierClient(self.socket).poll(address.rsplit("/", 1)[1], wait=30)
        return address


def several(
    documents: Mapping[str, bytes], signature: bytes | None = None, **more: str
) -> dict[str, Any]:
    """The form with several documents, by name."""
    fields = MultiDict[str, Any](more)
    for name, content in documents.items():
        fields.add("document", FileStorage(BytesIO(content), filename=name))
    if signature is not None:
        fields.add("signature", FileStorage(BytesIO(signature), filename="signature.p7s"))
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def form(document: bytes | None, detached: bytes | None = None) -> dict[str, Any]:
    """The form as a browser sends it; a field left empty has no file name."""
    given = {"document": document, "signature": detached}
    fields = {
        name: FileStorage(
            BytesIO(content or b""), filename="" if content is None else "contrat.pdf"
        )
        for name, content in given.items()
    }
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@contextmanager
def served(folder: Path, trust: Path, **given: str) -> Iterator[Served]:
    """A site over an empty SQLite database, and `flask signatures serve` beside it."""
    settings = settings_for(folder, signature_trust_dir=str(trust), **given)
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    with running_verifier(folder, trust, settings.verifier_socket) as process:
        yield Served(app, Path(settings.verifier_socket), process)
    with app.app_context():
        db.engine.dispose()


@dataclass(frozen=True)
class Busy:
    """A site whose verifier waits for `gate`: each document is « wait » and its name."""

    app: Flask
    gate: Path

    @property
    def pages(self) -> Pages:
        return Pages(self.app)

    def send(self) -> str:
        answer = self.pages.response("POST", TOOL, **form(b"wait " + bytes(self.gate)))
        assert answer.status_code == 303
        return str(answer.headers["Location"])


@contextmanager
def obedient(folder: Path) -> Iterator[Busy]:
    """A site over the verifier whose documents say what it does (verifier_process.py)."""
    (folder / "generation").write_text("first")
    os.mkfifo(folder / "gate")
    settings = settings_for(folder, verifier_socket=str(folder / "socket"))
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    command = [sys.executable, "-m", "tests.signatures.verifier_process"]
    process = subprocess.Popen([*command, str(folder / "socket"), str(folder)], cwd=ROOT)
    answers(process, folder / "socket")
    yield Busy(app, folder / "gate")
    # Asked to stop, it would give the documents that wait their four seconds.
    process.kill()
    process.wait(30)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def running_verifier(
    folder: Path, trust: Path, path: str, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The command that production runs, with the same database."""
    environment = {
        **os.environ,
        "INSTANCE_PATH": str(folder),
        "SIGNATURE_TRUST_DIR": str(trust),
        "VERIFIER_SOCKET": path,
        **more,
    }
    command = [str(Path(sys.executable).parent / "flask"), "--app", "communaute"]
    process = subprocess.Popen([*command, "signatures", "serve"], env=environment, cwd=ROOT)
    try:
        assert answers(process, Path(path)), "the verifier did not start"
        yield process
    finally:
        process.terminate()
        process.wait(30)


def answers(process: subprocess.Popen[Any], path: Path) -> bool:
    """Wait until the verifier answers on `path`; whether it does: it may have ended instead.

    Waiting for its end, a moment at a time, leaves the processor to it.
    """
    while process.poll() is None and not listens(path):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    return process.poll() is None


def listens(path: Path) -> bool:
    try:
        VerifierClient(path).state()
    except VerifierAbsent:
        return False
    return True
