"""What a caller of the search must be ready for."""


class IndexUnavailable(Exception):
    """No readable index in the folder: missing, truncated, or written by another version.

    Nothing is lost: build() makes a new one. Meanwhile a page may answer from titles.
    """
