"""Long lists, a page at a time."""


def page_among(asked: int, rows: int, size: int) -> tuple[int, int]:
    """The page to show, from 1, and how many there are: the one asked for, the last when beyond."""
    pages = max(1, -(-rows // size))
    return min(max(1, asked), pages), pages
