"""My newsletter in « Mon espace »: what the addresses that this account has confirmed receive."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from communaute.domain.newsletter.personal_data import own
from communaute.domain.newsletter.subscribers import RHYTHMS, in_short, suppressed, unpacked
from communaute.french.dates import date_in_words, in_paris
from communaute.french.numbers import listed
from communaute.models.accounts import User
from communaute.models.newsletter import Rhythm, Subscriber
from communaute.web.panels import Line, Panel
from communaute.wiring.letter_desk import context


def panel(session: Session, user: User, now: datetime) -> Panel:
    """Each subscription: its state, and the way to its preferences."""
    rows = [row for row in own(session, user) if row.confirmed_at is not None]
    return Panel(
        title="Ma newsletter",
        lines=tuple(line(session, row, now) for row in rows),
        empty="Aucune de vos adresses confirmées n’est abonnée.",
        more=Line("S’abonner à la newsletter", url_for("newsletter.subscribe")),
    )


def line(session: Session, row: Subscriber, now: datetime) -> Line:
    """One mailbox: what it receives, or why it receives nothing."""
    token = context().preferences_token(row.reference)
    url = url_for("newsletter.choices", token=token)
    return Line(row.address, url, state_of(session, row, now))


def state_of(session: Session, row: Subscriber, now: datetime) -> str:
    """What a mailbox receives, in words."""
    if row.left_at is not None:
        return f"désabonnée le {date_in_words(in_paris(row.left_at).date())}"
    if suppressed(session, row) is not None:
        return "rien n’y est envoyé : cette boîte a refusé nos courriels"
    if row.paused_until is not None and row.paused_until > in_paris(now).date():
        return f"en pause jusqu’au {date_in_words(row.paused_until)}"
    rhythm = RHYTHMS[Rhythm(row.rhythm)].split(",")[0].lower()
    return f"{rhythm} ; thèmes : {listed(in_short(unpacked(row.themes)))}"
