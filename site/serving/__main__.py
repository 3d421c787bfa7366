"""`python -m communaute.serving`: the web processes, on granian.

Nothing of the site is imported here: after HUP, new processes read the code that is there by then.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer


# A head is an address (8 kB at most, said again by web/addresses.py) and headers, read in so long.
LARGEST_HEAD = 32 * 1024
HEAD_SECONDS = 20
# Connections that one process holds, most of them idle: each costs a few kB, and no thread.
MOST_CONNECTIONS = 8192
# A new process has loaded everything before the old one is told to end: it says so by a file of its
# name in this folder. One that has not after so long is taken as it is.
LOADED = "WEB_LOADED"
SECONDS_TO_START = 120
SECONDS_TO_END = 30


class Patient(MPServer):
    """Granian, but an old process ends once the new one can answer.

    Granian itself waits for so many seconds, whatever the new one is doing: on a busy host nobody
    answered for as long as it went on loading.
    """

    def _respawn_workers(
        self, workers: Iterable[int], spawn_target: object, target_loader: object, delay: float = 0
    ) -> None:
        if not delay:  # those that have ended by themselves
            super()._respawn_workers(workers, spawn_target, target_loader)
            return
        for place in workers:
            self.respawned_wrks[place] = time.monotonic()
            old: Any = self.wrks[place]
            new: Any = self._spawn_worker(place, spawn_target, target_loader)
            new.start()
            self.wrks[place] = new
            wait_for(new)
            old.terminate()
            old.join(self.workers_kill_timeout)
            if old.is_alive():
                old.kill()
                old.join()


def wait_for(worker: Any) -> None:  # noqa: ANN401  # granian's
    """Wait until a process has loaded everything, or has ended."""
    said = Path(os.environ[LOADED], str(worker.inner.pid))
    until = time.monotonic() + SECONDS_TO_START
    while worker.is_alive() and not said.exists() and time.monotonic() < until:
        time.sleep(0.1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, envvar="PORT")
@click.option("--socket", type=click.Path(path_type=Path), help="A Unix socket, instead of a port.")
@click.option("--workers", default=2, show_default=True, envvar="WEB_WORKERS", help="Processes.")
@click.option(
    "--threads",
    default=8,
    show_default=True,
    envvar="WEB_THREADS",
    help="In each, for what is made.",
)
@click.option("--target", default="communaute.serving.application:started", hidden=True)
def main(
    host: str, port: int, socket: Path | None, workers: int, threads: int, target: str
) -> None:
    """Serve the site. HUP starts new processes before it ends the old ones; TERM ends them all."""
    os.environ["WEB_THREADS"] = str(threads)
    for left in Path(os.environ.get("INSTANCE_PATH", "instance"), "mesures").glob("*.db"):
        left.unlink(missing_ok=True)  # counts of processes of another start
    with TemporaryDirectory(prefix="communaute-web-") as folder:
        os.environ[LOADED] = folder
        server(host, port, socket, workers, target).serve()


def server(host: str, port: int, socket: Path | None, workers: int, target: str) -> Patient:
    """Granian, as this site wants it."""
    return Patient(
        target,
        factory=True,
        interface=Interfaces.RSGI,
        address=host,
        port=port,
        uds=socket,
        # The reverse proxy is another user.
        uds_permissions=0o666 if socket else None,
        workers=workers,
        http=HTTPModes.http1,
        websockets=False,
        backlog=2048,
        backpressure=MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=LARGEST_HEAD
        ),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=SECONDS_TO_START,
        workers_kill_timeout=SECONDS_TO_END,
    )


if __name__ == "__main__":
    main()
