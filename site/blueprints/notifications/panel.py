"""My notifications in « Mon espace »: how many are unread."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from communaute.domain.notifications import follows
from communaute.domain.notifications.inbox import unread_count
from communaute.french.numbers import plural
from communaute.models.accounts import User
from communaute.web.panels import Line, Panel


NONE = "Aucune page ni formation suivie"


def panel(session: Session, user: User, _now: datetime) -> Panel:
    """What is unread, and where one chooses what is mailed."""
    count, followed = unread_count(session, user), len(follows.of_account(session, user))
    lines = (
        Line(
            plural(count, "nouvelle non lue", "nouvelles non lues", none="Rien de nouveau"),
            url_for("notifications.own"),
        ),
        Line(
            plural(followed, "page ou formation suivie", "pages ou formations suivies", none=NONE),
            url_for("notifications.tool") + "#suivis",
        ),
        Line("Je ne reçois rien", url_for("notifications.nothing_received"), "chercher pourquoi"),
    )
    more = Line("Choisir ce que je reçois par courriel", url_for("notifications.tool"))
    return Panel(title="Mes notifications", lines=lines, empty="", more=more)
