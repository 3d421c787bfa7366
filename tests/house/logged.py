"""What the log of this process would hold, for as long as a test listens."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logged(formatter: logging.Formatter, name: str | None = None) -> Iterator[io.StringIO]:
    """All that a logger, or the root, writes from the information on, as the formatter writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger(name)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
