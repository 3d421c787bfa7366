"""iCalendar: what is joined to mails, to download, to follow as a feed. All in UTC.

A person's event keeps its UID from the first mail to the last; SEQUENCE rises with each
(RFC 5545, 3.8.7.4). A REQUEST or a CANCEL speaks of one UID (RFC 5546, 3.2): one object a session.
"""

import hashlib
from collections.abc import Sequence

from icalendar import Calendar, Event, vCalAddress, vText

from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import NoPlace
from communaute.domain.trainings.listing import PairView, SessionView
from communaute.mailing.message import Attachment, invitation
from communaute.models.trainings import PLACED, Registration, SessionPair, TrainingSession


PRODUCT = "-//Communaute Chorus Pro//Formations//FR"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
SITE = "Communauté Chorus Pro"


def invitations(
    context: Context, registration: Registration, pair: SessionPair
) -> tuple[Attachment, ...]:
    """Put the pair's sessions in the person's calendar, or at their new hour."""
    return _parts(context, registration, pair, REQUEST)


def withdrawals(
    context: Context, registration: Registration, pair: SessionPair
) -> tuple[Attachment, ...]:
    """Take the pair's sessions out of the person's calendar."""
    return _parts(context, registration, pair, CANCEL)


def own_calendar(context: Context, registration: Registration) -> str:
    """The .ics of a person's place (METHOD PUBLISH; same UIDs and SEQUENCE as the mails).

    Raises NoPlace.
    """
    if registration.state not in PLACED or registration.pair is None:
        raise NoPlace("Vous n’avez pas de place confirmée : il n’y a rien à mettre à l’agenda.")
    sessions = registration.pair.sessions
    events = [_own_event(context, registration, each, cancelled=False) for each in sessions]
    for event in events:
        del event["attendee"]  # RFC 5546, 3.2.1: what is published invites nobody
    return _as_text(PUBLISH, events)


def public_calendar(context: Context, pairs: Sequence[PairView]) -> str:
    """The feed of public sessions; no virtual class in it."""
    events = [_public_event(context, pair, each) for pair in pairs for each in pair.sessions]
    return _as_text(PUBLISH, events)


def _parts(
    context: Context, registration: Registration, pair: SessionPair, method: str
) -> tuple[Attachment, ...]:
    cancelled = method == CANCEL
    return tuple(
        invitation(
            name=f"{'annulation' if cancelled else 'seance'}-{each.number}.ics",
            method=method,
            text=_as_text(method, [_own_event(context, registration, each, cancelled=cancelled)]),
        )
        for each in pair.sessions
    )


def _as_text(method: str, events: Sequence[Event]) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _own_event(
    context: Context, registration: Registration, each: TrainingSession, *, cancelled: bool
) -> Event:
    link = context.link(registration.reference)
    # The event of one person at one session, for ever.
    mark = hashlib.sha256(f"{registration.id}:{registration.created_at.isoformat()}".encode())
    event = _event(context, each)
    event.add("summary", _title(registration.training.title, each, len(each.pair.sessions)))
    event.add("uid", f"seance-{each.id}-{mark.hexdigest()[:16]}@{context.host}")
    event.add("sequence", max(registration.sequence, 0))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("location", each.class_url or each.place or "Classe virtuelle")
    event.add("description", f"Voir, changer ou annuler votre place : {link}")
    attendee = _address(registration.email, registration.name)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return event


def _public_event(context: Context, pair: PairView, each: SessionView) -> Event:
    event = _event(context, each)
    event.add("summary", _title(pair.title, each, len(pair.sessions)))
    event.add("uid", f"seance-{each.id}@{context.host}")
    event.add("sequence", each.sequence)
    event.add("status", "CANCELLED" if pair.cancelled else "CONFIRMED")
    event.add("location", each.place or "Classe virtuelle")
    event.add("url", context.training_link(pair.training))
    return event


def _event(context: Context, each: TrainingSession | SessionView) -> Event:
    event = Event()
    event.add("dtstamp", context.now)
    event.add("organizer", _address(context.sender, SITE))
    event.add("dtstart", each.starts_at)
    event.add("dtend", each.ends_at)
    return event


def _title(title: str, each: TrainingSession | SessionView, of: int) -> str:
    return f"{title} (séance {each.number})" if of > 1 else title


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address
