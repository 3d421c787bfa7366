"""What a caller of the search must be ready for."""


class IndexUnavailable(Exception):  # noqa: N818 - it says what is the case, not what broke
    """No readable index in the folder: missing, truncated, or written by another version.

    Nothing is lost: build() makes a new one. Meanwhile a page may answer from titles.
    """
