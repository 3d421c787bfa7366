"""The dates of a training as schema.org sees them (Event): only what is known, nothing guessed."""

from collections.abc import Sequence

from communaute.domain.trainings.values import PairView, SessionView
from communaute.editorial.pages import Training
from communaute.layout import absolute


ONLINE = "https://schema.org/OnlineEventAttendanceMode"
OFFLINE = "https://schema.org/OfflineEventAttendanceMode"
SCHEDULED = "https://schema.org/EventScheduled"


def events(page: Training, pairs: Sequence[PairView]) -> list[dict[str, object]]:
    """One Event a pair, with its sessions as sub-events."""
    return [event(page, pair) for pair in pairs]


def event(page: Training, pair: PairView) -> dict[str, object]:
    """A pair. No seat count: it changes sooner than the page is made again."""
    value = common(page, pair.sessions[0])
    value |= {
        "@context": "https://schema.org",
        "name": page.title,
        "description": page.summary,
        "endDate": pair.ends_at.isoformat(),
        "url": absolute(page.url),
        "inLanguage": "fr",
        "maximumAttendeeCapacity": pair.capacity,
        "audience": {"@type": "Audience", "audienceType": page.theme},
    }
    if not pair.is_webinar:
        value["subEvent"] = [sub_event(page, session) for session in pair.sessions]
    return value


def sub_event(page: Training, session: SessionView) -> dict[str, object]:
    """One session of a pair."""
    return {
        **common(page, session),
        "name": f"{page.title} – séance {session.number}",
        "endDate": session.ends_at.isoformat(),
    }


def common(page: Training, session: SessionView) -> dict[str, object]:
    """What a pair and a session both say: when, where, that it is free."""
    return {
        "@type": "EducationEvent",
        "startDate": session.starts_at.isoformat(),
        "eventStatus": SCHEDULED,
        "eventAttendanceMode": OFFLINE if session.place else ONLINE,
        "location": place(page, session),
        "isAccessibleForFree": True,
    }


def place(page: Training, session: SessionView) -> dict[str, object]:
    """A room by its words; a virtual class by the page where one signs up, never by its own link."""
    if session.place:
        return {"@type": "Place", "name": session.place, "address": session.place}
    return {"@type": "VirtualLocation", "url": absolute(page.url)}
