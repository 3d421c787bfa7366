"""What is wrong in a content file, said so that its author can put it right."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to put right: which file, which line (from 1), what to do, in French.

    `hides` is true when visitors do not get the page (or the block) because of it.
    """

    file: Path
    line: int
    message: str
    hides: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BrokenFileError(Exception):
    """The file cannot become a page; carries the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
