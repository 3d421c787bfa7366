"""The reports handed to the process that keeps them, without ever waiting for it."""

import selectors
import socket
from collections.abc import Callable, Iterator

from communaute.domain.signatures.serve.engine import Report
from communaute.domain.signatures.serve.frames import REPORT_BYTES, encode, take


class Ledger:
    """The server's end of the link to the recorder: one frame a report.

    The recorder has a database, which may be slow; the server has neither the database nor
    the time. Reports wait here until the recorder takes them.
    """

    def __init__(
        self, link: socket.socket | None, selector: selectors.BaseSelector, lost: Callable[[], None]
    ) -> None:
        self._link, self._selector, self._lost = link, selector, lost
        self._waiting = bytearray()
        if link is not None:
            link.setblocking(False)

    def __contains__(self, number: int) -> bool:
        return self._link is not None and self._link.fileno() == number

    def note(self, job_id: str, report: Report) -> None:
        """Hand a report over, now or as soon as the recorder takes it."""
        if self._link is None:
            return
        if not self._waiting:
            self._selector.register(self._link, selectors.EVENT_WRITE)
        self._waiting += encode({"job": job_id, "report": report})
        self.write()

    def write(self) -> None:
        """Send what the recorder can take; tell when it is gone."""
        if self._link is None or not self._waiting:
            return
        try:
            del self._waiting[: self._link.send(self._waiting)]
        except BlockingIOError:
            return
        except OSError:
            self._waiting.clear()
            self._lost()
        if not self._waiting:
            self._selector.unregister(self._link)


def recorded(link: socket.socket) -> Iterator[tuple[str, Report]]:
    """The recorder's end: each report with the address of its job, until the server ends."""
    received = bytearray()
    while chunk := link.recv(1 << 16):
        received += chunk
        while (message := take(received, REPORT_BYTES)) is not None:
            yield str(message["job"]), dict(message["report"])
