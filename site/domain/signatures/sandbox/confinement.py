"""What a child may use, and how it gives up everything else before reading a document."""

import ctypes
import logging
import os
import resource
import signal
from dataclasses import dataclass
from enum import StrEnum

from communaute.domain.signatures.sandbox.system_calls import refuse_dangerous_calls


_MEGABYTE = 1024 * 1024
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000


class Measure(StrEnum):
    """A measure that the system may refuse; the others always hold."""

    NO_NETWORK = "network namespace"
    FILTERED_CALLS = "filtered system calls"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one child may use."""

    memory_bytes: int = 768 * _MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    open_files: int = 64
    answer_bytes: int = 8 * _MEGABYTE
    network: bool = False
    written_bytes: int = 0
    """The longest file it may write: none where documents are read."""


VERIFYING = Allowance()
# The broker's child asks other hosts and waits for them; it never sees a document.
FETCHING = Allowance(
    wall_seconds=25.0, answer_bytes=64 * _MEGABYTE, network=True, written_bytes=32 * _MEGABYTE
)


def confine(allowance: Allowance, parent: int) -> frozenset[Measure]:
    """Confine this process for good; return those measures that the system granted.

    `parent` is the process that forked it, whose end it does not outlive.
    """
    measures = set()
    libc = ctypes.CDLL(None, use_errno=True)
    _silence_logs()
    _limit(allowance)
    if not allowance.network and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        measures.add(Measure.NO_NETWORK)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # After the new user namespace, which cancels it: die with the server, were it killed.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    if not allowance.network and refuse_dangerous_calls():
        measures.add(Measure.FILTERED_CALLS)
    return frozenset(measures)


def granted_measures() -> frozenset[Measure]:
    """Which measures the system grants here, tried in a process that ends at once."""
    parent, child = os.getpid(), os.fork()
    if child == 0:
        granted = confine(VERIFYING, parent)
        os._exit(sum(1 << rank for rank, measure in enumerate(Measure) if measure in granted))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return frozenset(measure for rank, measure in enumerate(Measure) if code & 1 << rank)


def _silence_logs() -> None:
    """Let the libraries write to no log: their messages name signers."""
    for name in ("pyhanko", "pyhanko_certvalidator", "signxml", "asyncio"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())


def _limit(allowance: Allowance) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, allowance.memory_bytes),
        (resource.RLIMIT_DATA, allowance.memory_bytes),
        (resource.RLIMIT_NOFILE, allowance.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, allowance.written_bytes),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (value, value))
    # At the first limit SIGXCPU, at the second SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (allowance.cpu_seconds, allowance.cpu_seconds + 1))
