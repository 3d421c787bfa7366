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
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from benchmarks.signature_trust import reference_trust
from communaute.domain.signatures.facts import SignatureFacts
from communaute.domain.signatures.judging.points import integrity
from communaute.domain.signatures.report import SignatureReport
from communaute.domain.signatures.serve.client import VerifierClient
from communaute.domain.signatures.serve.engine import Submission
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.vocabulary import Answer, Error, Integrity, Kind, Verdict


TABLE = Path(__file__).with_name("signature_verdicts.csv")
TABLE_OF_XML = TABLE.with_name("signature_verdicts_xml.csv")
"""Those of XML and containers."""
EXPLAINED = Path(__file__).parent.parent / "docs" / "signatures-desaccords.md"
_CONTENT_FAULTS = {"HASH_FAILURE", "SIG_CRYPTO_FAILURE", "FORMAT_FAILURE"}
_ALTERED = ("tampered", "modified-after", "shadow", "-altered", "attack", "sneaky")
# « valid » or « ok » as a word of its own.
_INTACT = re.compile(r"(?<![a-z])(valid|ok)(?![a-z])")
# iText's tests named after a part: they assert nothing of the integrity of the whole document.
_OF_A_PART = ("latest", "timestamp", "chain", "certificate", "byterange")
# Names that signxml's test expects to fail: for the value, or for something else than integrity.
_SIGNXML_ALTERED = ("altered", "newlines")
_SIGNXML_ELSE = (
    *("unsupported-signature-algorithm", "corrupted-cert", "cert-v2-wrong-digest"),
    *("wrong-sign-cert-digest", "nonconformant-x_be_conn_10", "sigpolstore-nodigest"),
)
# What pyHanko's tests find valid, with the updates they admit: test_appearance_update_edge_cases,
# test_diff_analysis_add_extensions_dict, test_double_sig_adobe_reader, and those that call
# val_trusted or val_untrusted. Those of `_ALTERED` are in test_disallow_appearance_stream_….
_BY_PYHANKO = frozenset(
    f"{name}.pdf"
    for name in (
        *("form-update-override-appearance-stream", "form-update-original-ap-type-wrong"),
        "form-update-override-appearance-stream-ap-indirect",
        "form-update-no-override-appearance-stream-ap-indirect",
        *("extensions-direct", "extensions-indirect"),
        *("extensions-update-direct", "extensions-update-indirect"),
        *("minimal-two-fields-signed-twice", "minimal-signed-twice-second-created"),
        *("minimal-signed-twice-both-created", "separate-annots-kids-indir"),
        *("sig-with-ski-sid", "sig-no-signed-attrs", "certified-with-indirect-refs-in-dir"),
        "pades-with-old-style-signing-cert-attr",
        "pades-with-old-style-signing-cert-attr-issser",
    )
)
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


def asserts_intact(name: str, source: dict[str, Any]) -> bool | None:
    """What the source asserts of integrity: by its tests, its folder or its name; None: nothing.

    True when nothing but honest changes came since the signatures, False when the file was
    altered. Tests that assert both (of one signature and another), that are of a part only, or
    that expect a failure without saying which, assert nothing here.
    """
    words = name.lower()
    if "/signxml/test/" in words.replace("__", "/"):
        return _by_signxml(Path(words).name)
    if Path(words).name in _BY_PYHANKO:
        return True
    tests = source.get("itext", ())
    if any(part in one["test"].lower() for one in tests for part in _OF_A_PART):
        return None
    said = {status for one in tests for status in one["status"]}
    if said:
        return {frozenset({"VALID"}): True, frozenset({"INVALID"}): False}.get(frozenset(said))
    asserted = source.get("expected", [])
    indications, subs = _gathered(asserted, "indications"), _gathered(asserted, "subindications")
    if indications == {"TOTAL_PASSED"}:
        return True
    if indications == {"TOTAL_FAILED"} and subs <= _CONTENT_FAULTS:
        return False if subs else None
    if "/invalid-containers/" in words:
        return None  # invalid for many reasons, most of them not of integrity
    if "/valid-containers/" in words or "/live/" in words:
        return True
    if "/pdfinsecurity/" in words or any(mark in Path(words).name for mark in _ALTERED):
        return False
    return True if _INTACT.search(Path(words).name) else None


def _by_signxml(name: str) -> bool | None:
    """What `test_xades_interop_examples` of signxml asserts of each file beside it, by its name."""
    if any(mark in name for mark in _SIGNXML_ALTERED):
        return False
    return None if any(mark in name for mark in _SIGNXML_ELSE) else True


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
    indications, subs = _gathered(asserted, "indications"), _gathered(asserted, "subindications")
    if verdict is Verdict.PASSED and (subs & _CONTENT_FAULTS or "TOTAL_FAILED" in indications):
        yield f"source asserts {sorted(subs | indications)}"
    if verdict is Verdict.FAILED and "TOTAL_PASSED" in indications:
        yield "source asserts TOTAL_PASSED"
    if verdict is not Verdict.FAILED and indications == {"TOTAL_FAILED"}:
        yield "source asserts TOTAL_FAILED"
    name, ask = _PEERS.get(found.report.kind, ("", lambda _: None))
    peer, ours = ask(path), _ours(found)
    if peer is not None and ours is not None and peer != ours:
        yield f"{name} says {peer}, we {ours}"


