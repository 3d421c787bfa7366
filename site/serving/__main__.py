"""`python -m communaute.serving`: the web processes, on granian.

Nothing of the site is imported here: after HUP, new processes read the code that is there by then.
"""

import os
from pathlib import Path

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels


# A head is an address (8 kB at most, said again by web/addresses.py) and headers, read in so long.
LARGEST_HEAD = 32 * 1024
HEAD_SECONDS = 20
# Connections that one process holds, most of them idle: each costs a few kB, and no thread.
MOST_CONNECTIONS = 8192
# A new process loads the content and opens the index before the old one is told to end.
SECONDS_TO_START = 12
SECONDS_TO_END = 30


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
    Granian(
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
    ).serve()


if __name__ == "__main__":
    main()
