"""iCalendar to download and to follow as a feed; what is joined to mails is in `notices`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings import events, owning
from communaute.domain.trainings.errors import NoPlace
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import PairView
from communaute.models.trainings import PLACED


def own_calendar(session: Session, token: str, *, desk: Desk, now: datetime) -> str:
    """The .ics of a person's place (METHOD PUBLISH; same UIDs and SEQUENCE as the mails).

    Raises BadLink, DeadLink, NoPlace.
    """
    registration = owning.owner(session, token, desk)
    if registration.state not in PLACED or registration.pair is None:
        raise NoPlace(
            "Vous n’avez pas de place confirmée\u202f: il n’y a rien à mettre à l’agenda."
        )
    return events.as_text(
        events.PUBLISH,
        [
            events.own_event(desk, registration, each, now, cancelled=False)
            for each in registration.pair.sessions
        ],
    )


def public_calendar(pairs: Sequence[PairView], *, desk: Desk, now: datetime) -> str:
    """The feed of public sessions; no virtual class in it."""
    return events.as_text(
        events.PUBLISH,
        [events.public_event(desk, pair, each, now) for pair in pairs for each in pair.sessions],
    )
