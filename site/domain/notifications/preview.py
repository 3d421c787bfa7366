"""« La semaine dernière, vous auriez reçu 3 courriels »: on real events, or on an invented company's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy.orm import Session

from communaute.domain.notifications import happenings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.digest import Digest, compose
from communaute.domain.notifications.happenings import Happening, OfInvoice
from communaute.domain.structures import invented
from communaute.domain.structures.events import EventKind
from communaute.french.dates import PARIS, in_paris
from communaute.models.accounts import User
from communaute.models.structures import Event


# How far back the first mail of a week may tell: two weeks cover the longest holidays.
REACH = timedelta(days=16)


@dataclass(frozen=True)
class Mail:
    """A mail that would have left, and the moment since which it tells."""

    at: datetime
    since: datetime
    digest: Digest


@dataclass(frozen=True)
class Week:
    """Last week, from Monday to Sunday in Paris. `happened` counts all events, wanted or not."""

    mails: tuple[Mail, ...]
    happened: int

    @property
    def why_none(self) -> str:
        """Why no mail would have left; empty when one would."""
        if self.mails:
            return ""
        if self.happened:
            return "Il s’est passé quelque chose, mais rien de ce que vous avez choisi de suivre."
        return "Il ne s’est rien passé dans vos structures : un récapitulatif n’est jamais vide."


def week_of(session: Session, user: User, choices: Choices, now: datetime) -> Week:
    """The mails a person would have received last week with these choices, saved or not."""
    start, end = last_week(now)
    between = Event.at > start - REACH, Event.at <= end
    found = happenings.happened(session, [user.id], *between)
    return week(choices, found.get(user.id, []), now)


def week(choices: Choices, events: Sequence[Happening], now: datetime) -> Week:
    """The mails of last week, each composed as the sender would have."""
    start, end = last_week(now)
    due = choices.due_between(start - REACH, end)
    mails = [
        Mail(at, since, digest)
        for since, at in pairwise(due)
        if at >= start
        and (digest := compose(choices, [one for one in events if since < one.at <= at]))
    ]
    return Week(tuple(mails), sum(1 for one in events if start <= one.at < end))


def last_week(now: datetime) -> tuple[datetime, datetime]:
    """The Monday of last week and that of this one, at midnight in Paris."""
    today = in_paris(now).date()
    monday = today - timedelta(days=today.weekday())
    midnights = (
        datetime.combine(day, time(), PARIS) for day in (monday - timedelta(days=7), monday)
    )
    start, end = (moment.astimezone(UTC) for moment in midnights)
    return start, end


def invented_happenings(now: datetime) -> list[Happening]:
    """A busy week of the company of practice accounts; nothing of it is written down.

    Each invoice's path begins so many days before the end of last week.
    """
    _, end = last_week(now)
    partners = {one.key: one.name for one in invented.PARTNERS}
    found = []
    for number, path in enumerate(invented.INVOICES, 1):
        other = partners[path.partner]
        sides = (invented.COMPANY, other) if path.sent else (other, invented.COMPANY)
        invoice = OfInvoice(number, path.number, path.amount, *sides)
        begun = end - timedelta(days=path.age, hours=9)
        for place, (days, status, _) in enumerate(path.steps):
            at = begun + timedelta(days=days, minutes=20 * place)
            if at < end:
                found.append(_invented(EventKind.INVOICE_STATUS, at, invoice, status))
    found.append(_invented(EventKind.ATTACHMENT_ASKED, end - timedelta(days=4, hours=8)))
    return sorted(found, key=lambda one: one.at)


def _invented(
    kind: EventKind, at: datetime, invoice: OfInvoice | None = None, status: str = ""
) -> Happening:
    return Happening(
        # No two events of a list may share their number.
        event_id=int(at.timestamp()) if invoice is None else 0,
        place=0,
        at=at,
        kind=kind,
        structure_id=1,
        structure=invented.COMPANY,
        invoice=invoice,
        status=status,
    )
