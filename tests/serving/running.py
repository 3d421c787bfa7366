"""A server in a process of its own, for as long as a test asks it."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conftest import ROOT


Process = subprocess.Popen[bytes]


@contextlib.contextmanager
def running(command: list[str], ask: Callable[[], object], **environment: str) -> Iterator[Process]:
    """The process of a command, once `ask` gets an answer from it."""
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            while process.poll() is None:
                with contextlib.suppress(OSError):
                    ask()
                    break
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def site(folder: Path, *place: str, ask: Callable[[], object]) -> Iterator[Process]:
    """The site's own server at a place (`--port 1234`), with one process that answers."""
    command = [sys.executable, "-m", "communaute.serving", *place, "--workers", "1"]
    with running(command, ask, INSTANCE_PATH=str(folder), SECRET_KEY="k", LIMITS="off") as process:
        yield process
