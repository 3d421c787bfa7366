"""What may be searched, and which searches without an answer are remembered."""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from communaute.domain.errors import DomainError
from communaute.domain.keeping import Rule, erased
from communaute.french.dates import in_paris
from communaute.models.search import MissedSearch, SearchClick, SearchUse, SearchWording


Remembered = TypeVar("Remembered", MissedSearch, SearchUse)
LONGEST_QUERY = 200
# Our own rules: a query becomes readable on its third day, and is never kept with an address
# or a number in it. Past so many unread hashes, no more are taken: nobody fills the table.
DAYS_BEFORE_TEXT = 3
MOST_DIGITS = 3
MOST_PENDING = 20_000
KEPT = timedelta(days=365)
# A query seen once or twice is a hash that nobody reads.
UNREAD_KEPT = timedelta(days=90)
# Past this rank, which result was opened tells nothing more.
LAST_RANK = 100
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
    return _remembered(session, MissedSearch, query, key=key, today=today)


def note_use(
    session: Session, query: str, *, rank: int = 0, again: bool = False, key: str, today: date
) -> SearchUse | None:
    """Count that results were seen, or the one of a `rank` opened, or that one searched `again`.

    Kept as a missed search is: None for a query that may not be kept.
    """
    use = _remembered(session, SearchUse, query, key=key, today=today)
    if use is None:
        return None
    use.seen = (use.seen or 0) + (not rank and not again)
    use.again = (use.again or 0) + again
    if 0 < rank <= LAST_RANK:
        session.flush()
        of_rank = SearchClick.use_id == use.id, SearchClick.rank == rank
        click = session.scalar(select(SearchClick).where(*of_rank))
        if click is None:
            click = SearchClick(use_id=use.id, rank=rank, count=0)
            session.add(click)
        click.count += 1
    return use


def worst_searches(session: Session, limit: int) -> list[Row[tuple[str, int, int, int, int]]]:
    """The readable queries: text, seen, opened, of which first, again; the worst served first.

    Worst: most often left without opening anything, or searched again at once.
    """
    opened = func.coalesce(func.sum(SearchClick.count), 0)
    first = func.coalesce(func.sum(SearchClick.count).filter(SearchClick.rank == 1), 0)
    worst = SearchUse.seen - opened + SearchUse.again
    asked = (
        select(SearchUse.text, SearchUse.seen, opened, first, SearchUse.again)
        .outerjoin(SearchClick, SearchClick.use_id == SearchUse.id)
        .where(SearchUse.text.is_not(None))
        .group_by(SearchUse.id)
        .order_by(worst.desc(), SearchUse.text)
    )
    return list(session.execute(asked.limit(limit)))


def found_searches(session: Session, limit: int) -> list[tuple[str, int]]:
    """The readable queries whose results were seen most, and how often."""
    asked = select(SearchUse.text, SearchUse.seen).where(
        SearchUse.text.is_not(None), SearchUse.seen > 0
    )
    most = asked.order_by(SearchUse.seen.desc(), SearchUse.text).limit(limit)
    return [(row.text or "", row.seen) for row in session.execute(most)]


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What searches add up to, over the year they are kept: their words are not in it.

    `again`: searched otherwise at once; `missed`: days on which a query found nothing.
    """

    seen: int
    opened: int
    again: int
    missed: int


def figures(session: Session) -> SearchFigures:
    """Count what became of searches."""

    def total(column: InstrumentedAttribute[int]) -> int:
        return session.scalar(select(func.coalesce(func.sum(column), 0))) or 0

    return SearchFigures(
        seen=total(SearchUse.seen),
        opened=total(SearchClick.count),
        again=total(SearchUse.again),
        missed=total(MissedSearch.days),
    )


def add_wording(session: Session, text: str, address: str, *, today: date) -> SearchWording:
    """Let a wording lead to an address from the next index on. Raises WordingRefused."""
    words = clean_query(text)
    if not has_words(words):
        raise WordingRefused("Tapez les mots qui doivent mener à cette page.")
    known = select(SearchWording).where(
        SearchWording.text == words, SearchWording.address == address
    )
    if session.scalar(known) is not None:
        raise WordingRefused("Cette formulation mène déjà à cette page.")
    wording = SearchWording(text=words, address=address, added_on=today)
    session.add(wording)
    return wording


def wordings(session: Session, limit: int | None = None) -> list[SearchWording]:
    """The wordings that editors added here, the last first."""
    last_first = SearchWording.added_on.desc(), SearchWording.id.desc()
    return list(session.scalars(select(SearchWording).order_by(*last_first).limit(limit)))


def wording_count(session: Session) -> int:
    """How many wordings `wordings` has in all."""
    return session.scalar(select(func.count(SearchWording.id))) or 0


class WordingRefused(DomainError):
    """A wording that cannot be added."""


def _remembered(
    session: Session, table: type[Remembered], query: str, *, key: str, today: date
) -> Remembered | None:
    words = clean_query(query).casefold()[:LONGEST_QUERY]
    if not may_be_remembered(words):
        return None
    digest = hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()
    row = session.scalar(select(table).where(table.digest == digest))
    if row is None:
        return _first_day(session, table, digest, today)
    if row.last_day != today:
        row.days += 1
        row.last_day = today
    if row.days >= DAYS_BEFORE_TEXT:
        row.text = words
    return row


def _first_day(
    session: Session, table: type[Remembered], digest: str, today: date
) -> Remembered | None:
    pending = select(func.count()).select_from(table).where(table.text.is_(None))
    if (session.scalar(pending) or 0) >= MOST_PENDING:
        return None
    row = table(digest=digest, days=1, last_day=today)
    session.add(row)
    return row


READABLE = MissedSearch.text.is_not(None)


def missed_searches(session: Session, limit: int | None = None) -> list[MissedSearch]:
    """The queries seen on three different days or more, the most seen first."""
    most_first = MissedSearch.days.desc(), MissedSearch.text
    return list(
        session.scalars(select(MissedSearch).where(READABLE).order_by(*most_first).limit(limit))
    )


def missed_count(session: Session) -> int:
    """How many queries `missed_searches` has in all."""
    return session.scalar(select(func.count(MissedSearch.id)).where(READABLE)) or 0


def purge(session: Session, now: datetime) -> int:
    """Erase queries that nobody typed for KEPT, and hashes not seen for UNREAD_KEPT."""
    today, gone = in_paris(now).date(), 0
    for table in (MissedSearch, SearchUse):
        unread = table.text.is_(None) & (table.last_day < today - UNREAD_KEPT)
        old = unread | (table.last_day < today - KEPT)
        if table is SearchUse:
            of_old = SearchClick.use_id.in_(select(SearchUse.id).where(old))
            session.execute(delete(SearchClick).where(of_old))
        gone += erased(session, delete(table).where(old))
    return gone


RULES = (
    Rule(
        name="missed searches",
        what=(
            "Les mots d’une recherche, quand elle a été faite trois jours différents ; combien de "
            "fois elle n’a rien trouvé, quel rang a été ouvert, si l’on a cherché de nouveau. "
            "Avant, une empreinte illisible. Jamais si elle contient « @ » ou plus de trois "
            "chiffres. Ni nom, ni adresse."
        ),
        why="Écrire les pages qui manquent, et mener aux bonnes.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{} après la dernière recherche ; {} pour une empreinte.",
        periods=(KEPT, UNREAD_KEPT),
        purge=purge,
    ),
)
