"""The two ends of the link between the server and the process that keeps its reports.

The recorder has a database, which may be slow; the server has neither the database nor the time.
An answer is given out once it is recorded, so that nobody has to look for it twice, and is given
out all the same when that takes too long.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

from communaute.domain.signatures.serve.engine import Report
from communaute.domain.signatures.serve.jobs import Job
from communaute.domain.signatures.serve.protocol import (
    ProtocolFault,
    encode,
    receive,
    received,
)


RECORDED_WITHIN = 2.0
"""In seconds."""


class Recorder:
    """The server's end: one frame a report, one back once it is kept."""

    def __init__(self, writer: asyncio.StreamWriter | None) -> None:
        self._writer = writer
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def linked(
        cls,
        link: socket.socket | None,
        find: Callable[[str], Job | None],
        lost: Callable[[], None],
    ) -> "Recorder":
        """Open the server's end; without a link (tests) nothing is recorded.

        `find` gives the job of an address; `lost` is called when the recorder is gone.
        """
        if link is None:
            return cls(None)
        reader, writer = await asyncio.open_connection(sock=link)
        recorder = cls(writer)
        recorder._listening = asyncio.create_task(_listen(reader, find, lost))
        return recorder

    async def keep(self, job: Job) -> None:
        """Hand the report of a job over and wait until it is recorded, a short while at most."""
        if self._writer is None:
            return
        self._writer.write(encode({"job": job.id, "report": job.report}))
        with suppress(TimeoutError):
            async with asyncio.timeout(RECORDED_WITHIN):
                await job.recorded.wait()


async def _listen(
    reader: asyncio.StreamReader, find: Callable[[str], Job | None], lost: Callable[[], None]
) -> None:
    try:
        while True:
            job = find(str((await received(reader))["job"]))
            if job is not None:
                job.recorded.set()
    except (EOFError, OSError, ProtocolFault, KeyError):
        lost()


def recorded(link: socket.socket) -> Iterator[tuple[str, Report]]:
    """The recorder's end: each report with the address of its job, until the server ends.

    What is yielded counts as kept when the next one is asked for.
    """
    with link.makefile("rb") as stream, suppress(EOFError, OSError):
        while True:
            message = receive(stream)
            yield str(message["job"]), dict(message["report"])
            link.sendall(encode({"job": message["job"]}))
