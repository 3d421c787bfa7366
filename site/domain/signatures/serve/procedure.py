"""How one document is verified: a child without network, and when allowed a second pass.

The first child says which certificates, already chained to a listed anchor, lack revocation
data. Where the broker is on, another child, which never sees the document, checks these chains
again and asks their publishers (broker/), then a third verifies with what came. A child that
reads documents never has the network; a child that has it never reads a document.
"""

import base64
import hashlib
import json
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from communaute.domain.signatures.report import DocumentReport, from_wire
from communaute.domain.signatures.sandbox.child import Ended, Ending, Work, run
from communaute.domain.signatures.sandbox.confinement import FETCHING, VERIFYING, Allowance
from communaute.domain.signatures.serve.engine import (
    NOTHING_FETCHED,
    Engine,
    Report,
    Revocation,
    Submission,
    Verified,
)
from communaute.domain.signatures.serve.protocol import Upload
from communaute.domain.signatures.vocabulary import Error


CHAINS = 8
_ERRORS = {
    Ending.TIMED_OUT: Error.TIMEOUT,
    Ending.OUT_OF_MEMORY: Error.TOO_LARGE,
    Ending.CRASHED: Error.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One child to run: its work, what it may use, the files it keeps."""

    work: Work
    allowance: Allowance
    keep: tuple[int, ...] = ()


Procedure = Generator[Stage, Ended, Report]


def verification(engine: Engine, upload: Upload, allowance: Allowance = VERIFYING) -> Procedure:
    """Yield the children to run, be sent how each ended, and return the report."""
    first = _verified(engine, upload, (yield _verifying(engine, upload, allowance)))
    report = first.report
    if first.chains and engine.fetches:
        fetched = _fetched((yield _fetching(engine, first)))
        if fetched:
            stage = _verifying(engine, upload, allowance, fetched)
            report = _verified(engine, upload, (yield stage)).report
    return report


def _verifying(
    engine: Engine, upload: Upload, allowance: Allowance, found: Revocation = NOTHING_FETCHED
) -> Stage:
    def work() -> bytes:
        submission = Submission(
            upload.document(), upload.detached(), upload.at, found, upload.digests
        )
        verified = engine.verify(submission)
        chains = [_to_text(chain) for chain in verified.chains]
        return json.dumps({"report": verified.report, "chains": chains}).encode()

    return Stage(work, allowance, (upload.file,))


def _fetching(engine: Engine, verified: Verified) -> Stage:
    def work() -> bytes:
        found = engine.fetch(verified.chains)
        return json.dumps({"crls": _to_text(found.crls), "ocsps": _to_text(found.ocsps)}).encode()

    return Stage(work, FETCHING)


def _verified(engine: Engine, upload: Upload, ended: Ended) -> Verified:
    """What a verifying child answered. It read a hostile document: believe its shape only."""
    error = _ERRORS.get(ended.ending)
    if error is None:
        try:
            answer = json.loads(ended.answer)
            chains = tuple(_from_text(chain) for chain in answer["chains"][:CHAINS])
            return Verified(dict(answer["report"]), chains)
        except (ValueError, TypeError, KeyError, RecursionError):
            error = Error.UNREADABLE
    return Verified(engine.failure(upload.sha256, upload.size, error))


def _fetched(ended: Ended) -> Revocation:
    if ended.ending is not Ending.ANSWERED:
        return NOTHING_FETCHED
    answer = json.loads(ended.answer)
    return Revocation(_from_text(answer["crls"]), _from_text(answer["ocsps"]))


def _to_text(items: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(item).decode() for item in items]


def _from_text(items: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(item, validate=True) for item in items)


def verify_file(
    engine: Engine, document: Path, detached: Path | None, at: datetime | None, limit: int
) -> DocumentReport:
    """Verify a file in the same confined children as the server, waiting for the answer.

    It has at most `limit` bytes, its detached signature too. Raises OSError.
    """
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
        return from_wire(_run_through(verification(engine, upload)))
    finally:
        upload.forget()


def _run_through(procedure: Procedure) -> Report:
    ended: Ended | None = None
    try:
        while True:
            stage = next(procedure) if ended is None else procedure.send(ended)
            ended = run(stage.work, stage.allowance, stage.keep)
    except StopIteration as end:
        report: Report = end.value
        return report
