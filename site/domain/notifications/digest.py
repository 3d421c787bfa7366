"""One digest: what waits for the person first, then what moved, by structure, in plain lines."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.happenings import Happening, OfInvoice, Wait
from communaute.domain.notifications.topics import AT_ONCE, Topic
from communaute.domain.structures import lifecycle
from communaute.domain.structures.events import EventKind
from communaute.domain.structures.numbers import Siret
from communaute.french.dates import date_in_words, moment_in_words
from communaute.french.numbers import amount, plural


log = logging.getLogger(__name__)
MOST_LINES = 50
UNTOLD = "Un événement n’a pas pu être décrit : ouvrez la structure pour le voir."
SENTENCES = {
    EventKind.DECLARED: "La structure est déclarée sur ce site",
    EventKind.ATTACHMENT_ASKED: "Une personne demande à être rattachée",
    EventKind.ATTACHMENT_ACCEPTED: "Votre rattachement est accepté",
    EventKind.ATTACHMENT_REFUSED: "Votre demande de rattachement est refusée",
    EventKind.SPACE_OPENED: "Un espace est ouvert",
    EventKind.MANDATE_ADDED: "Un mandat de facturation est noté",
    EventKind.SIRET_CHANGED: "Le SIRET a changé",
    EventKind.SIRET_CHANGE_UNDONE: "Le changement de SIRET est annulé",
}

ACTS = {
    "SUSPENDUE": "suspendue, complétez-la",
    "A_RECYCLER": "à recycler, corrigez son destinataire",
    "REJETEE": "rejetée, acquittez le rejet",
    "A_VALIDER": "à valider par le titulaire ou le mandataire",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it leads (a path of the site) and what it says."""

    text: str
    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """What moved in one structure, the latest first."""

    structure: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """One digest. `moved` counts lines, those left out included; `faults` name events, and why."""

    waits: tuple[Line, ...]
    groups: tuple[Group, ...]
    moved: int
    waiting: int
    faults: dict[int, str] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """How many lines do not fit."""
        shown = len(self.waits) + sum(len(group.lines) for group in self.groups)
        return self.moved + self.waiting - shown

    @property
    def subject(self) -> str:
        """The mail's subject: what waits, or how much moved."""
        news = plural(self.moved, "nouvelle", "nouvelles")
        if self.waiting:
            return f"{plural(self.waiting, 'chose vous attend', 'choses vous attendent')}, {news}"
        return f"Vos structures : {news}"


def compose(
    choices: Choices, happenings: Sequence[Happening], waits: Sequence[Wait] = ()
) -> Digest | None:
    """The digest of one person, or None when nothing of what they want moved: none is ever empty.

    An event that cannot be told has a line that says so, and its reason among `faults`.
    """
    faults: dict[int, str] = {}
    told = [
        (one, line)
        for one, line in _told(happenings, faults)
        if choices.wants(_topic(one), one.structure_id) and _topic(one) not in AT_ONCE
    ]
    if not told:
        return None
    groups = tuple(_groups(_last_of_each(told)))
    asked = [_wait_line(one) for one in waits if choices.wants(one.topic, one.structure_id)]
    shown = tuple(asked[:MOST_LINES])
    return Digest(
        waits=shown,
        groups=tuple(_first(groups, MOST_LINES - len(shown))),
        moved=sum(len(group.lines) for group in groups),
        waiting=len(asked),
        faults=faults,
    )


Told = tuple[Happening, Line]


def _told(happenings: Sequence[Happening], faults: dict[int, str]) -> Iterator[Told]:
    for one in happenings:
        try:
            yield one, line_of(one)
        except Exception as fault:
            # One event that nobody foresaw must not keep everybody's mail: staff are shown it.
            log.warning("event %s cannot be told: %s", one.event_id, type(fault).__name__)
            faults[one.event_id] = type(fault).__name__
            yield one, Line(UNTOLD, f"/compte/structures/{one.structure_id}", one.at)


def told_line(one: Happening) -> Line:
    """What one event says, or that it could not be told."""
    return next(line for _, line in _told([one], {}))


def _topic(one: Happening) -> Topic:
    try:
        return one.topic
    except ValueError:
        return Topic.STRUCTURE


def _last_of_each(told: Sequence[Told]) -> list[Told]:
    """One line an invoice, the last, with how many changes it stands for.

    An invoice between two structures of one person happens in both: it is told where it moved last.
    """
    home = {one.invoice.id: one.structure_id for one, _ in told if one.invoice}
    last: dict[tuple[str, int], Told] = {}
    count: Counter[tuple[str, int]] = Counter()
    for one, line in told:
        if one.invoice and home[one.invoice.id] != one.structure_id:
            continue
        key = ("invoice", one.invoice.id) if one.invoice else ("event", one.event_id)
        count[key] += 1
        if count[key] > 1:
            line = Line(f"{line.text} ({count[key]} changements)", line.path, line.at)
        last[key] = (one, line)
    return list(last.values())


def _groups(told: Sequence[Told]) -> Iterator[Group]:
    def structure(each: Told) -> tuple[str, int]:
        return each[0].structure, each[0].structure_id

    for (name, _), inside in groupby(sorted(told, key=structure), key=structure):
        lines = sorted((line for _, line in inside), key=attrgetter("at"), reverse=True)
        yield Group(name, tuple(lines))


def _first(groups: Sequence[Group], most: int) -> Iterator[Group]:
    """The groups, until so many lines are shown."""
    for group in groups:
        shown = group.lines[:most]
        most -= len(shown)
        if shown:
            yield Group(group.structure, shown)


def line_of(one: Happening) -> Line:
    """What one event says. Raises ValueError, KeyError for one that is of no known kind."""
    path = f"/compte/structures/{one.structure_id}"
    kind = EventKind(one.kind)
    if kind is EventKind.ATTACHMENT_ASKED:
        path = "/compte/structures/demandes"
    if kind is EventKind.MESSAGE:
        path = f"/outils/messages/{one.structure_id}/recus/{one.message}"
        text = f"Message de {one.sender}"
    elif one.invoice is None:
        text = SENTENCES[kind] + (f" ({Siret(one.siret)})" if one.siret else "")
    else:
        path = f"{path}/factures/{one.invoice.id}"
        step = lifecycle.status(one.status).label.lower() if one.status else "reçue"
        text = f"{_named(one.invoice)} : {step}"
    return Line(f"{text}, le {moment_in_words(one.at)}", path, one.at)


def _named(invoice: OfInvoice) -> str:
    said = f"Facture {invoice.number} de {invoice.sender} pour {invoice.recipient}"
    return f"{said}, {amount(invoice.amount)}"


def _wait_line(wait: Wait) -> Line:
    path = f"/compte/structures/{wait.structure_id}"
    if wait.invoice is None:
        asked = plural(wait.requests, "demande de rattachement", "demandes de rattachement")
        text = f"{asked} à {wait.structure}, depuis le {date_in_words(wait.since)}"
        return Line(text, "/compte/structures/demandes", wait.since)
    text = f"{_named(wait.invoice)} : {ACTS[wait.status]}, depuis le {date_in_words(wait.since)}"
    if wait.until:
        text += f" ; sans réponse, validée le {date_in_words(wait.until)}"
    return Line(text, f"{path}/factures/{wait.invoice.id}", wait.since)
