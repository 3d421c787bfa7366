"""Every mail about trainings, for tests/mailing/test_messages.py."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from communaute.mailing.message import CalendarPart, Message
from communaute.mailing.messages import trainings


WHEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
LINK = "https://site.example/outils/inscription/jeton"
CLASS = "https://classe.example/salle"
PART = CalendarPart(filename="seance-1.ics", method="REQUEST", text="BEGIN:VCALENDAR\r\n")
BASE: dict[str, Any] = {"to": "personne@exemple.example", "title": "Envoyer une facture simple"}
ABOUT = {"about": "registration 1"}


def sessions(url: str = "", place: str = "") -> list[dict[str, str]]:
    hour = "de 9\u00a0h\u00a030 à 11\u00a0h\u00a000"
    days = ("mardi 8\u00a0décembre\u00a02026", "mardi 15\u00a0décembre\u00a02026")
    return [
        {"label": f"Séance {n}", "when": f"{day}, {hour}", "class_url": url, "place": place}
        for n, day in enumerate(days, 1)
    ]


DAYS = "du mardi 8\u00a0décembre\u00a02026 et du mardi 15\u00a0décembre\u00a02026"
MAILS: dict[str, Callable[[], Message]] = {
    "training held": lambda: trainings.confirm_place(
        **BASE, **ABOUT, sessions=sessions(), link=LINK, until=WHEN
    ),
    "training place": lambda: trainings.place_confirmed(
        **BASE,
        **ABOUT,
        sessions=sessions(CLASS),
        link=LINK,
        changed=False,
        calendar=(PART,),
        useless_after=WHEN,
    ),
    "training other place": lambda: trainings.place_confirmed(
        **BASE,
        **ABOUT,
        sessions=sessions("", "Salle 3"),
        link=LINK,
        changed=True,
        calendar=(PART,),
        useless_after=WHEN,
    ),
    "training list": lambda: trainings.in_list(**BASE, **ABOUT, rank="2e", days=DAYS, link=LINK),
    "training list left": lambda: trainings.list_left(**BASE, **ABOUT, offers=2, link=LINK),
    "training offer": lambda: trainings.offered(
        **BASE, **ABOUT, sessions=sessions(), link=LINK, until=WHEN
    ),
    "training again": lambda: trainings.again(**BASE, **ABOUT, link=LINK),
    "training moved": lambda: trainings.moved(
        **BASE, about="registration 1", sessions=sessions(CLASS), link=LINK, calendar=(PART,)
    ),
    "training cancelled": lambda: trainings.cancelled(
        **BASE, **ABOUT, days=DAYS, link=LINK, calendar=(PART,)
    ),
    "training called off": lambda: trainings.called_off(
        **BASE, **ABOUT, days=DAYS, reason="", first_in_line=False, link=LINK, calendar=()
    ),
    "training called off, had a place": lambda: trainings.called_off(
        **BASE,
        **ABOUT,
        days=DAYS,
        reason="L’intervenant est malade",
        first_in_line=True,
        link=LINK,
        calendar=(PART,),
    ),
    "training in two days": lambda: trainings.reminder(
        **BASE,
        **ABOUT,
        sessions=sessions()[:1],
        class_url=CLASS,
        link=LINK,
        soon=False,
        useless_after=WHEN,
    ),
    "training soon": lambda: trainings.reminder(
        **BASE,
        **ABOUT,
        sessions=sessions()[:1],
        class_url="",
        link=LINK,
        soon=True,
        useless_after=WHEN,
    ),
    "training thanks": lambda: trainings.thanks(
        **BASE,
        **ABOUT,
        attestation=LINK + "/attestation.pdf",
        satisfaction=LINK + "/avis",
        noted=True,
        useless_after=WHEN,
    ),
    "training thanks, not noted": lambda: trainings.thanks(
        **BASE,
        **ABOUT,
        attestation=LINK + "/attestation.pdf",
        satisfaction=LINK + "/avis",
        noted=False,
        useless_after=WHEN,
    ),
    "training erased": lambda: trainings.data_erased(**BASE, when=WHEN, calendar=()),
}
