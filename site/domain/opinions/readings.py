"""How often pages are read, and on which days they were seen to change."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute.models.opinions import PageEdit, PageRead


def note_read(session: Session, page: str, today: date) -> None:
    """Count that a page was opened. Whose browser it was is not known here."""
    again = (
        update(PageRead)
        .where(PageRead.page == page, PageRead.day == today)
        .values(count=PageRead.count + 1)
    )
    if session.execute(again).rowcount:  # type: ignore[attr-defined]  # an update's result
        return
    try:
        with session.begin_nested():
            session.add(PageRead(page=page, day=today, count=1))
    except IntegrityError:  # another visitor, at the same moment, was the day's first
        session.execute(again)


def most_read(session: Session, since: date, limit: int) -> list[tuple[str, int]]:
    """The pages and how often they were opened since a day, the most read first."""
    total = func.sum(PageRead.count)
    asked = select(PageRead.page, total).where(PageRead.day >= since).group_by(PageRead.page)
    most = asked.order_by(total.desc(), PageRead.page).limit(limit)
    return [(page, count) for page, count in session.execute(most)]


def reads_since(session: Session, since: date) -> int:
    """How many times pages were opened since a day."""
    counted = select(func.coalesce(func.sum(PageRead.count), 0)).where(PageRead.day >= since)
    return session.scalar(counted) or 0


def note_edits(session: Session, said: Mapping[str, str], today: date) -> int:
    """Note the pages that say something else than last time; answers how many.

    `said` is the words of each page, by its address: only their digest is kept. A page never seen
    before is noted too: its next change is the first edit. Safe to run twice.
    """
    last = select(func.max(PageEdit.id)).group_by(PageEdit.page)
    asked = select(PageEdit.page, PageEdit.digest).where(PageEdit.id.in_(last))
    known = {row.page: row.digest for row in session.execute(asked)}
    digests = {page: sha256(words.encode()).hexdigest()[:32] for page, words in said.items()}
    changed = [
        PageEdit(page=page, digest=digest, noted_on=today)
        for page, digest in digests.items()
        if known.get(page) != digest
    ]
    session.add_all(changed)
    return sum(edit.page in known for edit in changed)


def edits_of(session: Session, page: str) -> list[date]:
    """The days on which a page was seen changed, in order."""
    asked = select(PageEdit.noted_on).where(PageEdit.page == page).order_by(PageEdit.id)
    return list(session.scalars(asked))[1:]
