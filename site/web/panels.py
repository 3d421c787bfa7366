"""What a feature shows of its own in « Mon espace »: plain values, so that accounts knows no feature."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is mine: where it leads, and one line about it."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A heading, what there is under it, and where all of it is; `empty` is said when there is nothing."""

    title: str
    lines: tuple[Line, ...]
    empty: str
    more: Line
