"""What a child may use, and how it gives up everything else before reading a document."""

import ctypes
import errno
import logging
import os
import platform
import resource
import signal
import struct
from dataclasses import dataclass
from enum import StrEnum


_MEGABYTE = 1024 * 1024
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
# Opened and made before the fork: a child would do it again each time.
_LIBC = ctypes.CDLL(None, use_errno=True)
_NOWHERE = logging.NullHandler()


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
    _silence_logs()
    _limit(allowance)
    if not allowance.network and _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        measures.add(Measure.NO_NETWORK)
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # After the new user namespace, which cancels it: die with the server, were it killed.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
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
    """Let nobody write to a log: the messages of the libraries name signers."""
    logging.getLogger().handlers = [_NOWHERE]
    for name in ("pyhanko", "pyhanko_certvalidator", "signxml", "asyncio"):
        logging.getLogger(name).handlers = []


def _mapped_bytes() -> int:
    """The address space of this process, in bytes; 0 where the system does not say."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    pages = os.read(file, 200).split()[0]
    os.close(file)
    return int(pages) * resource.getpagesize()


def _limit(allowance: Allowance) -> None:
    # What was mapped before the fork is the parent's: a child of a large process keeps half of its
    # allowance for its own document, where it would have found nothing left.
    memory = max(allowance.memory_bytes, _mapped_bytes() + allowance.memory_bytes // 2)
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_NOFILE, allowance.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, allowance.written_bytes),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (value, value))
    # At the first limit SIGXCPU, at the second SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (allowance.cpu_seconds, allowance.cpu_seconds + 1))


# The system calls refused to a child: network, processes, other processes' memory, writing.
#
# A filter of the kernel (seccomp, filter mode) refuses them even where namespaces are forbidden, as
# in most containers. What is not named here is allowed: a closed list would break at each new
# version of Python or of the C library.

# Name: number on x86_64, number on aarch64 (None where the architecture has no such call).
# Source: asm/unistd_64.h and asm-generic/unistd.h of Linux 6.1.
_REFUSED: dict[str, tuple[int, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "io_uring_setup": (425, 425),
    "fork": (57, None), "vfork": (58, None), "clone": (56, 220),
    "execve": (59, 221), "execveat": (322, 281),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "creat": (85, None), "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None),
    "renameat": (264, 38), "renameat2": (316, 276), "rmdir": (84, None), "mkdir": (83, None),
    "mkdirat": (258, 34), "link": (86, None), "linkat": (265, 37), "symlink": (88, None),
    "symlinkat": (266, 36), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "truncate": (76, 45), "mknod": (133, None), "mknodat": (259, 33),
}  # fmt: skip
# The C library falls back on older calls when these « do not exist ».
_ABSENT = {"clone3": (435, 435), "openat2": (437, 437)}
_OPENING = {"open": (2, None), "openat": (257, 56)}
_FLAGS_ARGUMENT = {"open": 1, "openat": 2}
_WRITING_FLAGS = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32_NUMBERS = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2


def refuse_dangerous_calls() -> bool:
    """Install the filter for this process, for good; False where the kernel has none.

    The process must have given up new privileges first (`prctl`, PR_SET_NO_NEW_PRIVS).
    """
    if _PROGRAM is None:
        return False
    buffer = ctypes.create_string_buffer(_PROGRAM, len(_PROGRAM))
    # struct sock_fprog: a count of 8-byte instructions, padding, their address.
    description = struct.pack("HxxxxxxP", len(_PROGRAM) // 8, ctypes.addressof(buffer))
    return bool(_LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, description, 0, 0) == 0)


def _filter(architecture: int, column: int) -> list[bytes]:
    """The program, run by the kernel at each call: one answer by number, allowed by default."""
    program = [
        _step(_LOAD, _ARCHITECTURE_OFFSET),
        _step(_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_OFFSET),
        _step(_AT_LEAST, _X32_NUMBERS, 0, 1),
        _step(_RETURN, _REFUSE | errno.EPERM),
    ]
    for name, numbers in _OPENING.items():
        program += _refuse_writing(numbers[column], _FLAGS_ARGUMENT[name])
    for numbers in _REFUSED.values():
        program += _answer(numbers[column], errno.EPERM)
    for numbers in _ABSENT.values():
        program += _answer(numbers[column], errno.ENOSYS)
    return [*program, _step(_RETURN, _ALLOW)]


def _answer(number: int | None, error: int) -> list[bytes]:
    if number is None:
        return []
    return [_step(_EQUAL, number, 0, 1), _step(_RETURN, _REFUSE | error)]


def _refuse_writing(number: int | None, argument: int) -> list[bytes]:
    """Refuse to open a file for writing; reading stays possible, Python imports late."""
    if number is None:
        return []
    return [
        _step(_EQUAL, number, 0, 4),
        _step(_LOAD, _ARGUMENTS_OFFSET + 8 * argument),
        _step(_ANY_BIT, _WRITING_FLAGS, 0, 1),
        _step(_RETURN, _REFUSE | errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction of classic BPF (struct sock_filter)."""
    return struct.pack("HBBI", code, if_true, if_false, value)


def _program(machine: str) -> bytes | None:
    architecture = _ARCHITECTURES.get(machine)
    return None if architecture is None else b"".join(_filter(*architecture))


_PROGRAM = _program(platform.machine())
