"""A release that takes the place of another (HUP): whoever reads meanwhile is answered."""

import http.client
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.serving.running import Process, site


# A reader who has had no answer in so long has gone, in seconds.
GONE = 15
READERS = 4


class OnSocket(http.client.HTTPConnection):
    """A connection to a Unix socket, as nginx opens."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=GONE)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(GONE)
        self.sock.connect(str(self.path))


@pytest.fixture
def server() -> Iterator[tuple[Path, Process]]:
    """The server as deploy/ runs it, with one process that answers; its socket."""
    # Short: a Unix socket's path may have 107 characters only.
    folder = Path(tempfile.mkdtemp(prefix="web-", dir="/tmp"))
    port = folder / "web.sock"
    with site(folder, "--socket", str(port), ask=lambda: status(port, "/guides/")) as process:
        yield port, process
    shutil.rmtree(folder)


def status(port: Path, path: str) -> int:
    """The status of a page, asked for on a connection of its own."""
    connection = OnSocket(port)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def answering(process: Process) -> set[int]:
    """The processes that answer, of this server."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    named = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return {pid for pid, said in named.items() if b"resource_tracker" not in said}


@pytest.mark.slow
def test_nobody_waits_while_a_release_replaces_another(
    server: tuple[Path, Process],
) -> None:
    port, process = server
    over, wrong, answers = Event(), [], []

    def read(path: str) -> None:
        while not over.is_set():
            try:
                answers.append(status(port, path))
            except OSError as fault:
                wrong.append(f"{path}: {fault!r}")

    # A page in memory, and one that is made.
    paths = ["/guides/", "/recherche?q=facture"] * (READERS // 2)
    readers = [Thread(target=read, args=[path]) for path in paths]
    before = answering(process)
    for reader in readers:
        reader.start()
    try:
        process.send_signal(signal.SIGHUP)
        while before & answering(process):
            assert process.poll() is None
            time.sleep(0.1)
        # Those who answer now are others, and somebody has been answered by them.
        served = len(answers)
        while len(answers) < served + 2 * READERS and not wrong:
            time.sleep(0.1)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert not wrong
    assert set(answers) == {200}
    assert answering(process) - before