def _gathered(asserted: list[dict[str, object]], key: str) -> set[str]:
    return {str(one) for entry in asserted for one in entry[key]}  # type: ignore[attr-defined]


def _ours(found: Run) -> str | None:
    """Whether all the signatures are cryptographically intact; None when we do not say."""
    signatures = found.report.signatures if found.report else ()
    if found.report and found.report.kind is Kind.XML:
        signatures = signatures[:1]
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


def _xmlsec1(path: Path) -> str | None:
    if shutil.which("xmlsec1") is None:
        return None
    command = ["xmlsec1", "--verify", "--insecure", "--enabled-key-data", "x509"]
    for element in _IDENTIFIED:
        command += ["--id-attr:Id", element]
    started = time.perf_counter()
    done = subprocess.run([*command, path], capture_output=True, timeout=60, check=False)
    _XMLSEC1_SECONDS.append(time.perf_counter() - started)
    said = done.stdout + done.stderr
    if done.returncode == 0:
        return "valid"
    return "invalid" if b"do not match" in said else None


_XMLSEC1_SECONDS: list[float] = []
_IDENTIFIED = ("SignedProperties", "Object", "Signature", "SignatureValue", "Manifest", "KeyInfo")
_PEERS: dict[Kind, tuple[str, Callable[[Path], str | None]]] = {
    Kind.PDF: ("pdfsig", _pdfsig),
    Kind.CMS: ("openssl", _openssl),
    Kind.XML: ("xmlsec1", _xmlsec1),
}


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


def hostile_xml() -> str:
    """What 20 MB of XML cost, wide and flat, before they are refused."""
    begin = b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
    document = begin + b"<b/>" * (5 * 1024 * 1024 - 20) + b"</a>"
    held = run(b"", LoadedTrust()).peak_mb
    found = run(document, LoadedTrust())
    said = found.report.error if found.report else found.fault
    return (
        f"{len(document) / 1024 / 1024:.0f} MB of hostile XML: {said} in {found.seconds:.2f} s, "
        f"processor {found.cpu_seconds:.2f} s, {found.peak_mb:.0f} MB "
        f"({held:.0f} MB are those of the process it is forked from) (wanted: 0.3 s, 100 MB)"
    )


def twenty_documents() -> str:
    """How long a running verifier takes for twenty signed documents that come together."""
    from communaute.domain.signatures.museum.authorities import invent
    from communaute.domain.signatures.museum.pdf_pieces import blank, sign
    from tests.signatures.served import served

    authorities = invent()
    with tempfile.TemporaryDirectory() as folder:
        trust = authorities.write_trust(Path(folder) / "trust")
        documents = [
            Submission(sign(blank(), authorities, authorities.signer, f"Signature{number}"))
            for number in range(20)
        ]
        with served(Path(folder), trust) as site:
            client = VerifierClient(site.socket)
            client.poll(client.submit(documents[0].document), wait=30)  # warm
            started = time.perf_counter()
            answers = [client.poll(job, wait=60) for job in client.submit_all(documents)]
            seconds = time.perf_counter() - started
    verdicts = Counter(str((one.report or {}).get("verdict")) for one in answers)
    return f"20 documents together: {seconds:.2f} s {dict(verdicts)} (wanted: 3 s)"


def printed_reports() -> str:
    """How long the report to print takes for each format, asked of the site.

    The first of a process, asked at once, also waits for what prints to be imported.
    """
    from communaute.domain.signatures.museum.authorities import invent
    from communaute.domain.signatures.museum.catalogue import PIECES
    from communaute.domain.signatures.museum.making import make
    from tests.signatures.served import served

    authorities, said = invent(), []
    wanted = ("pdf-deux-signatures", "cms-pem", "xml-a-cote", "zip-noms")
    with tempfile.TemporaryDirectory() as folder:
        trust = authorities.write_trust(Path(folder) / "trust")
        with served(Path(folder), trust) as site:
            site.pages.response("GET", "/outils/signature")
            pieces = [one for one in PIECES if one.name in wanted]
            for piece in (pieces[-1], *pieces):
                address = site.verified(make(piece, authorities))
                site.pages.response("GET", address)
                started, used = time.perf_counter(), time.process_time()
                answer = site.pages.response("GET", f"{address}.pdf")
                seconds, used = time.perf_counter() - started, time.process_time() - used
                size = len(answer.data) // 1024
                said.append(f"{piece.family} {seconds:.2f} s, processor {used:.2f} s ({size} kB)")
    return f"report to print: first of the process {', then '.join(said)} (wanted: 1.5 s)"


def _kind(path: Path) -> str:
    return next((kind for kind, known in _OF_KIND.items() if path.suffix in known), "cms")


def figures() -> None:
    """Print what hostile XML, twenty documents and printed reports cost."""
    for line in (hostile_xml(), twenty_documents(), printed_reports()):
        print(line)


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
    if _XMLSEC1_SECONDS:
        peer = [one * 1000 for one in _XMLSEC1_SECONDS]
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
