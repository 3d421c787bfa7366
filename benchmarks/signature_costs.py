"""What hostile XML, twenty documents that come together and printed reports cost."""

import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.signature_files import (
    run,
)
from communaute.domain.signatures.serve.client import VerifierClient
from communaute.domain.signatures.serve.engine import Submission
from communaute.domain.signatures.trust.store import LoadedTrust


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


def figures() -> None:
    """Print what hostile XML, twenty documents and printed reports cost."""
    for line in (hostile_xml(), twenty_documents(), printed_reports()):
        print(line)
