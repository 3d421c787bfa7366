"""The fork server: it receives, counts, forks and answers, and waits for none of them.

Single-threaded, because it forks: asyncio's streams serve the clients, a child a document.
"""

import asyncio
import logging
import re
import signal
import socket
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path

from communaute.domain.signatures.sandbox.child import Ended, Ending, start
from communaute.domain.signatures.sandbox.confinement import VERIFYING, Allowance, granted_measures
from communaute.domain.signatures.serve.engine import CurrentEngine, Fingerprint, Load, Report
from communaute.domain.signatures.serve.jobs import DEFAULT_CAPACITY, Board, Capacity, Job, State
from communaute.domain.signatures.serve.procedure import Stage, verification
from communaute.domain.signatures.serve.protocol import (
    BATCH_BYTES,
    LONGEST_WAIT,
    VERSION,
    Message,
    ProtocolFault,
    Upload,
    announced,
    encode,
    listening,
    received,
)
from communaute.domain.signatures.serve.recorder import Recorder


PATIENCE = 30.0
"""Seconds after which a client that neither sends nor reads is hung up."""
GRACE = 4.0
"""Seconds that running children are given once the server is asked to stop."""
CONNECTIONS = 200
_CHUNK = 1 << 18
_REQUEST = re.compile(r"[0-9a-f]{16,64}")

logger = logging.getLogger(__name__)


