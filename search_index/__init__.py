"""The documentation search: French analysis, index, queries. Knows neither Flask nor the site."""

from search_index.building import build
from search_index.document import Document
from search_index.errors import IndexUnavailable
from search_index.live import LiveIndex
from search_index.opening import open_index


__all__ = ["Document", "IndexUnavailable", "LiveIndex", "build", "open_index"]
