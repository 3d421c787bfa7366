"""PostgreSQL and Redis for tests: their own, from Debian's binaries, on Unix sockets."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest


BINARIES = "/usr/lib/postgresql"
# For a fixture that a test meets once on each.
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def unavailable(what: str) -> NoReturn:
    """Skip aloud; in CI a test that cannot run is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing: CI must run these tests")
    pytest.skip(f"{what} is missing: run `make test` as root, or install it")


class PostgresServer:
    """A server of the tests' own. As root it runs as `postgres`: initdb refuses root."""

    def __init__(self, binaries: Path, folder: Path, *, durable: bool = False) -> None:
        """`durable` waits for the disk at each commit, as a real server does."""
        self.binaries, self.folder = binaries, folder
        self.as_root = os.geteuid() == 0
        if self.as_root:
            shutil.chown(folder, "postgres", "postgres")
        folder.chmod(0o755)
        self._run(
            "initdb",
            "-D",
            f"{folder}/data",
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        fsync = "on" if durable else "off"
        self.options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync={fsync} "
            "-c max_connections=300"
        )
        self.start()

    def start(self) -> None:
        """Start the server, or start it again."""
        data, log = f"{self.folder}/data", f"{self.folder}/log"
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", self.options, "start")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if self.as_root:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def stop(self) -> None:
        """End the server."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")

    def address(self, name: str) -> str:
        """SQLAlchemy's address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty database, dropped afterwards."""
        name = f"test_{uuid4().hex[:12]}"
        self._say(f"CREATE DATABASE {name}")
        try:
            yield self.address(name)
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with psycopg.connect(f"host={self.folder} user=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def newest_binaries() -> Path | None:
    """Where Debian puts the newest PostgreSQL, or None."""
    found = sorted(Path(BINARIES).glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer | None]:
    """A server for the whole run; None where PostgreSQL is not installed."""
    binaries = newest_binaries()
    if binaries is None:
        yield None
        return
    # Short: a Unix socket's path may have 107 characters only.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = PostgresServer(binaries, folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis of the tests' own, on a Unix socket."""
    program = shutil.which("redis-server")
    if program is None:
        unavailable("Redis")
    folder = tempfile.mkdtemp(prefix="redis-", dir="/tmp")
    socket = f"{folder}/socket"
    command = [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    for line in process.stdout:
        if b"ready to accept connections" in line.lower():
            break
    yield f"unix://{socket}"
    process.terminate()
    process.wait()
    process.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)
