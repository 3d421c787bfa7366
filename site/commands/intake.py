"""`flask intake`: what Chorus Pro or an operator tells, from a file."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click
from flask.cli import AppGroup

from communaute.domain import clock
from communaute.domain.structures.intake.lines import exact
from communaute.domain.structures.intake.taking import BATCH, take
from communaute.domain.structures.intake.values import Outcome, Result
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.wiring import current


intake_commands = AppGroup("intake", help="Structures, factures et statuts reçus de Chorus Pro.")
LONGEST_LINE = 1_000_000
# What is no JSON at all: the domain refuses it in a sentence.
NOT_JSON = None


@intake_commands.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Reçoit FILE, un événement JSON par ligne. Peut se répéter sans rien doubler.

    Écrit chaque refus avec son numéro de ligne et sa raison, puis compte les résultats.
    """
    counts: Counter[Result] = Counter()
    size = file.stat().st_size
    with (
        file.open("rb") as lines,
        click.progressbar(length=size, label="Réception", file=sys.stderr) as bar,
    ):
        for batch in batches(lines):
            # In a transaction of its own: a stop in the middle leaves whole batches.
            session = db.session()
            outcomes = take(
                session,
                [event for _, event in batch],
                base_url=current.settings().base_url,
                now=clock.now(),
            )
            session.commit()
            session.expunge_all()
            say(batch, outcomes, counts)
            bar.update(lines.tell() - bar.pos)
    click.echo(", ".join(f"{result.value}: {counts[result]}" for result in Result))


def batches(lines: Iterator[bytes]) -> Iterator[list[tuple[int, object]]]:
    """The events with their line numbers, BATCH at a time; empty lines are left out."""
    numbered = (
        (number, parsed(line)) for number, line in enumerate(read_lines(lines), 1) if line.strip()
    )
    while batch := list(islice(numbered, BATCH)):
        yield batch


def read_lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines as they are, without the mark some editors put first."""
    for number, line in enumerate(lines):
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line


def parsed(line: bytes) -> object:
    """The line's JSON, its numbers exact; NOT_JSON when it is none."""
    if len(line) > LONGEST_LINE:
        return NOT_JSON
    try:
        return json.loads(line, parse_float=exact)
    except (ValueError, RecursionError):
        return NOT_JSON


def say(batch: list[tuple[int, object]], outcomes: list[Outcome], counts: Counter[Result]) -> None:
    """Count, and write down each refusal; those of lines that had waited come last."""
    counts.update(outcome.result for outcome in outcomes)
    numbers = [f"ligne {number}" for number, _ in batch]
    numbers += ["ligne qui attendait"] * (len(outcomes) - len(batch))
    for where, outcome in zip(numbers, outcomes, strict=True):
        if outcome.result is Result.REFUSED:
            click.echo(f"{where} ({outcome.id or 'sans id'}): {typeset(outcome.reason)}", err=True)
