"""Generations of the index: made aside, published by one rename, removed later."""

import fcntl
import json
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from search_index.results import IndexUnavailable


POINTER = "current"
MANIFEST = "manifest.json"
LOCK = "build.lock"
# A reader holds its files open; one that has read the pointer but not yet opened them
# has this many later builds, and this many seconds, to do so.
KEPT = 2
GRACE = 60.0


@cache
def own_format() -> int:
    """Return a checksum of this package's code.

    The words of a question must be analysed as those of the texts were: an index is read
    only by the code that wrote it, and built again after an update.
    """
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return zlib.crc32(b"".join(source.read_bytes() for source in sources))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def publish(
    root: Path, fill: Callable[[Path], dict[str, Any]], check: Callable[[Path], None]
) -> Path:
    """Make a new generation and point to it; one builder at a time, others wait.

    `fill` writes the files and returns what the manifest says of them; `check` opens
    what was written and raises if it does not answer. Until the last step, which is a
    rename, readers see the former generation whole; after it, the new one whole.
    """
    with _alone(root):
        generation = root / f"g{time.time_ns()}"
        generation.mkdir()
        try:
            _write_manifest(generation, fill(generation))
            check(generation)
            _let_read(generation)
            _point_to(root, generation.name)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        _sweep(root, generation.name)
    return generation


def _let_read(generation: Path) -> None:
    """Let every user read it, whatever the umask: who builds may not be who reads, and it is public."""
    for path in (generation, *generation.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def current(root: Path) -> Path:
    """Return the folder of the published generation; raise IndexUnavailable if none."""
    try:
        name = os.readlink(root / POINTER)
    except OSError as error:
        message = f"no index is published in {root}"
        raise IndexUnavailable(message) from error
    return root / name


def manifest(generation: Path) -> dict[str, Any]:
    """Return the manifest after checking every file against it.

    Raise IndexUnavailable for a file missing, cut or changed, or another format. The
    check comes before Whoosh reads its pickled schema: it stops accidents, not malice.
    """
    try:
        told: dict[str, Any] = json.loads((generation / MANIFEST).read_text("utf-8"))
        sums = {str(name): int(checksum) for name, checksum in told["files"].items()}
        if told["format"] != own_format():
            message = f"{generation} was written by another version of this code"
            raise IndexUnavailable(message)
        damaged = [
            name for name, checksum in sums.items() if _checksum(generation / name) != checksum
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{generation} is not a readable index: {error!r}"
        raise IndexUnavailable(message) from error
    if damaged:
        message = f"{generation} is damaged: {', '.join(sorted(damaged))}"
        raise IndexUnavailable(message)
    return told


def _write_manifest(generation: Path, told: dict[str, Any]) -> None:
    files = {
        path.relative_to(generation).as_posix(): _checksum(path)
        for path in sorted(generation.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({"format": own_format(), **told, "files": files}, ensure_ascii=False)
    (generation / MANIFEST).write_text(text, "utf-8")


def _checksum(path: Path) -> int:
    return zlib.crc32(path.read_bytes())


def _point_to(root: Path, name: str) -> None:
    link = root / f"{POINTER}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(root / POINTER)


def _sweep(root: Path, published: str) -> None:
    """Remove old generations, and those a killed builder left half made."""
    others = sorted(path for path in root.glob("g*") if path.is_dir() and path.name != published)
    for path in others[:-KEPT]:
        if time.time() - path.stat().st_mtime > GRACE or len(others) > KEPT * 3:
            shutil.rmtree(path, ignore_errors=True)
