"""The documentation search: French analysis, index, queries. Knows neither Flask nor the site."""

from search_index.building import build
from search_index.document import Document, Guidance
from search_index.opening import open_index
from search_index.results import IndexUnavailable


__all__ = ["Document", "Guidance", "IndexUnavailable", "build", "open_index"]
