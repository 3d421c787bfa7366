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

from communaute.domain.signatures.trust_protocol import TrustStore
from communaute.domain.signatures.values import DocumentReport, Limits
from communaute.domain.signatures.verify import verify


_BESIDE = Path(__file__).parent.parent / ".." / "shared" / "data"
REFERENCE = Path(os.environ.get("REFERENCE_DATA", _BESIDE)).resolve() / "signatures"
SUFFIXES = {".pdf", ".p7m", ".p7s", ".pkcs7", ".sig"}
# The reference lists speak of these days; a fixed date keeps the stored table the same.
AT = datetime(2026, 11, 1, tzinfo=UTC)
WALL_SECONDS = 30
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
    """The PDF and CMS files of the reference data, in a fixed order."""
    return sorted(p for p in REFERENCE.rglob("*") if p.suffix in SUFFIXES and p.is_file())


def name_of(path: Path) -> str:
    return str(path.relative_to(REFERENCE))


def manifest() -> dict[str, list[dict[str, object]]]:
    """What the sources' own tests assert, by file."""
    entries = json.loads((REFERENCE / "MANIFEST.json").read_text())
    return {entry["file"]: entry["expected"] for entry in entries}


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
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    try:
        found: object = verify(document, trust=trust, at=at, limits=limits)
    except BaseException as reason:
        found = f"{type(reason).__name__}: {reason}"
    with os.fdopen(writing, "wb") as stream:
        stream.write(pickle.dumps(found))
    os._exit(0)
