"""The server's socket: one server a path, a dead server's file replaced, no other user let in."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


PATH_BYTES = 107  # sun_path of Linux, its final zero deducted
_BACKLOG = 128


class SocketTaken(RuntimeError):
    """Another server answers on this path."""


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """Listen on a Unix socket until the end of the block, then remove its file.

    A lock on `<path>.lock`, which the kernel drops with its holder, tells a living server from
    the file of a dead one. Raises SocketTaken, and OSError when the path cannot be used.
    """
    if len(os.fsencode(path)) > PATH_BYTES:
        raise OSError(f"the path of a Unix socket holds {PATH_BYTES} bytes at most: {path}")
    with (path.with_name(path.name + ".lock")).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SocketTaken(str(path)) from error
        with _bound(path) as server:
            try:
                yield server
            finally:
                with suppress(FileNotFoundError):
                    path.unlink()


def _bound(path: Path) -> socket.socket:
    with suppress(FileNotFoundError):
        path.unlink()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    former = os.umask(0o117)  # the owner and its group: the web process
    try:
        server.bind(os.fspath(path))
    finally:
        os.umask(former)
    server.listen(_BACKLOG)
    server.setblocking(False)
    return server
