"""What the verbs of messages refuse."""

from collections.abc import Mapping

from communaute.domain.errors import DomainError


class MessageRefused(DomainError):
    """A rule refused; the sentence says what to do instead."""


class Incomplete(MessageRefused):
    """Something is missing or cannot be: `faults` says it field by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = dict(faults)


class Changed(MessageRefused):
    """A colleague saved the draft meanwhile, or has sent it."""


class Held(MessageRefused):
    """Messages are held, of this sender or of everybody."""


class TooMany(MessageRefused):
    """More recipients than one message may have."""


class FileRefused(MessageRefused):
    """A file that is not what it says, or that is not allowed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")
