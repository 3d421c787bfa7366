"""Verify one file in the same confined children as the server, waiting for the answer."""

import hashlib
from datetime import datetime
from pathlib import Path

from communaute.domain.signatures.report_wire import from_wire
from communaute.domain.signatures.sandbox.child import Ended, run
from communaute.domain.signatures.serve.documents import Upload
from communaute.domain.signatures.serve.engine import Engine, Report
from communaute.domain.signatures.serve.procedure import Procedure, verification
from communaute.domain.signatures.values import DocumentReport, Error


def verify_file(
    engine: Engine, document: Path, detached: Path | None, at: datetime | None, limit: int
) -> DocumentReport:
    """Verify a file of at most `limit` bytes, its detached signature too. Raises OSError."""
    paths = [document] if detached is None else [document, detached]
    if any(path.stat().st_size > limit for path in paths):
        with document.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return from_wire(engine.failure(sha256, document.stat().st_size, Error.TOO_LARGE))
    return verify_bytes(
        engine, document.read_bytes(), None if detached is None else detached.read_bytes(), at
    )


def verify_bytes(
    engine: Engine, document: bytes, detached: bytes | None, at: datetime | None
) -> DocumentReport:
    """Verify a document in confined children, one after the other."""
    upload = Upload.of(document, detached, at)
    try:
        return from_wire(_run(verification(engine, upload)))
    finally:
        upload.forget()


def _run(procedure: Procedure) -> Report:
    ended: Ended | None = None
    try:
        while True:
            stage = next(procedure) if ended is None else procedure.send(ended)
            ended = run(stage.work, stage.allowance, stage.keep)
    except StopIteration as end:
        report: Report = end.value
        return report
