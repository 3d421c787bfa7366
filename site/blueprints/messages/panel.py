"""My messages in « Mon espace »: how many are unread, by structure."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from communaute.domain.messages.inbox import unread_of
from communaute.domain.structures.listing import followed
from communaute.french.numbers import plural
from communaute.models.accounts import User
from communaute.web.panels import Line, Panel


def panel(session: Session, user: User, now: datetime) -> Panel:
    """The inbox of each structure one is attached to."""
    own = followed(session, user)
    unread = unread_of(session, user, [one.id for one in own], now)
    lines = tuple(
        Line(
            one.name,
            url_for("messages.received", number=one.id),
            plural(unread[one.id], "message non lu", "messages non lus", none="rien de nouveau"),
        )
        for one in own
    )
    return Panel(
        title="Mes messages",
        lines=lines,
        empty="Les messages de vos partenaires se lisent ici, une fois rattaché à une structure.",
        more=Line("Mes messages", url_for("messages.tool"), "lire, et prévenir vos partenaires"),
    )
