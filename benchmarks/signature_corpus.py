"""The verdict on every reference PDF, CMS, XML and container, against all that can contradict it.

Run: .venv/bin/python -m benchmarks.signature_corpus [--write | --only KIND… | --figures]
--only pdf, cms, xml or containers: these files, and nothing after them; --figures: only what
hostile XML, twenty documents and printed reports cost.
Compared with the stored table (`signature_verdicts.csv`, rewritten by --write), with what the
sources' own tests, folders and names assert, and, for cryptography only, with pdfsig, openssl cms
and xmlsec1 where they are installed (xmlsec1 reads the first signature of a file only).
docs/signatures-desaccords.md explains each disagreement. The exit code is the number of rows that
are neither as stored nor explained.
"""

import argparse
import csv
import logging
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.signature_costs import figures
from benchmarks.signature_files import (
    CONTAINERS,
    REFERENCE,
    Run,
    as_in_service,
    entries,
    files,
    name_of,
    run,
)
from benchmarks.signature_peers import (
    CONTENT_FAULTS,
    PEERS,
    XMLSEC1_SECONDS,
    asserts_intact,
    gathered,
)
from benchmarks.signature_trust import reference_trust
from communaute.domain.signatures.facts import SignatureFacts
from communaute.domain.signatures.judging.points import integrity
from communaute.domain.signatures.report import SignatureReport
from communaute.domain.signatures.vocabulary import Answer, Error, Integrity, Kind, Verdict


TABLE = Path(__file__).with_name("signature_verdicts.csv")
TABLE_OF_XML = TABLE.with_name("signature_verdicts_xml.csv")
"""Those of XML and containers."""
EXPLAINED = Path(__file__).parent.parent / "docs" / "signatures-desaccords.md"
_OF_KIND = {"pdf": {".pdf"}, "xml": {".xml"}, "containers": CONTAINERS}
_KINDS = (*_OF_KIND, "cms")
_WORDS = {True: "intact", False: "altered", None: "leave it open"}
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


def _unsigned(found: Run) -> bool:
    return found.report is not None and found.report.error is Error.NO_SIGNATURE


def _says(found: Run) -> bool | None:
    """What we say of the integrity of a whole document; None when we leave it open.

    A digest that fits is what sources call intact, were its algorithm no longer relied upon
    (which our fifth point leaves open): only the rest may leave it open here.
    """
    report = found.report
    if report is None or not report.signatures:
        return None
    answers = {integrity(_whatever_the_algorithm(one.facts)) for one in report.signatures}
    if Answer.NO in answers or report.verdict is Verdict.FAILED:
        return False
    return None if Answer.UNDETERMINED in answers else True


def _whatever_the_algorithm(facts: SignatureFacts) -> SignatureFacts:
    return replace(facts, outcome=replace(facts.outcome, sub_indication=None))


def contradictions(
    path: Path, found: Run, source: dict[str, Any], intact: bool | None
) -> Iterator[str]:
    """Yield what disagrees with our verdict, one line each."""
    if found.report is None:
        yield f"ours: {found.fault}"
        return
    asserted = source.get("expected", [])
    verdict, held = found.report.verdict, _says(found)
    if intact is not None and found.report.signatures and held is not intact:
        yield f"source asserts {'intact' if intact else 'altered'}, we {_WORDS[held]}"
    indications, subs = gathered(asserted, "indications"), gathered(asserted, "subindications")
    if verdict is Verdict.PASSED and (subs & CONTENT_FAULTS or "TOTAL_FAILED" in indications):
        yield f"source asserts {sorted(subs | indications)}"
    if verdict is Verdict.FAILED and "TOTAL_PASSED" in indications:
        yield "source asserts TOTAL_PASSED"
    if verdict is not Verdict.FAILED and indications == {"TOTAL_FAILED"}:
        yield "source asserts TOTAL_FAILED"
    name, ask = PEERS.get(found.report.kind, ("", lambda _: None))
    peer, ours = ask(path), _ours(found)
    if peer is not None and ours is not None and peer != ours:
        yield f"{name} says {peer}, we {ours}"


def _ours(found: Run) -> str | None:
    """Whether all the signatures are cryptographically intact; None when we do not say."""
    signatures = found.report.signatures if found.report else ()
    if found.report and found.report.kind is Kind.XML:
        signatures = signatures[:1]
    states = {s.facts.integrity for s in signatures if s.facts.certificate is not None}
    if not states or Integrity.UNKNOWN in states:
        return None
    return "valid" if states == {Integrity.INTACT} else "invalid"


