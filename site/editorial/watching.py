"""Development: the content read again when a file changes."""

from collections.abc import Callable
from threading import Lock

from communaute.editorial.content import Content


class Watcher:
    """Gives the content, read again by `read` when one of its files has changed."""

    def __init__(self, read: Callable[[], Content]) -> None:
        self._read = read
        self._lock = Lock()
        self._content = read()

    def content(self) -> Content:
        """Return the content as the files are now."""
        with self._lock:
            if self._content.stale():
                self._content = self._read()
            return self._content
