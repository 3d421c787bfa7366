"""The index of a long-lived process: always the generation published last."""

from pathlib import Path
from threading import Lock

from search_index import generations
from search_index.errors import IndexUnavailable
from search_index.opening import Index, open_index


class LiveIndex:
    """Keeps an index open and takes the next generation once it is published.

    Looking costs one readlink. A request that is being answered keeps the index it has; a
    new generation that cannot be opened leaves the former in place.
    """

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        self._index: Index | None = None
        self._lock = Lock()

    def get(self) -> Index:
        """Return the index published last; raise IndexUnavailable if none can be opened."""
        index = self._index
        try:
            published = generations.current(self.directory)
            if index is None or index.generation != published:
                index = self._take(published)
        except IndexUnavailable:
            if index is None:
                raise
        return index

    def _take(self, published: Path) -> Index:
        with self._lock:
            if self._index is None or self._index.generation != published:
                self._index = open_index(self.directory)
            return self._index
