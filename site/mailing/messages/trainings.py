"""Mails about a training. Every link leads to a page with a button: mail scanners follow links.

`sessions` are mappings with `label`, `when` (in words, Paris's hours) and `class_url`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from communaute.mailing.message import CalendarPart, Message, Priority
from communaute.mailing.values import Value


ASKED = (
    "Vous recevez ce courriel parce que cette adresse a été saisie pour s’inscrire à une formation."
)
REGISTERED = "Vous recevez ce courriel parce que vous êtes inscrit à cette formation."
WAITS = "Vous recevez ce courriel parce que vous êtes sur la liste d’attente de cette formation."

Sessions = Sequence[Mapping[str, Value]]


def confirm_place(
    *, to: str, title: str, sessions: Sessions, link: str, until: datetime, about: str
) -> Message:
    """A place is held: confirm it."""
    return Message(
        to=to,
        subject="Confirmez votre place à la formation",
        template="training-confirm",
        why=ASKED,
        context={"title": title, "sessions": sessions, "link": link, "until": until},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
        about=about,
    )


def place_confirmed(
    *,
    to: str,
    title: str,
    sessions: Sessions,
    link: str,
    changed: bool,
    calendar: tuple[CalendarPart, ...],
    about: str,
    useless_after: datetime,
) -> Message:
    """The place is yours, with its dates for your calendar; `changed`: it was another one."""
    subject = "Votre nouvelle date de formation" if changed else "Votre place est confirmée"
    return Message(
        to=to,
        subject=subject,
        template="training-place",
        why=REGISTERED,
        context={"title": title, "sessions": sessions, "link": link, "changed": changed},
        priority=Priority.PERSON_WAITING,
        useless_after=useless_after,
        attachments=calendar,
        about=about,
    )


def in_list(*, to: str, title: str, rank: str, days: str, link: str, about: str) -> Message:
    """All is taken: your rank."""
    return Message(
        to=to,
        subject="Vous êtes sur la liste d’attente",
        template="training-list",
        why=WAITS,
        context={"title": title, "rank": rank, "days": days, "link": link},
        priority=Priority.PERSON_WAITING,
        about=about,
    )


def list_left(*, to: str, title: str, offers: int, link: str, about: str) -> Message:
    """Too many offers without an answer: out of the list."""
    return Message(
        to=to,
        subject="Vous n’êtes plus sur la liste d’attente",
        template="training-list-left",
        why="Vous recevez ce courriel parce que vous étiez sur la liste d’attente de cette formation.",
        context={"title": title, "offers": offers, "link": link},
        about=about,
    )


def offered(
    *, to: str, title: str, sessions: Sessions, link: str, until: datetime, about: str
) -> Message:
    """A place is free and kept for you: take it or leave it."""
    return Message(
        to=to,
        subject="Une place est libre pour vous",
        template="training-offer",
        why=WAITS,
        context={"title": title, "sessions": sessions, "link": link, "until": until},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
        about=about,
    )


def again(*, to: str, title: str, link: str, about: str) -> Message:
    """This address has a request already: here is the link again."""
    return Message(
        to=to,
        subject="Votre demande de formation existe déjà",
        template="training-again",
        why=ASKED,
        context={"title": title, "link": link},
        priority=Priority.PERSON_WAITING,
        about=about,
    )


def moved(
    *,
    to: str,
    title: str,
    sessions: Sessions,
    link: str,
    calendar: tuple[CalendarPart, ...],
    about: str | None,
    useless_after: datetime | None = None,
) -> Message:
    """The organiser has changed dates, hours or the virtual class."""
    return Message(
        to=to,
        subject="Votre formation change de date ou de lieu",
        template="training-moved",
        why=REGISTERED,
        context={"title": title, "sessions": sessions, "link": link},
        useless_after=useless_after,
        attachments=calendar,
        about=about,
    )


def cancelled(
    *, to: str, title: str, days: str, link: str, calendar: tuple[CalendarPart, ...], about: str
) -> Message:
    """The person gave their place back: the session itself is kept."""
    return Message(
        to=to,
        subject="Votre place est annulée",
        template="training-cancelled",
        why="Vous recevez ce courriel parce que vous étiez inscrit à cette formation.",
        context={"title": title, "days": days, "link": link},
        attachments=calendar,
        about=about,
    )


def called_off(
    *,
    to: str,
    title: str,
    days: str,
    reason: str,
    first_in_line: bool,
    link: str,
    calendar: tuple[CalendarPart, ...],
    about: str | None,
) -> Message:
    """The organiser has called the sessions off."""
    return Message(
        to=to,
        subject="Votre formation n’aura pas lieu à cette date",
        template="training-called-off",
        why=REGISTERED,
        context={
            "title": title,
            "days": days,
            "reason": reason,
            "first_in_line": first_in_line,
            "link": link,
        },
        attachments=calendar,
        about=about,
    )


def reminder(
    *,
    to: str,
    title: str,
    sessions: Sessions,
    class_url: str,
    link: str,
    soon: bool,
    about: str,
    useless_after: datetime,
) -> Message:
    """The session is near: `soon` within hours, else within days."""
    subject = "Votre formation commence bientôt" if soon else "Votre formation approche"
    return Message(
        to=to,
        subject=subject,
        template="training-reminder",
        why=REGISTERED,
        context={"title": title, "sessions": sessions, "class_url": class_url, "link": link},
        priority=Priority.PERSON_WAITING if soon else Priority.NORMAL,
        useless_after=useless_after,
        about=about,
    )


def thanks(
    *,
    to: str,
    title: str,
    attestation: str,
    satisfaction: str,
    noted: bool,
    about: str,
    useless_after: datetime,
) -> Message:
    """It is over: the attestation, and three questions."""
    return Message(
        to=to,
        subject="Merci d’avoir suivi cette formation",
        template="training-thanks",
        why="Vous recevez ce courriel parce que vous étiez inscrit à cette formation.",
        context={
            "title": title,
            "attestation": attestation,
            "satisfaction": satisfaction,
            "noted": noted,
        },
        useless_after=useless_after,
        about=about,
    )


def data_erased(
    *, to: str, title: str, when: datetime, calendar: tuple[CalendarPart, ...]
) -> Message:
    """The registration's data are gone; the last mail it gets."""
    return Message(
        to=to,
        subject="Votre inscription est effacée",
        template="training-erased",
        why="Vous recevez ce dernier courriel parce que vous étiez inscrit à cette formation.",
        context={"title": title, "when": when},
        attachments=calendar,
    )
