"""Revocation data kept on disk until their next update: a file each, its date its expiry."""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path


LONGEST = timedelta(days=1)
"""Revocation lists are due every few days; a day-old one is asked for again."""
TOTAL_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RevocationCache:
    """Answers by what was asked. They are public data: they name no document and no visitor."""

    folder: Path

    def get(self, key: bytes, now: datetime) -> bytes | None:
        """What was answered to this question and is still good."""
        path = self._path(key)
        try:
            return path.read_bytes() if path.stat().st_mtime > now.timestamp() else None
        except OSError:
            return None

    def put(self, key: bytes, answer: bytes, next_update: datetime | None, now: datetime) -> None:
        """Keep an answer until its next update; one that announces none is not kept."""
        if next_update is None or next_update <= now:
            return
        until = min(next_update, now + LONGEST).timestamp()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tidy(now, len(answer))
        number, name = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(number, "wb") as file:
            file.write(answer)
        os.utime(name, (until, until))
        os.replace(name, self._path(key))

    def _path(self, key: bytes) -> Path:
        return self.folder / hashlib.sha256(key).hexdigest()

    def _tidy(self, now: datetime, needed: int) -> None:
        """Remove what is past its date, then the next to be, until there is room."""
        total = needed
        found = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._files()]
        for expiry, size, path in sorted(found, reverse=True):
            total += size
            if expiry <= now.timestamp() or total > TOTAL_BYTES:
                with suppress(FileNotFoundError):
                    path.unlink()

    def _files(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if path.is_file()]
