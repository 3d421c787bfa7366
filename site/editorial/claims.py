"""What a guide asserts, and whether its reader is told where that comes from.

A figure, a delay or a reference to the law has its call (`{2}`, or `{nous}` for what is ours) in its
own passage: a paragraph, a definition, an item of a list, a row of a table. Words quoted from a
screen or a message have theirs in the passage or in its step. The paragraph that introduces a list or
names a table speaks for it. Each step has a call. Descriptions of screens are held by their own
register (`screens.py`). These rules are ours: docs/decisions/0275.
"""

import re
from dataclasses import dataclass, field

from markdown_it.token import Token

from communaute.editorial.directives import CLOSE, OPEN
from communaute.editorial.draft import Draft, line_of


# Blocks that assert nothing of their own: drawn, or filled in by the site.
_SILENT = frozenset({"ecran", "graphique", "outil", "donnees"})
_LED = frozenset({"bullet_list", "ordered_list", "table"})
_NAMES = frozenset({"heading_open", "th_open"})  # what only names a part or a column
_LEADS = re.compile(r"^Tableau\s*:|:\s*$")
_SPELT = (
    r"un an|un mois|une (?:heure|semaine|année|seule fois)|"
    r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|"
    r"cinquante|soixante|cent|mille)(?:[ -]\w+)? "
    r"(?:jours?|mois|ans?|années?|heures?|minutes?|semaines?|euros?|caractères|essais|pages)"
)
_FIGURE = re.compile(
    rf"(?<![\w\-.])\d|\b[LRD]\.? ?\d{{2,}}|\bA\.? ?\d+-\d|\b(?:{_SPELT})\b|"
    r"\b(?:décret|arrêté) (?:n°|du)|\bloi (?:n°|de|du)",
    re.IGNORECASE,
)
_QUOTED = re.compile("[«“]")
_NO_CALL = (
    "« {} » : mettez le numéro de sa source ({{2}}), ou {{nous}} si c’est un exemple ou un conseil."
)
_NO_STEP = "Cette étape ne dit pas d’où elle vient : mettez {2}, ou {nous}."


@dataclass(slots=True)
class _Passage:
    """Words that stand together; `step` and `lead` are the places of what may speak for them."""

    line: int
    words: str
    called: bool
    step: int | None
    lead: int | None


@dataclass(slots=True)
class _Reading:
    """What has been read of a body: the line of each step, the passages, and where one is."""

    steps: list[int] = field(default_factory=list)
    passages: list[_Passage] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    leads: list[int | None] = field(default_factory=list)
    term: str = ""
    row: _Passage | None = None

    def follow(self, token: Token, before: str) -> None:
        """Take note of where a token that is not words leads; `before` is the one that precedes it."""
        if token.type == OPEN:
            self.blocks.append((token.info.split() or [""])[0])
            if self.blocks[-1] == "etape":
                self.steps.append(line_of(token))
        elif token.type == CLOSE:
            self.blocks.pop()
        elif token.type.startswith("tr_"):
            self.row = None
        elif token.type.rpartition("_")[0] in _LED:
            if token.nesting > 0:
                words = self.passages[-1].words if self.passages else ""
                leads = before == "paragraph_close" and _LEADS.search(words)
                self.leads.append(len(self.passages) - 1 if leads else None)
            else:
                self.leads.pop()

    def hear(self, token: Token, before: str, at: int) -> None:
        """Keep the words of an inline token that starts on line `at`, with those they stand with."""
        if before in _NAMES or _SILENT & set(self.blocks):
            return
        words = " ".join(child.content for child in token.children or () if child.type == "text")
        called = any(child.type == "source_call" for child in token.children or ())
        if before == "dt_open":
            self.term = f"{words} "
        elif before == "td_open" and self.row is not None:
            self.row.words += f" {words}"
            self.row.called |= called
        else:
            step = len(self.steps) - 1 if "etape" in self.blocks else None
            lead = self.leads[-1] if self.leads else None
            self.passages.append(_Passage(at, self.term + words, called, step, lead))
            self.term, self.row = "", self.passages[-1] if before == "td_open" else None


def check_claims(draft: Draft, tokens: list[Token]) -> None:
    """Note each passage of a guide that asserts without a call, and each step that has none."""
    reading = _read(tokens)
    told = {passage.step for passage in reading.passages if passage.called}
    for number, line in enumerate(reading.steps):
        if number not in told:
            draft.fault(line, _NO_STEP)
    for passage in reading.passages:
        led = passage.lead is not None and reading.passages[passage.lead].called
        quoted = None if passage.step in told - {None} else _QUOTED.search(passage.words)
        found = _FIGURE.search(passage.words) or quoted
        if found and not passage.called and not led:
            around = passage.words[max(0, found.start() - 10) : found.start() + 30]
            draft.fault(passage.line, _NO_CALL.format(" ".join(around.split())))


def _read(tokens: list[Token]) -> _Reading:
    reading, before, at = _Reading(), "", 0
    for token in tokens:
        at = token.map[0] if token.map else at
        if token.type == "inline":
            reading.hear(token, before, at)
        else:
            reading.follow(token, before)
        before = token.type
    return reading
