"""The verdict on every reference PDF and CMS, against all that can contradict it.

Run: .venv/bin/python -m benchmarks.signature_corpus [--write]
Compared with the stored table (`signature_verdicts.csv`, rewritten by --write), with what the
sources' own tests assert, and, for cryptography only, with pdfsig and openssl cms where they
are installed. docs/signatures-desaccords.md explains each disagreement. The exit code is the
number of rows that are neither as stored nor explained.
"""

import csv
import logging
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.signature_files import REFERENCE, Run, files, manifest, name_of, run
from benchmarks.signature_trust import reference_trust
from communaute.domain.signatures.values import Integrity, Kind, SignatureReport, Verdict


TABLE = Path(__file__).with_name("signature_verdicts.csv")
EXPLAINED = Path(__file__).parent.parent / "docs" / "signatures-desaccords.md"
_CONTENT_FAULTS = {"HASH_FAILURE", "SIG_CRYPTO_FAILURE", "FORMAT_FAILURE"}
_COLUMNS = ("file", "verdict", "sub_indication", "integrity")


@dataclass(frozen=True)
class Row:
    """What is stored of one file: its verdict, and for each signature whether it is intact."""

    file: str
    verdict: str
    sub_indication: str
    integrity: str


def row_of(name: str, found: Run) -> Row:
    report = found.report
    if report is None:
        return Row(name, "CRASH", found.fault, "")
    verdict = report.verdict or report.error
    sub = report.sub_indication.value if report.sub_indication else ""
    return Row(name, str(verdict), sub, " ".join(map(_integrity, report.signatures)))


def _integrity(signature: SignatureReport) -> str:
    revision = signature.facts.revision
    altered = revision is not None and revision.changes_allowed is False
    return "altered" if altered else signature.facts.integrity.value


def contradictions(path: Path, found: Run, asserted: list[dict[str, object]]) -> Iterator[str]:
    """Yield what disagrees with our verdict, one line each."""
    if found.report is None:
        yield f"ours: {found.fault}"
        return
    verdict = found.report.verdict
    indications, subs = _gathered(asserted, "indications"), _gathered(asserted, "subindications")
    if verdict is Verdict.PASSED and (subs & _CONTENT_FAULTS or "TOTAL_FAILED" in indications):
        yield f"source asserts {sorted(subs | indications)}"
    if verdict is Verdict.FAILED and "TOTAL_PASSED" in indications:
        yield "source asserts TOTAL_PASSED"
    if verdict is not Verdict.FAILED and indications == {"TOTAL_FAILED"}:
        yield "source asserts TOTAL_FAILED"
    peer = _pdfsig(path) if found.report.kind is Kind.PDF else _openssl(path)
    ours = _ours(found)
    if peer is not None and ours is not None and peer != ours:
        yield f"{'pdfsig' if found.report.kind is Kind.PDF else 'openssl'} says {peer}, we {ours}"


def _gathered(asserted: list[dict[str, object]], key: str) -> set[str]:
    return {str(one) for entry in asserted for one in entry[key]}  # type: ignore[attr-defined]


def _ours(found: Run) -> str | None:
    """Whether all the signatures are cryptographically intact; None when we do not say."""
    signatures = found.report.signatures if found.report else ()
    states = {s.facts.integrity for s in signatures if s.facts.certificate is not None}
    if not states or Integrity.UNKNOWN in states:
        return None
    return "valid" if states == {Integrity.INTACT} else "invalid"


def _pdfsig(path: Path) -> str | None:
    if shutil.which("pdfsig") is None:
        return None
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, timeout=60, check=False)
    said = [line for line in done.stdout.splitlines() if b"Signature Validation:" in line]
    said = [line for line in said if b"not yet been verified" not in line]
    if not said:
        return None
    return "valid" if all(b"Signature is Valid" in line for line in said) else "invalid"


def _openssl(path: Path) -> str | None:
    if shutil.which("openssl") is None:
        return None
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", str(path)]
    done = subprocess.run(
        [*command, "-out", "/dev/null"], capture_output=True, timeout=60, check=False
    )
    if done.returncode == 0:
        return "valid"
    failed = b"verification failure" in done.stderr or b"digest mismatch" in done.stderr
    return "invalid" if failed else None


def stored() -> dict[str, Row]:
    if not TABLE.exists():
        return {}
    with TABLE.open(newline="") as stream:
        return {line["file"]: Row(**line) for line in csv.DictReader(stream)}


def main(*, write: bool) -> int:
    """Print the table of what changed or disagrees; give the number of unexplained rows."""
    expected, known, totals = manifest(), stored(), Counter[str]()
    explained = EXPLAINED.read_text() if EXPLAINED.exists() else ""
    rows, unexplained = [], 0
    with tempfile.TemporaryDirectory() as folder:
        trust = reference_trust(Path(folder))
        for path in files():
            name = name_of(path)
            found = run(path.read_bytes(), trust)
            row = row_of(name, found)
            rows.append(row)
            totals[row.verdict] += 1
            if not write and known.get(name) != row:
                unexplained += 1
                print(f"changed   {name}: {known.get(name)} -> {row}")
            for line in contradictions(path, found, expected.get(name, [])):
                mark = "explained" if f"`{path.name}`" in explained else "DISAGREES"
                unexplained += mark == "DISAGREES"
                print(f"{mark} {name}: {line} ({row.verdict} {row.sub_indication})")
    print(dict(totals), f"{len(rows)} files, {unexplained} unexplained")
    if write:
        with TABLE.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_COLUMNS)
            writer.writerows([[getattr(row, column) for column in _COLUMNS] for row in rows])
    return unexplained


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if not REFERENCE.is_dir():
        sys.exit("The reference data is absent: set REFERENCE_DATA.")
    sys.exit(main(write="--write" in sys.argv))
