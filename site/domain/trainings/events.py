"""iCalendar objects: the events of a person, the events of everybody. All in UTC.

A person's event keeps its UID from the first mail to the last; SEQUENCE rises with each
(RFC 5545, 3.8.7.4). A REQUEST or a CANCEL speaks of one UID (RFC 5546, 3.2): one object a session.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.values import PairView, SessionView
from communaute.mailing.message import CalendarPart
from communaute.models.trainings import Registration, SessionPair, TrainingSession


PRODUCT = "-//Communaute Chorus Pro//Formations//FR"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
SITE = "Communauté Chorus Pro"


def invitations(
    act: Act, registration: Registration, pair: SessionPair
) -> tuple[CalendarPart, ...]:
    """Put the pair's sessions in the person's calendar, or at their new hour."""
    return _parts(act, registration, pair, REQUEST)


def withdrawals(
    act: Act, registration: Registration, pair: SessionPair
) -> tuple[CalendarPart, ...]:
    """Take the pair's sessions out of the person's calendar."""
    return _parts(act, registration, pair, CANCEL)


def next_sequence(registration: Registration) -> None:
    """What is sent from now on prevails over what was sent."""
    registration.sequence += 1


def _parts(
    act: Act, registration: Registration, pair: SessionPair, method: str
) -> tuple[CalendarPart, ...]:
    cancelled = method == CANCEL
    return tuple(
        CalendarPart(
            filename=f"{'annulation' if cancelled else 'seance'}-{each.number}.ics",
            method=method,
            text=as_text(method, [own_event(act.desk, registration, each, act.now, cancelled)]),
        )
        for each in pair.sessions
    )


def as_text(method: str, events: Sequence[Event]) -> str:
    """An iCalendar object."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def uid(desk: Desk, registration: Registration, session_id: int) -> str:
    """The event of one person at one session, for ever."""
    mark = hashlib.sha256(f"{registration.id}:{registration.created_at.isoformat()}".encode())
    return f"seance-{session_id}-{mark.hexdigest()[:16]}@{desk.host}"


def own_event(
    desk: Desk, registration: Registration, each: TrainingSession, now: datetime, cancelled: bool
) -> Event:
    """One session in one person's calendar."""
    link = desk.registration(registration.reference or "")
    event = _event(each, now)
    event.add("summary", _title(registration.training.title, each, len(each.pair.sessions)))
    event.add("uid", uid(desk, registration, each.id))
    event.add("sequence", max(registration.sequence, 0))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("location", each.class_url or each.place or "Classe virtuelle")
    event.add("description", f"Voir, changer ou annuler votre place : {link}")
    event.add("organizer", _address(desk.sender, SITE))
    attendee = _address(registration.email, registration.name)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return event


def public_event(desk: Desk, pair: PairView, each: SessionView, now: datetime) -> Event:
    """One session as everybody may follow it."""
    event = _event(each, now)
    event.add("summary", _title(pair.title, each, len(pair.sessions)))
    event.add("uid", f"seance-{each.id}@{desk.host}")
    event.add("sequence", each.sequence)
    event.add("status", "CANCELLED" if pair.cancelled else "CONFIRMED")
    event.add("location", each.place or "Classe virtuelle")
    event.add("url", desk.training(pair.training))
    return event


def _event(each: TrainingSession | SessionView, now: datetime) -> Event:
    event = Event()
    event.add("dtstamp", now)
    event.add("dtstart", each.starts_at)
    event.add("dtend", each.ends_at)
    return event


def _title(title: str, each: TrainingSession | SessionView, of: int) -> str:
    return f"{title} (séance {each.number})" if of > 1 else title


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address
