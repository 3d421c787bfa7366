"""The documentation search: French analysis, index, queries."""

from search_index.document import Document


__all__ = ["Document"]