class Server:
    """One verifier process."""

    def __init__(
        self,
        load: Load,
        fingerprint: Fingerprint,
        *,
        link: socket.socket | None = None,
        capacity: Capacity = DEFAULT_CAPACITY,
        allowance: Allowance = VERIFYING,
        document_bytes: int = 25 * 1024 * 1024,
    ) -> None:
        self._current = CurrentEngine(load, fingerprint)
        self._board = Board(capacity)
        self._running = asyncio.Semaphore(capacity.running)
        self._link, self._allowance, self._document_bytes = link, allowance, document_bytes
        self._clients: set[asyncio.Task[None]] = set()
        self._jobs: set[asyncio.Task[None]] = set()
        self._done = 0

    def serve(self, path: Path) -> None:
        """Load the lists, then answer on `path` until SIGTERM or SIGINT, or the recorder's end.

        Raises SocketTaken when another server answers there, and what the loading raises.
        """
        self._current.load_first()
        self._measures = sorted(granted_measures())
        with listening(path) as listener:
            asyncio.run(self._serve(listener))

    async def _serve(self, listener: socket.socket) -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        self._recorder = await Recorder.linked(self._link, self._board.get, stopped.set)
        server = await asyncio.start_unix_server(self._let_in, sock=listener, limit=_CHUNK)
        following = asyncio.create_task(self._current.follow())
        logger.info("verifier ready; measures granted: %s", ", ".join(self._measures))
        await stopped.wait()
        server.close()
        following.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self._jobs:
                    await asyncio.wait(self._jobs)
                    await asyncio.sleep(0)  # those that are done leave the set
        for task in (*self._jobs, *self._clients):
            task.cancel()
        await asyncio.gather(*self._jobs, *self._clients, return_exceptions=True)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a client until it hangs up, falls silent or speaks another protocol."""
        task = asyncio.current_task()
        if task is None or len(self._clients) >= CONNECTIONS:
            writer.close()
            return
        self._clients.add(task)
        try:
            while True:
                await self._answer(reader, writer)
        except ProtocolFault:
            with suppress(OSError):
                await _say(writer, {"status": "refused", "error": "protocol"})
        except (EOFError, OSError, TimeoutError):
            pass
        finally:
            self._clients.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and answer it. Raises ProtocolFault when it is none of protocol.py."""
        async with asyncio.timeout(PATIENCE):
            message = await received(reader)
        if message.get("v") != VERSION:
            raise ProtocolFault("unknown version")
        verb = message.get("verb")
        if verb == "submit":
            await self._submit(message, reader, writer)
        elif verb == "poll":
            await _say(writer, await self._poll(message))
        elif verb == "line":
            ticket = message.get("ticket")
            held = ticket if isinstance(ticket, str) else None
            await _say(writer, {"status": "line", **self._board.wait_in_line(held)})
        elif verb == "state":
            await _say(writer, self._state())
        else:
            raise ProtocolFault("unknown verb")

    async def _submit(
        self, message: Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Receive documents and put them in the queue. Their place is given back if they do not come."""
        uploads = announced(message)
        named = str(message.get("request"))
        request = named if _REQUEST.fullmatch(named) else ""
        refusal, jobs = self._admit(uploads, message.get("ticket"), request)
        if not jobs:
            for upload in uploads:
                upload.forget()
            await _say(writer, refusal)
            return
        try:
            await _say(writer, {"status": "ready"})
            for upload in uploads:
                await _receive(upload, reader)
            if not all(upload.is_intact for upload in uploads):
                await _say(writer, {"status": "refused", "error": "damaged"})
                raise EOFError
        except BaseException:
            for job in jobs:
                self._board.drop(job)
            raise
        for job in jobs:
            job.state = State.WAITING
        self._start(self._run_all(jobs))
        await _say(writer, {"status": "accepted", "jobs": [job.id for job in jobs]})

    def _admit(
        self, uploads: Sequence[Upload], ticket: object, request: str
    ) -> tuple[Message, list[Job]]:
        sizes = [upload.missing for upload in uploads]
        largest = max(max(one.size, one.detached_size or 0) for one in uploads)
        if largest > self._document_bytes or (len(sizes) > 1 and sum(sizes) > BATCH_BYTES):
            return {"status": "refused", "error": "too_large"}, []
        held = ticket if isinstance(ticket, str) else None
        jobs = self._board.admit(uploads, held, request)
        if jobs:
            return {}, jobs
        after = self._board.capacity.retry_after
        return {"status": "busy", "retry_after": after, **self._board.wait_in_line(held)}, []

    async def _poll(self, message: Message) -> Message:
        job, wait = self._board.get(str(message.get("job"))), message.get("wait", 0)
        if job is None:
            return {"status": "unknown"}
        if isinstance(wait, int | float) and wait > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(wait, LONGEST_WAIT)):
                    await job.over.wait()
        return self._board.where(job)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _run_all(self, jobs: Sequence[Job]) -> None:
        """Run what came together one after the other: who came alone meanwhile has a turn too.

        The next is verified while the report of the one before is recorded.
        """
        try:
            for job in jobs:
                await self._run(job)
                self._start(self._recorded(job))
        except BaseException:
            for job in jobs:
                if job.state in (State.WAITING, State.RUNNING):
                    self._board.drop(job)
            raise

    async def _run(self, job: Job) -> None:
        """Verify a document when its turn comes."""
        async with self._running:
            job.state, job.started = State.RUNNING, time.monotonic()
            report = await self._verified(job)
            self._board.finish(job, report)
        said = report.get("error") or report.get("verdict")
        spent = time.monotonic() - job.started
        logger.info("request %s: verified in %.1f s: %s", job.request or "-", spent, said)
        self._done += 1

    async def _recorded(self, job: Job) -> None:
        """Have a report recorded, then answer."""
        try:
            await self._recorder.keep(job)
            self._board.release(job)
        except BaseException:
            self._board.drop(job)
            raise

    async def _verified(self, job: Job) -> Report:
        procedure = verification(self._current.engine, job.upload, self._allowance)
        ended: Ended | None = None
        try:
            while True:
                stage = next(procedure) if ended is None else procedure.send(ended)
                ended = await _ended(stage)
        except StopIteration as end:
            report: Report = end.value
            return report

    def _state(self) -> Report:
        """What readiness shows."""
        return {
            "status": "up",
            "running": len(self._board.in_state(State.RUNNING)),
            "waiting": len(self._board.in_state(State.WAITING)),
            "done": self._done,
            "loaded_at": self._current.loaded_at.isoformat(),
            "lists": self._current.engine.lists(),
            "measures": self._measures,
        }


async def _ended(stage: Stage) -> Ended:
    """Run a child and give its end; it is killed when late, or when the server stops."""
    loop = asyncio.get_running_loop()
    child = start(stage.work, stage.allowance, stage.keep)
    over: asyncio.Future[Ended] = loop.create_future()

    def hear() -> None:
        ended = child.read()
        if ended is not None:
            # At once: its pipe is closed, and the next file opened may have its number.
            loop.remove_reader(child.pipe)
            over.set_result(ended)

    loop.add_reader(child.pipe, hear)
    try:
        async with asyncio.timeout_at(child.deadline):
            return await over
    except TimeoutError:
        loop.remove_reader(child.pipe)
        return child.kill(Ending.TIMED_OUT)
    except asyncio.CancelledError:
        loop.remove_reader(child.pipe)
        child.kill(Ending.TIMED_OUT)
        raise


async def _say(writer: asyncio.StreamWriter, message: Message) -> None:
    writer.write(encode(message))
    async with asyncio.timeout(PATIENCE):
        await writer.drain()


async def _receive(upload: Upload, reader: asyncio.StreamReader) -> None:
    """Take the bytes of a document. Raises EOFError when the client hangs up first."""
    while upload.missing:
        async with asyncio.timeout(PATIENCE):
            chunk = await reader.read(min(_CHUNK, upload.missing))
        if not chunk:
            raise EOFError
        upload.write(chunk)
