"""Take over a list of subscribers from a file, line by line; give ours out. Invented ones for practice.

Nobody is subscribed without the words and the day of their consent, nor against their choice: whoever left,
asked to be erased, or cannot be reached is refused.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.addresses import mailbox_digest
from communaute.domain.newsletter.context import LIST, Context
from communaute.domain.newsletter.errors import InvalidRequest
from communaute.domain.newsletter.subscribers import THEMES, Step, held, packed, prove, unpacked
from communaute.domain.newsletter.subscribing import read_rhythm, read_themes
from communaute.french.reading import Unreadable, read_address, read_day
from communaute.models.newsletter import Rhythm, Subscriber, Suppression


COLUMNS = ("courriel", "consentement", "themes", "rythme")
REQUIRED = ("courriel", "consentement")
LONGEST_CONSENT = 500
_DAY = re.compile(r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})\b")
BATCH = 1_000


class Taken(StrEnum):
    """What became of a line."""

    ADDED = "added"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One line of a file: its number, what became of it, why."""

    number: int
    taken: Taken
    reason: str = ""


def take_over(context: Context, text: str) -> Iterator[Line]:
    """Subscribe the people of a CSV (`courriel`, `consentement`, and if there are `themes`, `rythme`).

    Commits by batch; each line is told. Raises InvalidRequest for a file without its columns.
    """
    head = text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text.removeprefix("\ufeff")),
        delimiter=";" if head.count(";") > head.count(",") else ",",
    )
    missing = [name for name in REQUIRED if name not in (rows.fieldnames or ())]
    if missing:
        raise InvalidRequest(
            f"Il manque la colonne {' et la colonne '.join(missing)} : sans consentement daté, personne "
            "n’est abonné.",
            "consentement",
        )
    for count, row in enumerate(rows, 1):
        yield _line(context, rows.line_num, row)
        if not count % BATCH:
            context.session.commit()
    context.session.commit()


def _line(context: Context, number: int, row: dict[str, str | None]) -> Line:
    try:
        return _take(context, number, {name: (row.get(name) or "").strip() for name in COLUMNS})
    except (Unreadable, InvalidRequest) as refused:
        return Line(number, Taken.REFUSED, str(refused))


def _take(context: Context, number: int, cells: dict[str, str]) -> Line:
    address = read_address(cells["courriel"])
    day = _consent_day(cells["consentement"], context.today)
    themes = read_themes([one for one in re.split(r"[\s,;|]+", cells["themes"]) if one])
    rhythm = read_rhythm(cells["rythme"] or Rhythm.MONTHLY)
    digest = mailbox_digest(address)
    known = context.session.scalar(select(Subscriber).where(Subscriber.digest == digest))
    barred = select(Suppression.id).where(
        Suppression.list_name == LIST, Suppression.digest == digest
    )
    has_left = known is not None and known.left_at is not None
    if has_left or context.session.scalar(barred) is not None:
        return Line(
            number,
            Taken.REFUSED,
            "Cette personne est partie, ou ne peut plus être jointe : elle seule se réabonne.",
        )
    if known is not None and known.confirmed_at is not None:
        return Line(number, Taken.KNOWN)
    row = held(context.session, address)
    row.themes, row.rhythm = packed(themes), rhythm
    row.confirmed_at = datetime.combine(day, time(), UTC)
    row.asked_themes, row.asked_rhythm, row.asked_at = "", None, None
    prove(context.session, row, Step(name="imported", wording=cells["consentement"]), context.now)
    return Line(number, Taken.ADDED)


def _consent_day(said: str, today: date) -> date:
    """The day of a consent, which says how it was given besides. Raises InvalidRequest, Unreadable."""
    found = _DAY.search(said)
    if found is None or len(said) - len(found[0]) < 5:
        raise InvalidRequest(
            "Donnez le jour du consentement et comment il a été donné, par exemple « 2025-03-01, formulaire "
            "du salon ».",
            "consentement",
        )
    day = read_day(found[0])
    if day > today or len(said) > LONGEST_CONSENT:
        raise InvalidRequest(
            "Le jour du consentement est à venir, ou le texte trop long.", "consentement"
        )
    return day


def give_out(session: Session) -> Iterator[list[str]]:
    """The subscribers as rows of a CSV that `take_over` reads: its header first, then the confirmed."""
    yield list(COLUMNS)
    last = 0
    while True:
        found = select(Subscriber).where(
            Subscriber.id > last, Subscriber.confirmed_at.is_not(None), Subscriber.left_at.is_(None)
        )
        rows = session.scalars(found.order_by(Subscriber.id).limit(BATCH)).all()
        for row in rows:
            last = row.id
            confirmed = row.confirmed_at or row.asked_at
            said = f"{confirmed:%Y-%m-%d}, confirmé sur le site" if confirmed else ""
            yield [row.address, said, " ".join(unpacked(row.themes)), row.rhythm]
        if len(rows) < BATCH:
            return


# People of practice: no mail reaches `.example`.
PRACTICE, EVERY_THEME = 60, tuple(THEMES)


def load_practice(session: Session, now: datetime) -> int:
    """Add invented subscribers, so that a sending can be rehearsed; answers how many are new."""
    added = 0
    for number in range(1, PRACTICE + 1):
        row = held(session, f"abonne{number:02}@lecteurs.example")
        if row.confirmed_at is not None or row.left_at is not None:
            continue
        row.themes = packed([EVERY_THEME[number % 5], EVERY_THEME[(number * 3 + 1) % 5]])
        row.rhythm = Rhythm.ARTICLES if number % 6 == 0 else Rhythm.MONTHLY
        row.confirmed_at = now
        row.left_at = now if number % 20 == 0 else None
        prove(session, row, Step(name="imported", wording="Personne inventée, pour s’exercer"), now)
        added += 1
    return added
