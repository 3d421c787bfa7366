"""Mails of notifications: the digest, and the test mail that one asks for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from communaute.mailing.message import MailingList, Message, Priority


DIGEST = "notification-digest"


# A line of a digest as its template reads it: its `text`, and the whole address (`url`) it leads to.
Line = Mapping[str, str]


def digest(
    *,
    to: str,
    subject: str,
    waits: Sequence[Line],
    groups: Sequence[tuple[str, Sequence[Line]]],
    left_out: int,
    since: datetime,
    rhythm: str,
    base_url: str,
    leave: str,
) -> Message:
    """What happened since the last one: what waits first, then what moved, by structure's name."""
    return Message(
        to=to,
        subject=subject,
        template=DIGEST,
        why=f"Vous recevez ce récapitulatif {rhythm} parce que vous l’avez demandé sur le site.",
        context={
            "since": since,
            "waits": list(waits),
            "groups": [{"structure": name, "lines": list(lines)} for name, lines in groups],
            "left_out": left_out,
            "everything": f"{base_url}/compte/notifications",
            "settings_page": f"{base_url}/outils/notifications",
        },
        priority=Priority.MASS,
        mailing_list=MailingList(name="notifications", unsubscribe_url=leave),
    )


def trial(*, to: str, link: str) -> Message:
    """The test mail of « Je ne reçois rien »."""
    return Message(
        to=to,
        subject="Courriel d’essai : les notifications arrivent",
        template="notification-trial",
        why="Vous recevez ce courriel parce que vous avez demandé un essai sur le site.",
        context={"link": link},
        priority=Priority.PERSON_WAITING,
    )


def follow_asked(*, to: str, what: str, link: str, until: datetime) -> Message:
    """« Est-ce bien vous ? »: an address is to be written to about what it follows."""
    return Message(
        to=to,
        subject="Confirmez ce que vous voulez suivre",
        template="follow-asked",
        why="Vous recevez ce courriel parce que cette adresse a été donnée sur le site pour être prévenue.",
        context={"what": what, "link": link, "until": until},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
    )


def follow_changed(*, to: str, subject: str, lines: Sequence[Line], leave: str) -> Message:
    """What has changed in what one follows."""
    return Message(
        to=to,
        subject=subject,
        template="follow-changed",
        why="Vous recevez ce courriel parce que vous suivez ces pages ou ces dates sur le site.",
        context={"lines": list(lines), "leave": leave},
        priority=Priority.NORMAL,
        mailing_list=MailingList(name="suivi", unsubscribe_url=leave),
    )
