"""A question understood: groups of alternatives, each group one word of what was typed."""

from dataclasses import dataclass, field

from search_index.analysis import Term
from search_index.equivalents import Phrase


@dataclass(slots=True)
class Group:
    """One word of the question and the phrases that may stand for it, each with its share."""

    term: Term
    weight: float
    phrases: dict[Phrase, float] = field(default_factory=dict)
    surface: int = -1  # the word as typed, if the index has it
    respelled: str = ""  # the nearest known spelling of an unknown word


@dataclass(frozen=True, slots=True)
class Query:
    """A question: its text as read, and its groups in order."""

    text: str
    groups: tuple[Group, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words typed that no text says, in any spelling; the parts of a code aside."""
        return tuple(
            self.text[group.term.start : group.term.end]
            for group in self.groups
            if not group.phrases and group.term.kind in ("word", "whole")
        )

    @property
    def says_nothing(self) -> bool:
        """Whether the subject is unknown: all that the texts know is « page » or « comment »."""
        known = [group for group in self.groups if group.phrases]
        return bool(self.unknown) and all(group.term.kind == "soft" for group in known)

    @property
    def only_identifiers(self) -> bool:
        """Whether nothing but numbers and codes was asked."""
        return bool(self.groups) and all(g.term.kind in ("whole", "part") for g in self.groups)

    @property
    def as_typed(self) -> list[tuple[float, dict[Phrase, float]]]:
        """The words that the index has in the very form typed, with their weights."""
        return [(g.weight, {(g.surface,): 1.0}) for g in self.groups if g.surface >= 0]

    @property
    def suggestion(self) -> str:
        """The text with unknown words in their nearest spelling, or "" if none was found."""
        corrected, at = "", 0
        for group in sorted(self.groups, key=lambda group: group.term.start):
            if group.respelled and group.term.start >= at:
                corrected += self.text[at : group.term.start] + group.respelled
                at = group.term.end
        return corrected + self.text[at:] if at else ""
