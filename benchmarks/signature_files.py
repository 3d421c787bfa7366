"""The reference signatures, and how each is verified here: one child a document, as in service."""

import json
import os
import pickle
import resource
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.rehearsal import rehearse
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.serve.engine import share_with_children
from communaute.domain.signatures.trust.protocol import TrustStore
from communaute.domain.signatures.verify import verify


_BESIDE = Path(__file__).parent.parent / ".." / "shared" / "data"
REFERENCE = Path(os.environ.get("REFERENCE_DATA", _BESIDE)).resolve() / "signatures"
SUFFIXES = {".pdf", ".p7m", ".p7s", ".pkcs7", ".sig", ".xml"}
CONTAINERS = {".asice", ".asics", ".bdoc", ".ddoc", ".edoc", ".sce", ".scs"}
# The reference lists speak of these days; a fixed date keeps the stored table the same.
AT = datetime(2026, 11, 1, tzinfo=UTC)
CPU_SECONDS = 20
# Ends a child that waits for ever; a busy machine must not change a verdict.
WALL_SECONDS = 180
MEMORY = 768 * 1024 * 1024


@dataclass(frozen=True)
class Run:
    """One verification in a child of its own: its report, and what it cost."""

    report: DocumentReport | None
    seconds: float
    peak_mb: float
    cpu_seconds: float
    fault: str = ""


def files() -> list[Path]:
    """The signed files of the reference data, in a fixed order."""
    known = SUFFIXES | CONTAINERS
    return sorted(p for p in REFERENCE.rglob("*") if p.suffix in known and p.is_file())


def name_of(path: Path) -> str:
    return str(path.relative_to(REFERENCE))


def entries() -> list[dict[str, Any]]:
    """The reference files with what the sources' own tests assert of them."""
    found: list[dict[str, Any]] = json.loads((REFERENCE / "MANIFEST.json").read_text())
    return found


def as_in_service() -> None:
    """Prepare this process as the verifier is before it forks (engine.py, serve/engine.py)."""
    rehearse()
    share_with_children()


def run(
    document: bytes, trust: TrustStore, *, at: datetime = AT, limits: Limits | None = None
) -> Run:
    """Verify in a forked child with the limits of the service, network left aside."""
    reading, writing = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(writing, document, trust, at, limits or Limits())
    os.close(writing)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    _, status, usage = os.wait4(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    seconds = time.perf_counter() - started
    cost = (seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)
    if not answer:
        return Run(None, *cost, f"child ended with status {status}")
    found = pickle.loads(answer)
    report = found if isinstance(found, DocumentReport) else None
    return Run(report, *cost, "" if report else str(found))


def _work(writing: int, document: bytes, trust: TrustStore, at: datetime, limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        found: object = verify(document, trust=trust, at=at, limits=limits)
    except BaseException as reason:
        found = f"{type(reason).__name__}: {reason}"
    with os.fdopen(writing, "wb") as stream:
        stream.write(pickle.dumps(found))
    os._exit(0)
