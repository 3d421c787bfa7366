"""What may be searched, and which searches without an answer are remembered."""

import hashlib
import hmac
import re
import unicodedata
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.models.search import MissedSearch


LONGEST_QUERY = 200
# Our own rules: a query becomes readable on its third day, and is never kept with an address
# or a number in it. Past so many unread hashes, no more are taken: nobody fills the table.
DAYS_BEFORE_TEXT = 3
MOST_DIGITS = 3
MOST_PENDING = 20_000
SPACES = re.compile(r"\s+")
# Control, format (direction marks, zero-width), surrogate, private and unassigned characters.
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean_query(text: str) -> str:
    """What was typed, on one line, without invisible characters, 200 characters at most."""
    # Cut first: normalising can be slow on a text made to be so.
    visible = (
        " " if character.isspace() or unicodedata.category(character) in UNPRINTABLE else character
        for character in text[: 4 * LONGEST_QUERY]
    )
    normalised = unicodedata.normalize("NFC", "".join(visible))
    return SPACES.sub(" ", normalised).strip()[:LONGEST_QUERY].rstrip()


def has_words(query: str) -> bool:
    """Whether the query holds a letter or a digit."""
    return any(character.isalnum() for character in query)


def may_be_remembered(query: str) -> bool:
    """Whether a query may be kept at all: no « @ », no more than three digits."""
    digits = sum(character.isdigit() for character in query)
    return has_words(query) and "@" not in query and digits <= MOST_DIGITS


def note_missed(session: Session, query: str, *, key: str, today: date) -> MissedSearch | None:
    """Count a day on which this query found nothing; answers its row, None if it may not be kept.

    Until the third different day only a keyed hash is stored, which nobody can read back; on
    the third, the words. The same query twice in a day counts once.
    """
    words = clean_query(query).casefold()[:LONGEST_QUERY]
    if not may_be_remembered(words):
        return None
    digest = hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()
    missed = session.scalar(select(MissedSearch).where(MissedSearch.digest == digest))
    if missed is None:
        return _first_day(session, digest, today)
    if missed.last_day != today:
        missed.days += 1
        missed.last_day = today
    if missed.days >= DAYS_BEFORE_TEXT:
        missed.text = words
    return missed


def _first_day(session: Session, digest: str, today: date) -> MissedSearch | None:
    pending = select(func.count()).select_from(MissedSearch).where(MissedSearch.text.is_(None))
    if (session.scalar(pending) or 0) >= MOST_PENDING:
        return None
    missed = MissedSearch(digest=digest, days=1, last_day=today)
    session.add(missed)
    return missed


def missed_searches(session: Session) -> list[MissedSearch]:
    """The queries seen on three different days or more, the most seen first."""
    readable = select(MissedSearch).where(MissedSearch.text.is_not(None))
    return list(session.scalars(readable.order_by(MissedSearch.days.desc(), MissedSearch.text)))
