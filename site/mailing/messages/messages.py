"""Mails of « Mes messages »: somebody has written, and management is told of a held sender.

They say who writes and lead to the page: the text and its files stay behind sign-in.
"""

from dataclasses import dataclass
from datetime import datetime

from communaute.mailing.message import MailingList, Message, Priority


# A name may be long, and a subject is a line.
LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class News:
    """A message that has come; `corrects` says what changes when it corrects another."""

    number: int
    sender: str
    siret: str
    subject: str
    corrects: str
    until: datetime
    base_url: str


def arrived(news: News, *, to: str, structure: str, structure_id: int, leave: str) -> Message:
    """Somebody has written to a structure of this person."""
    what = "Une correction" if news.corrects else "Un message"
    return Message(
        to=to,
        subject=f"{what} de {' '.join(news.sender.split())[:LONGEST_NAME]}",
        template="message-arrived",
        why="Vous recevez ce courriel parce que l’une de vos structures échange des factures avec "
        "l’expéditeur.",
        context={
            "sender": news.sender,
            "siret": news.siret,
            "about": news.subject,
            "corrects": news.corrects,
            "structure": structure,
            "until": news.until,
            "link": f"{news.base_url}/outils/messages/{structure_id}/recus/{news.number}",
            "settings_page": f"{news.base_url}/outils/notifications",
        },
        priority=Priority.MASS,
        useless_after=news.until,
        mailing_list=MailingList(name="messages", unsubscribe_url=leave),
        about=f"message {news.number}",
    )


def held(*, to: str, sender: str, siret: str, link: str) -> Message:
    """Three reports hold a sender: an administrator decides."""
    return Message(
        to=to,
        subject="Un expéditeur de messages est retenu",
        template="message-held",
        why="Vous recevez ce courriel parce que vous administrez ce site.",
        context={"sender": sender, "siret": siret, "link": link},
    )
