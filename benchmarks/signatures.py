"""What a verification costs: time and memory of each reference PDF, and of a 25 MB document.

Run: .venv/bin/python -m benchmarks.signatures
One child a document, forked from a process where imports and lists are loaded, as in service.
Processor time is what the child used; wall time also counts what else the machine was doing.
"""

import logging
import statistics
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.signature_files import REFERENCE, Run, as_in_service, files, run
from benchmarks.signature_trust import reference_trust
from communaute.domain.signatures.trust.store import load_trust


_TARGETS = "wanted: median 60 ms, p95 200 ms, peak 120 MB on 95 % of files, 25 MB in 1 s"


def reference() -> None:
    """Every reference PDF that opens."""
    with tempfile.TemporaryDirectory() as folder:
        trust = reference_trust(Path(folder))
        documents = [path.read_bytes() for path in files() if path.suffix == ".pdf"]
        as_in_service()
        runs = [run(document, trust) for document in documents]
        opened = [one for one in runs if one.report and one.report.error != "unreadable"]
        signed = [one for one in opened if one.report and one.report.signatures]
        for label, chosen in (("that open", opened), ("signed", signed)):
            print(f"{len(chosen)} PDF {label}: {_summary(chosen)}")


def _summary(runs: list[Run]) -> str:
    wall = [one.seconds * 1000 for one in runs]
    used = [one.cpu_seconds * 1000 for one in runs]
    peak = [one.peak_mb for one in runs]
    return (
        f"wall median {statistics.median(wall):.0f} ms, p95 {_p95(wall):.0f} ms; "
        f"processor median {statistics.median(used):.0f} ms, p95 {_p95(used):.0f} ms; "
        f"peak p95 {_p95(peak):.0f} MB, most {max(peak):.0f} MB"
    )


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def large() -> None:
    """A signed document just under the limit of 25 MB.

    What makes it is imported here: a child inherits the memory of its parent, and the
    verifier holds none of this.
    """
    from tests.signatures.documents import Office, blank_pdf
    from tests.signatures.pki import NOW, make_pki

    with tempfile.TemporaryDirectory() as folder:
        pki = make_pki(Path(folder))
        padded = blank_pdf() + b"%" + b"0" * (25 * 1024 * 1024 - 60_000) + b"\n"
        last = padded[: len(blank_pdf())].rindex(b"startxref")
        document = padded + blank_pdf()[last:]
        signed = Office(pki).sign(document, at=NOW - timedelta(hours=1))
        trust = load_trust(pki.write_trust(Path(folder) / "trust"))
        found = run(signed, trust, at=NOW + timedelta(minutes=1))
        verdict = found.report.verdict if found.report else found.fault
        print(
            f"{len(signed) / 1024 / 1024:.1f} MB document: {verdict}, wall {found.seconds:.2f} s, "
            f"processor {found.cpu_seconds:.2f} s, peak {found.peak_mb:.0f} MB"
        )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(_TARGETS)
    if REFERENCE.is_dir():
        reference()
    large()
    if not REFERENCE.is_dir():
        sys.exit("The reference data is absent: set REFERENCE_DATA.")