def stored() -> dict[str, Row]:
    known: dict[str, Row] = {}
    for table in (TABLE, TABLE_OF_XML):
        with table.open(newline="") as stream:
            known |= {line["file"]: Row(**line) for line in csv.DictReader(stream)}
    return known


def store(rows: list[Row]) -> None:
    of_xml = [row for row in rows if Path(row.file).suffix in {".xml", *CONTAINERS}]
    for table, kept in ((TABLE, [r for r in rows if r not in of_xml]), (TABLE_OF_XML, of_xml)):
        with table.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_COLUMNS)
            writer.writerows([[getattr(row, column) for column in _COLUMNS] for row in kept])


def _cost(runs: list[Run]) -> str:
    wall, used = [one.seconds * 1000 for one in runs], [one.cpu_seconds * 1000 for one in runs]
    return (
        f"wall median {statistics.median(wall):.0f} ms, p95 {_p95(wall):.0f} ms; "
        f"processor median {statistics.median(used):.0f} ms, p95 {_p95(used):.0f} ms"
    )


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def _kind(path: Path) -> str:
    return next((kind for kind, known in _OF_KIND.items() if path.suffix in known), "cms")


def table(kinds: Collection[str] = _KINDS, *, write: bool = False) -> int:
    """Print the table of what changed or disagrees; give the number of unexplained rows."""
    known, totals, agreement = stored(), Counter[str](), Counter[str]()
    sources = {entry["file"]: entry for entry in entries()}
    runs: dict[str, list[Run]] = defaultdict(list)
    explained = EXPLAINED.read_text() if EXPLAINED.exists() else ""
    rows, unexplained = [], 0
    with tempfile.TemporaryDirectory() as folder:
        trust = reference_trust(Path(folder))
        as_in_service()
        for path in (one for one in files() if _kind(one) in kinds):
            name = name_of(path)
            found = run(path.read_bytes(), trust)
            row = row_of(name, found)
            rows.append(row)
            totals[row.verdict] += 1
            if found.report is not None:
                runs[found.report.kind.value].append(found)
            if not write and known.get(name) != row:
                unexplained += 1
                print(f"changed   {name}: {known.get(name)} -> {row}")
            source = sources.get(name, {})
            asserted, ours = asserts_intact(name, source), _says(found)
            if asserted is not None and not _unsigned(found):
                agreement[
                    "agree" if ours == asserted else "open" if ours is None else "differ"
                ] += 1
            for line in contradictions(path, found, source, asserted):
                mark = "explained" if f"`{path.name}`" in explained else "DISAGREES"
                unexplained += mark == "DISAGREES"
                print(f"{mark} {name}: {line} ({row.verdict} {row.sub_indication})")
    print(dict(totals), f"{len(rows)} files, {unexplained} unexplained")
    said = agreement.total()
    print(
        f"integrity: {said} signed files assert it, {agreement['agree']} agree, {agreement['open']} open,"
    )
    told = max(agreement["agree"] + agreement["differ"], 1)
    print(f"  {agreement['differ']} differ: {agreement['agree'] / max(said, 1):.1%} agree,")
    print(f"  {agreement['agree'] / told:.1%} of those where we say intact or altered")
    print("wanted: medians of 60 ms (PDF), 40 (XML), 80 (containers), 95 % under 200 ms")
    for kind, taken in sorted(runs.items()):
        print(f"{kind}: {len(taken)} files, {_cost(taken)}")
    if XMLSEC1_SECONDS:
        peer = [one * 1000 for one in XMLSEC1_SECONDS]
        print(f"xmlsec1 on {len(peer)} XML: wall median {statistics.median(peer):.0f} ms")
    if write:
        store(rows)
    return unexplained


def main() -> int:
    """Give the number of unexplained rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--write", action="store_true", help="store the table")
    way.add_argument("--only", nargs="+", choices=_KINDS, help="the files of these kinds")
    way.add_argument("--figures", action="store_true", help="no table")
    asked = parser.parse_args()
    unexplained = 0 if asked.figures else table(asked.only or _KINDS, write=asked.write)
    if not asked.only:
        figures()
    return unexplained


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if not REFERENCE.is_dir():
        sys.exit("The reference data is absent: set REFERENCE_DATA.")
    sys.exit(main())
