"""Whatever a document makes its child do, the parent learns of it, and nothing else happens."""

import contextlib
import ctypes
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from communaute.domain.signatures.sandbox.child import Ended, Ending, run, start
from communaute.domain.signatures.sandbox.confinement import VERIFYING, Measure, granted_measures


QUICK = replace(VERIFYING, wall_seconds=5.0)


def attempt(doing: str) -> bytes:
    """What became of an action in the child: « done », or the name of the error."""
    try:
        exec(doing, {"os": os, "socket": socket, "ctypes": ctypes})
    except OSError as error:
        return type(error).__name__.encode()
    return b"done"


def test_a_child_answers_with_bytes() -> None:
    assert run(lambda: b"yes" * 100_000, QUICK) == Ended(Ending.ANSWERED, b"yes" * 100_000)


def test_a_child_that_raises_is_said_to_have_crashed() -> None:
    assert run(lambda: bytes(1 // 0), QUICK) == Ended(Ending.CRASHED)


def test_a_child_that_dies_is_said_to_have_crashed() -> None:
    assert run(lambda: ctypes.string_at(0), QUICK).ending is Ending.CRASHED


def test_a_child_that_eats_memory_is_stopped() -> None:
    assert run(lambda: bytes(bytearray(1 << 30)), QUICK) == Ended(Ending.OUT_OF_MEMORY)


def test_a_child_that_loops_is_stopped_by_its_processor_time() -> None:
    def loop() -> bytes:
        while True:
            pass

    assert run(loop, replace(QUICK, cpu_seconds=1)) == Ended(Ending.TIMED_OUT)


def test_a_child_that_waits_is_stopped_by_the_clock() -> None:
    def wait() -> bytes:
        os.read(os.pipe()[0], 1)
        return b""

    assert run(wait, replace(QUICK, wall_seconds=0.2)) == Ended(Ending.TIMED_OUT)


def test_a_child_that_answers_too_much_is_stopped() -> None:
    assert run(lambda: b"x" * 5000, replace(QUICK, answer_bytes=4000)) == Ended(
        Ending.OUT_OF_MEMORY
    )


def test_a_child_that_closes_its_pipe_and_goes_on_is_stopped() -> None:
    def vanish() -> bytes:
        os.closerange(3, 4096)
        time.sleep(60)
        return b""

    assert run(vanish, QUICK).ending is Ending.OUT_OF_MEMORY


@pytest.mark.parametrize(
    "doing",
    [
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "open('/tmp/written-by-a-child', 'w')",
        "os.unlink('/tmp/anything')",
        "os.rename('/tmp/anything', '/tmp/other')",
        "os.mkdir('/tmp/a-folder')",
    ],
)
def test_a_child_may_not(doing: str) -> None:
    answer = run(lambda: attempt(doing), QUICK).answer

    # Refused by the filter; before that, by the memory limit where this process is large.
    assert answer in {b"PermissionError", b"OSError"}


def test_a_child_may_read_a_file_and_import_late() -> None:
    doing = "open(os.__file__).read(); import wave"

    assert run(lambda: attempt(doing), QUICK).answer == b"done"


def test_a_child_reaches_no_port_of_this_machine_even_when_calls_are_not_filtered(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "communaute.domain.signatures.sandbox.confinement.refuse_dangerous_calls", lambda: False
    )
    doing = f"socket.create_connection(('127.0.0.1', {listening.getsockname()[1]}), 1)"

    assert run(lambda: attempt(doing), QUICK).answer == b"OSError"
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port of this machine that counts who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_every_measure_holds_where_these_tests_run() -> None:
    assert granted_measures() == set(Measure)


def test_a_child_sees_no_file_of_its_parent(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"another visitor's document")
    with (tmp_path / "other").open("rb") as other:
        ended = run(lambda: attempt(f"os.read({other.fileno()}, 9)"), QUICK)

    assert ended.answer == b"OSError"


def test_a_child_reads_the_file_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "document").write_bytes(b"a document")
    with (tmp_path / "document").open("rb") as document:
        number = document.fileno()
        assert run(lambda: os.pread(number, 99, 0), QUICK, (number,)).answer == b"a document"


def test_a_child_writes_nothing_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    run(lambda: str(os.write(2, b"a name")).encode(), QUICK)

    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_children_leave_neither_process_nor_file_behind() -> None:
    # Other tests of this process may keep a server running: only what is left here counts.
    before = set(os.listdir("/proc/self/fd")), children()
    for _ in range(300):
        run(lambda: b"x", QUICK)

    assert (set(os.listdir("/proc/self/fd")), children()) == before


def children() -> set[int]:
    """Process ids of the children of this process, ended and not waited for included."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # The name stands in brackets and may hold anything; the state and the parent follow.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(stat.parent.name))
    return found


def test_a_killed_child_is_told_from_one_that_answered() -> None:
    def wait() -> bytes:
        os.read(os.pipe()[0], 1)
        return b""

    child = start(wait, QUICK)
    os.kill(child.pid, 9)
    os.set_blocking(child.pipe, True)

    assert child.read() == Ended(Ending.OUT_OF_MEMORY)
