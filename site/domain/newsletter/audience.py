"""Who a letter goes to, who is left out and why: one rule, counted and sent by the same condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from communaute.domain.newsletter.context import LIST
from communaute.domain.newsletter.subscribers import in_short
from communaute.french.numbers import listed, plural
from communaute.models.newsletter import Rhythm, Subscriber, Suppression


RECEIVES = "receives"
# In this order: the first that holds is the reason given.
LEFT_OUT = {
    "left": "ont quitté la liste",
    "asked": "n’ont pas confirmé leur adresse",
    "suppressed": "ne peuvent plus être joints (leur boîte refuse nos courriels)",
    "paused": "ont demandé une pause",
    "rhythm": "ont choisi l’autre rythme",
    "late": "se sont abonnés après la parution",
    "themes": "n’ont choisi aucun de ces thèmes",
}
SAID = {Rhythm.MONTHLY: "numéro par numéro", Rhythm.ARTICLES: "article par article"}


@dataclass(frozen=True, kw_only=True)
class Audience:
    """How many receive, and how many do not, by reason (`LEFT_OUT`)."""

    words: str
    receives: int
    left_out: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Whom a letter is for: its themes, its rhythm; of those who had confirmed by a moment, if any."""

    themes: Sequence[str]
    rhythm: str
    confirmed_by: datetime | None = None


def _reason(reach: Reach, today: date) -> ColumnElement[str]:
    wanted = [Subscriber.themes.like(f"% {theme} %") for theme in reach.themes]
    known = reach.confirmed_by
    barred = (Suppression.list_name == LIST, Suppression.digest == Subscriber.digest)
    return case(
        (Subscriber.left_at.is_not(None), "left"),
        (Subscriber.confirmed_at.is_(None), "asked"),
        (exists().where(*barred), "suppressed"),
        (Subscriber.paused_until > today, "paused"),
        (Subscriber.rhythm != reach.rhythm, "rhythm"),
        (Subscriber.confirmed_at > known if known else false(), "late"),
        (~or_(*wanted), "themes"),
        else_=RECEIVES,
    )


def recipients(reach: Reach, today: date, after: int = 0) -> Select[Subscriber]:
    """Those who receive, past the subscriber number `after`, in order."""
    chosen = _reason(reach, today) == RECEIVES
    return select(Subscriber).where(Subscriber.id > after, chosen).order_by(Subscriber.id)


def count_after(session: Session, reach: Reach, today: date, after: int) -> int:
    """How many of them there are."""
    chosen = _reason(reach, today) == RECEIVES
    found = select(func.count()).select_from(Subscriber).where(Subscriber.id > after, chosen)
    return session.scalar(found) or 0


def of_letter(session: Session, reach: Reach, today: date) -> Audience:
    """The audience of a letter, in words and numbers."""
    reason = _reason(reach, today)
    counts = {
        str(name): count
        for name, count in session.execute(select(reason, func.count()).group_by(reason))
    }
    receives = counts.pop(RECEIVES, 0)
    called = listed([f"« {name} »" for name in in_short(reach.themes)])
    words = (
        f"{plural(receives, 'personne abonnée', 'personnes abonnées')} {SAID[Rhythm(reach.rhythm)]}, qui ont choisi "
        f"au moins un de ces thèmes : {called}."
    )
    return Audience(
        words=words,
        receives=receives,
        left_out={name: counts[name] for name in LEFT_OUT if counts.get(name)},
    )
