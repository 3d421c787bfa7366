"""What visitors of the signature tool live through: the verifier process, as it serves.

Run: .venv/bin/python -m benchmarks.verifier
Each PDF of the reference data through the socket, one after the other, then twenty visitors at
once who come back when told to. The process, its lists and its children are those of service.
"""

import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.signature_files import REFERENCE, files
from benchmarks.signature_trust import reference_trust
from communaute.domain.signatures.serve.client import VerifierAbsent, VerifierBusy, VerifierClient
from communaute.domain.signatures.serve.process import Specification
from communaute.domain.signatures.serve.recorder import recorded


VISITORS = 20


@contextmanager
def serving() -> Iterator[tuple[VerifierClient, int]]:
    """A verifier with the reference lists, and its process number."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        reference_trust(directory / "trust")
        ours, theirs = socket.socketpair()
        specification = Specification(
            socket=str(directory / "socket"),
            trust=str(directory / "trust"),
            document_bytes=25 * 1024 * 1024,
            cache=None,
            link=theirs.fileno(),
        )
        started = time.perf_counter()
        process = subprocess.Popen(specification.command(), pass_fds=[theirs.fileno()])
        theirs.close()
        threading.Thread(target=drain, args=(ours,), daemon=True).start()
        client = VerifierClient(directory / "socket")
        wait_for(client)
        print(f"ready in {time.perf_counter() - started:.1f} s, {memory(process.pid):.0f} MB")
        try:
            yield client, process.pid
        finally:
            process.terminate()
            process.wait()


def drain(link: socket.socket) -> None:
    """Say at once that each report is kept: without a word, the server waits two seconds for it."""
    for _ in recorded(link):
        pass


def wait_for(client: VerifierClient) -> None:
    while True:
        try:
            client.state()
        except VerifierAbsent:
            time.sleep(0.05)
        else:
            return


def memory(pid: int, field: str = "VmRSS") -> float:
    """Resident memory in MB; 0 for a process that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith(field)]
    return int(found[0]) / 1024 if found else 0.0


def verify(client: VerifierClient, document: bytes) -> tuple[float, str | None]:
    """The seconds until the answer, and its error."""
    started = time.perf_counter()
    report = client.poll(client.submit(document), wait=60).report or {}
    return time.perf_counter() - started, report.get("error")


def one_after_the_other(client: VerifierClient, documents: list[bytes]) -> None:
    timed = [verify(client, document) for document in documents]
    opened = [seconds * 1000 for seconds, error in timed if error != "unreadable"]
    print(
        f"{len(opened)} PDF that open, through the socket: median "
        f"{statistics.median(opened):.0f} ms, p95 {statistics.quantiles(opened, n=20)[-1]:.0f} ms"
        f"; a child that does nothing {statistics.median(empty(client)):.0f} ms"
    )


def empty(client: VerifierClient) -> list[float]:
    return [verify(client, b"")[0] * 1000 for _ in range(30)]


def at_once(client: VerifierClient, documents: list[bytes]) -> None:
    """Twenty visitors with a document each: answered, or told to wait and then answered."""
    told_to_wait: Counter[int] = Counter()
    barrier = threading.Barrier(VISITORS)

    def visit(number: int) -> float:
        barrier.wait()
        started = time.perf_counter()
        ticket = None
        while True:
            try:
                job = client.submit(documents[number], ticket=ticket)
            except VerifierBusy as busy:
                ticket = busy.place.ticket
                told_to_wait[number] += 1
                time.sleep(0.05)  # a visitor waits 5 s; here the queue is kept full
            else:
                assert client.poll(job, wait=60).status == "done"
                return time.perf_counter() - started

    with ThreadPoolExecutor(VISITORS) as visitors:
        waits = sorted(visitors.map(visit, range(VISITORS)))
    print(
        f"{VISITORS} visitors at once on {os.cpu_count()} cores: {len(waits)} answered, 0 lost, "
        f"{len(told_to_wait)} told to wait first; median {statistics.median(waits):.2f} s, "
        f"last {waits[-1]:.2f} s"
    )


def main() -> None:
    documents = [path.read_bytes() for path in files() if path.suffix == ".pdf"]
    with serving() as (client, pid):
        one_after_the_other(client, documents)
        at_once(client, random.Random(5).sample(documents, VISITORS))
        left = len(os.listdir(f"/proc/{pid}/fd"))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        print(f"after all: {memory(pid):.0f} MB, {left} files open, {len(children)} children left")


if __name__ == "__main__":
    if not REFERENCE.is_dir():
        sys.exit("The reference data is absent: set REFERENCE_DATA.")
    main()
