"""The verifier process answers everybody, whatever the documents do to its children."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest

from communaute.domain.signatures.serve.client import (
    DocumentRefused,
    Progress,
    VerifierAbsent,
    VerifierBusy,
    VerifierClient,
)
from communaute.domain.signatures.serve.engine import Submission
from communaute.domain.signatures.serve.protocol import DOCUMENTS, encode, receive
from tests.signatures.served import answers


@dataclass(frozen=True)
class Verifier:
    """A running verifier and what it was started with."""

    process: subprocess.Popen[bytes]
    socket: Path
    folder: Path

    @property
    def client(self) -> VerifierClient:
        return VerifierClient(self.socket)

    def answer(self, document: bytes, detached: bytes | None = None) -> Progress:
        return self.client.poll(self.client.submit(document, detached), wait=30)


def started(
    folder: Path, stderr: TextIO | None = None, link: int | None = None
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.signatures.verifier_process"]
    command += [str(folder / "socket"), str(folder), *([] if link is None else [str(link)])]
    kept = [] if link is None else [link]
    process = subprocess.Popen(command, stderr=stderr, pass_fds=kept)
    answers(process, folder / "socket")
    return process


@pytest.fixture
def verifier(tmp_path: Path) -> Iterator[Verifier]:
    (tmp_path / "generation").write_text("first")
    process = started(tmp_path)
    yield Verifier(process, tmp_path / "socket", tmp_path)
    process.terminate()
    process.wait(20)


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def test_a_document_is_answered(verifier: Verifier) -> None:
    answer = verifier.answer(b"a document", b"signed")

    assert answer.status == "done"
    assert answer.report == {"size": 10, "detached": 6, "generation": "first", "crls": []}


def test_an_answer_can_be_asked_for_again(verifier: Verifier) -> None:
    job = verifier.client.submit(b"a document")

    assert verifier.client.poll(job, wait=30) == verifier.client.poll(job)


def test_a_large_document_is_answered(verifier: Verifier) -> None:
    answer = verifier.answer(bytes(25 * 1024 * 1024))

    assert answer.report is not None
    assert answer.report["size"] == 25 * 1024 * 1024


def test_an_empty_document_is_answered(verifier: Verifier) -> None:
    assert verifier.answer(b"").status == "done"


def test_a_document_above_25_mb_is_refused_before_it_is_sent(verifier: Verifier) -> None:
    with pytest.raises(DocumentRefused) as refused:
        verifier.client.submit(bytes(25 * 1024 * 1024 + 1))

    assert refused.value.reason == "too_large"


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (b"eat ", "too_large"),
        (b"loop ", "timeout"),
        (b"crash ", "unreadable"),
        (b"raise ", "unreadable"),
        (b"fork ", "unreadable"),
        (b"lie ", "unreadable"),
        (b"wait /dev/zero", "too_large"),
    ],
)
def test_a_document_that_misleads_its_child_gets_an_error_and_the_next_one_an_answer(
    verifier: Verifier, order: bytes, error: str
) -> None:
    misled = verifier.answer(order).report

    assert misled is not None
    assert misled["error"] == error
    assert verifier.answer(b"a document").status == "done"


def test_a_killed_child_gets_an_error(verifier: Verifier) -> None:
    job = verifier.client.submit(b"wait " + bytes(a_gate(verifier)))
    while not (children := children_of(verifier.process.pid)):
        os.sched_yield()
    os.kill(children[0], signal.SIGKILL)

    assert (verifier.client.poll(job, wait=30).report or {})["error"] == "too_large"


def a_gate(verifier: Verifier) -> Path:
    """A named pipe that a child waits for: nobody opens it before the test."""
    gate = verifier.folder / "gate"
    os.mkfifo(gate)
    return gate


def test_two_run_four_wait_and_the_next_is_told_to_come_back(verifier: Verifier) -> None:
    order = b"wait " + bytes(a_gate(verifier))
    jobs = [verifier.client.submit(order) for _ in range(6)]

    with pytest.raises(VerifierBusy) as busy:
        verifier.client.submit(order)
    assert busy.value.retry_after == 5
    places = [verifier.client.poll(job) for job in jobs]
    assert [place.status for place in places] == ["running"] * 2 + ["waiting"] * 4
    assert [place.ahead for place in places[2:]] == [0, 1, 2, 3]

    with (verifier.folder / "gate").open("w"):
        pass  # both running children go on, then each of the four finds the gate shut again
    assert verifier.client.poll(jobs[0], wait=30).status == "done"


def test_twenty_visitors_at_once_are_all_answered_or_told_to_wait(verifier: Verifier) -> None:
    def visit(number: int) -> str:
        try:
            job = verifier.client.submit(b"document %d" % number)
        except VerifierBusy:
            return "busy"
        return verifier.client.poll(job, wait=60).status

    with ThreadPoolExecutor(20) as visitors:
        outcomes = list(visitors.map(visit, range(20)))

    assert set(outcomes) <= {"done", "busy"}
    assert outcomes.count("done") >= 6


def test_twenty_visitors_who_wait_in_line_are_all_answered(verifier: Verifier) -> None:
    """As the page does: a ticket, then the document again once a place is kept for it."""

    def visit(number: int) -> str:
        ticket: str | None = None
        while True:
            try:
                job = verifier.client.submit(b"document %d" % number, ticket=ticket)
            except VerifierBusy as busy:
                ticket = busy.place.ticket
                while not verifier.client.wait_in_line(ticket).come:
                    os.sched_yield()
                continue
            return verifier.client.poll(job, wait=60).status

    with ThreadPoolExecutor(20) as visitors:
        assert list(visitors.map(visit, range(20))) == ["done"] * 20


def test_documents_that_come_together_are_answered_in_order(verifier: Verifier) -> None:
    sizes = [3, 0, 70_000, 1]
    jobs = verifier.client.submit_all([Submission(bytes(size), b"x" * size) for size in sizes])
    answers = [verifier.client.poll(job, wait=30).report or {} for job in jobs]
    assert [(one["size"], one["detached"]) for one in answers] == [(n, n) for n in sizes]


def test_the_next_document_is_verified_while_a_report_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "generation").write_text("first")
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as reports:
        process = started(tmp_path, link=theirs.fileno())
        client = VerifierClient(tmp_path / "socket")
        first, second = client.submit_all([Submission(b"1"), Submission(b"22")])
        assert [receive(reports)["job"] for _ in range(2)] == [first, second]
        assert client.poll(first).status == "running"  # not answered before it is recorded
        for job in (first, second):
            ours.sendall(encode({"job": job}))
        assert [client.poll(job, wait=30).status for job in (first, second)] == ["done", "done"]
        process.terminate()
        assert process.wait(20) == 0


def test_too_many_documents_together_are_no_protocol(verifier: Verifier) -> None:
    with pytest.raises(DocumentRefused, match="protocol"):
        verifier.client.submit_all([Submission(b"x")] * (DOCUMENTS + 1))
    half = Submission(bytes(24 * 1024 * 1024))
    with pytest.raises(DocumentRefused):
        verifier.client.submit_all([half] * 5)
    assert verifier.answer(b"a document").status == "done"


def test_three_hundred_documents_leave_neither_process_nor_file_behind(
    verifier: Verifier,
) -> None:
    verifier.answer(b"a document")
    folder = f"/proc/{verifier.process.pid}/fd"
    before = len(os.listdir(folder))
    for number in range(300):
        verifier.answer(b"crash " if number % 10 == 0 else b"document %d" % number)

    assert len(os.listdir(folder)) - before <= 1  # the last connection may not be closed yet
    assert children_of(verifier.process.pid) == []


def test_a_damaged_upload_is_refused_and_gives_its_place_back(verifier: Verifier) -> None:
    header = {"v": 1, "verb": "submit", "sha256": "0" * 64, "size": 4}
    for _ in range(10):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(verifier.socket))
            connection.sendall(encode(header))
            assert b"ready" in connection.recv(999)
            connection.sendall(b"data")
            assert b"damaged" in connection.recv(999)
            assert connection.recv(999) == b""


def test_a_client_that_hangs_up_while_sending_gives_its_place_back(verifier: Verifier) -> None:
    header = {"v": 1, "verb": "submit", "sha256": "0" * 64, "size": 1000}
    for _ in range(10):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(verifier.socket))
            connection.sendall(encode(header))
            assert b"ready" in connection.recv(999)
            connection.sendall(b"half")

    assert verifier.answer(b"a document").status == "done"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x02[]",
        encode({"v": 2, "verb": "state"}),
        encode({"v": 1, "verb": "stop"}),
        encode({"v": 1, "verb": "submit", "sha256": "x", "size": 1}),
        encode({"v": 1, "verb": "submit", "sha256": "0" * 64, "size": -1}),
        encode({"v": 1, "verb": "submit", "sha256": "0" * 64, "size": 1, "at": "demain"}),
    ],
)
def test_what_is_not_the_protocol_is_hung_up(verifier: Verifier, sent: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(verifier.socket))
        connection.sendall(sent)
        assert b'"protocol"' in connection.recv(999)
        assert connection.recv(999) == b""


def test_an_unknown_job_is_said_to_be_unknown(verifier: Verifier) -> None:
    assert verifier.client.poll("nothing").status == "unknown"


def test_a_second_server_on_the_same_socket_refuses_to_start(verifier: Verifier) -> None:
    command = [sys.executable, "-m", "tests.signatures.verifier_process"]
    second = subprocess.run(
        [*command, str(verifier.socket), str(verifier.folder)], capture_output=True, check=False
    )

    assert second.returncode != 0
    assert b"SocketTaken" in second.stderr
    assert verifier.answer(b"a document").status == "done"


def test_the_socket_of_a_killed_server_is_taken_over(verifier: Verifier) -> None:
    verifier.process.kill()
    verifier.process.wait()
    assert verifier.socket.exists()
    with pytest.raises(VerifierAbsent):
        verifier.client.state()

    again = started(verifier.folder)
    assert verifier.answer(b"a document").status == "done"
    again.terminate()
    assert again.wait(20) == 0


def test_the_children_of_a_killed_server_die_with_it(verifier: Verifier) -> None:
    verifier.client.submit(b"wait " + bytes(a_gate(verifier)))
    while not (children := children_of(verifier.process.pid)):
        os.sched_yield()
    verifier.process.kill()
    verifier.process.wait()

    while is_alive(children[0]):
        os.sched_yield()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_server_stops_cleanly_and_removes_its_socket(verifier: Verifier) -> None:
    verifier.process.terminate()

    assert verifier.process.wait(20) == 0
    assert not verifier.socket.exists()


def test_only_the_owner_and_the_group_may_ask(verifier: Verifier) -> None:
    assert stat.S_IMODE(verifier.socket.stat().st_mode) == 0o660


def test_changed_lists_are_loaded_without_a_lost_request(verifier: Verifier) -> None:
    (verifier.folder / "next").write_text("second")
    (verifier.folder / "next").rename(verifier.folder / "generation")

    answers = [verifier.answer(b"a document")]
    while (answers[-1].report or {}).get("generation") != "second":
        answers.append(verifier.answer(b"a document"))

    assert {answer.status for answer in answers} == {"done"}
    assert verifier.client.state()["lists"] == [{"territory": "second"}]


def test_lists_that_cannot_be_loaded_leave_the_former_in_use(verifier: Verifier) -> None:
    verifier.answer(b"a document")
    (verifier.folder / "generation").unlink()

    assert (verifier.answer(b"a document").report or {})["generation"] == "first"


def test_what_could_not_be_checked_is_fetched_and_verified_again(verifier: Verifier) -> None:
    assert (verifier.answer(b"ask about revocation").report or {})["crls"] == ["of leaf"]


def test_no_verifier_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(VerifierAbsent):
        VerifierClient(tmp_path / "socket").submit(b"a document")
