"""The verifier process: `python -m communaute.domain.signatures.process SPECIFICATION`.

Apart from Flask and the database, which its children would carry for nothing (50 MB each):
`flask signatures serve` starts it and keeps what it answers.
"""

import ctypes
import json
import logging
import signal
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from communaute.domain.signatures.broker.http import RevocationCache
from communaute.domain.signatures.engine import fingerprint_of, loader
from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.serve.protocol import SocketTaken
from communaute.domain.signatures.serve.server import Server


TAKEN = 3
"""Exit status when another verifier answers on the socket."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Specification:
    """What a verifier process is told, as JSON on its command line."""

    socket: str
    trust: str
    document_bytes: int
    cache: str | None
    """Where the broker keeps what it fetched; None: nobody is asked anything."""
    link: int
    """The file number of the link to the recorder (serve/recorder.py)."""

    def command(self) -> list[str]:
        """The command that starts the process."""
        return [sys.executable, "-m", __spec__.name, json.dumps(asdict(self))]


def main(specification: Specification) -> int:
    """Serve until asked to stop; end with the parent, were it killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for name in ("pyhanko", "pyhanko_certvalidator", "signxml"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    cache = RevocationCache(Path(specification.cache)) if specification.cache else None
    size = specification.document_bytes
    trust = Path(specification.trust)
    server = Server(
        loader(trust, Limits(document_bytes=size, detached_bytes=size), cache),
        fingerprint_of(trust),
        link=socket.socket(fileno=specification.link),
        document_bytes=size,
    )
    try:
        server.serve(Path(specification.socket))
    except SocketTaken:
        return TAKEN
    return 0


if __name__ == "__main__":
    sys.exit(main(Specification(**json.loads(sys.argv[1]))))
