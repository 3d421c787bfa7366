"""Start a child that answers with bytes, and learn how it ended, whatever it did."""

from __future__ import annotations

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from communaute.domain.signatures.sandbox.confinement import Allowance, confine


_OUT_OF_MEMORY, _RAISED = 71, 70
_CHUNK = 1 << 16

Work = Callable[[], bytes]


class Ending(StrEnum):
    """How a child ended."""

    ANSWERED = "answered"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a child, with its answer when there is one."""

    ending: Ending
    answer: bytes = b""


@dataclass(slots=True)
class Child:
    """A running child: the pipe its answer comes through, and the moment it must be done."""

    pid: int
    pipe: int
    deadline: float
    """In seconds of `time.monotonic()`."""
    answer_bytes: int
    _received: bytearray = field(default_factory=bytearray)
    _killed_for: Ending | None = None

    def read(self) -> Ended | None:
        """Take what is in the pipe without waiting; the end of the child once it is closed."""
        try:
            chunk = os.read(self.pipe, _CHUNK)
        except BlockingIOError:
            return None
        self._received += chunk
        if len(self._received) > self.answer_bytes:
            return self.kill(Ending.OUT_OF_MEMORY)
        return None if chunk else self._end()

    def kill(self, reason: Ending) -> Ended:
        """End the child at once, for this reason."""
        self._killed_for = reason
        return self._end()

    def _end(self) -> Ended:
        """Reap the child, killed first: it may have closed its pipe and live on.

        A child that is ending by itself keeps the status it ended with.
        """
        for send in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                send(self.pid, signal.SIGKILL)
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.pipe)
        ending = self._killed_for or _ending(status)
        return Ended(ending, bytes(self._received) if ending is Ending.ANSWERED else b"")


def start(work: Work, allowance: Allowance, keep: Collection[int] = ()) -> Child:
    """Fork a confined child that runs `work` and sends what it returns; `keep`: its files.

    The caller must be single-threaded: a fork copies only the thread that forks.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    deadline = time.monotonic() + allowance.wall_seconds
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _live(work, allowance, parent, writing, keep)
    os.close(writing)
    os.set_blocking(reading, False)
    return Child(pid, reading, deadline, allowance.answer_bytes)


def _live(work: Work, allowance: Allowance, parent: int, pipe: int, keep: Collection[int]) -> None:
    """The whole life of the child: it never returns."""
    status = _RAISED
    try:
        _forget_parent({pipe, *keep})
        confine(allowance, parent)
        _send(pipe, work())
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
    finally:
        os._exit(status)


def _forget_parent(keep: Collection[int]) -> None:
    """Drop the parent's signals, its output and its files, other visitors' documents first."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    start = 3
    for kept in (*sorted(keep), os.sysconf("SC_OPEN_MAX")):
        os.closerange(start, kept)
        start = kept + 1


def _send(pipe: int, answer: bytes) -> None:
    view = memoryview(answer)
    while view:
        view = view[os.write(pipe, view) :]


def _ending(status: int) -> Ending:
    """What an exit status means. SIGKILL is the kernel's: out of CPU time or out of memory."""
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return Ending.ANSWERED
    if code in (_OUT_OF_MEMORY, -signal.SIGKILL):
        return Ending.OUT_OF_MEMORY
    return Ending.TIMED_OUT if code == -signal.SIGXCPU else Ending.CRASHED


def run(work: Work, allowance: Allowance, keep: Collection[int] = ()) -> Ended:
    """Start a child and wait for its end: what a command does, and a server must not."""
    child = start(work, allowance, keep)
    with selectors.DefaultSelector() as selector:
        selector.register(child.pipe, selectors.EVENT_READ)
        while True:
            remaining = child.deadline - time.monotonic()
            if remaining <= 0:
                return child.kill(Ending.TIMED_OUT)
            if selector.select(remaining) and (ended := child.read()):
                return ended
