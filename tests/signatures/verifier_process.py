"""A verifier process for tests: `python -m tests.signatures.verifier_process SOCKET TRUST [LINK]`.

Its engine does what the document says, so that every way of ending can be tried.
"""

from __future__ import annotations

import ctypes
import logging
import os
import socket
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from communaute.domain.signatures.report import to_wire
from communaute.domain.signatures.sandbox.confinement import VERIFYING
from communaute.domain.signatures.serve.engine import (
    Chain,
    Report,
    Revocation,
    Submission,
    Verified,
)
from communaute.domain.signatures.serve.server import Server
from communaute.domain.signatures.verify import unusable
from communaute.domain.signatures.vocabulary import Error


@dataclass(frozen=True)
class ObedientEngine:
    """Verifies nothing: does what the document asks."""

    generation: str
    fetches: bool = True

    def verify(self, submission: Submission) -> Verified:
        order, _, rest = submission.document.partition(b" ")
        if order == b"wait":
            with open(rest.decode()) as gate:  # a named pipe: opens when the test opens it
                gate.read()
        elif order in _MISDEEDS:
            _MISDEEDS[order]()
        elif order == b"ask" and not submission.revocation:
            return Verified({"pass": 1}, ((b"leaf", b"issuer"),))
        elif order.startswith(b"%PDF"):
            now = datetime.now(UTC)
            return Verified(to_wire(unusable(submission.document, Error.NO_SIGNATURE, None, now)))
        return Verified({
            "size": len(submission.document),
            "detached": len(submission.detached or b""),
            "generation": self.generation,
            "crls": [one.decode() for one in submission.revocation.crls],
        })  # fmt: skip

    def fetch(self, chains: Sequence[Chain]) -> Revocation:
        return Revocation(crls=tuple(b"of " + chain[0] for chain in chains))

    def failure(self, sha256: str, size: int, error: Error) -> Report:
        return {"error": error, "sha256": sha256, "size": size}

    def lists(self) -> list[Report]:
        return [{"territory": self.generation}]


def eat_memory() -> None:
    bytearray(1 << 30)


def loop() -> NoReturn:
    while True:
        pass


def crash() -> None:
    ctypes.string_at(0)


def fail() -> NoReturn:
    raise LookupError


def lie() -> NoReturn:
    """Answer with what is no JSON, on any file that could be the pipe."""
    for number in range(3, 64):
        with suppress(OSError):
            os.write(number, b"}{")
    os._exit(0)


def fork() -> None:
    while True:
        os.fork()


_MISDEEDS: dict[bytes, Callable[[], None]] = {
    b"eat": eat_memory,
    b"loop": loop,
    b"fork": fork,
    b"crash": crash,
    b"raise": fail,
    b"lie": lie,
}


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    path, trust = map(Path, sys.argv[1:3])
    link = socket.socket(fileno=int(sys.argv[3])) if len(sys.argv) > 3 else None

    def load() -> Generator[None, None, ObedientEngine]:
        yield
        return ObedientEngine((trust / "generation").read_text())

    Server(
        load,
        lambda: (trust / "generation").stat().st_mtime_ns,
        link=link,
        allowance=replace(VERIFYING, cpu_seconds=2, wall_seconds=20, memory_bytes=256 << 20),
    ).serve(path)


if __name__ == "__main__":
    main()
