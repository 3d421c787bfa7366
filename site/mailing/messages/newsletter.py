"""Mails of the newsletter: every one says how to stop, the confirmation included."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from communaute.mailing.message import MailingList, Message, Priority


SUBSCRIBED = "Vous recevez ce courriel parce que vous êtes abonné à la newsletter."
TYPED = "Vous recevez ce courriel parce que quelqu’un a saisi cette adresse pour s’abonner à la newsletter."


def confirm_subscription(
    *,
    to: str,
    link: str,
    until: datetime,
    themes: Sequence[str],
    rhythm: str,
    listed: MailingList,
) -> Message:
    """Prove that the mailbox is yours: the subscription begins then."""
    return Message(
        to=to,
        subject="Confirmez votre abonnement à la newsletter",
        template="newsletter-confirm",
        why=TYPED,
        context={"link": link, "until": until, "themes": list(themes), "rhythm": rhythm},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
        mailing_list=listed,
    )


def already_subscribed(*, to: str, link: str, listed: MailingList) -> Message:
    """Somebody subscribed a mailbox that is subscribed already: only its owner is told."""
    return Message(
        to=to,
        subject="Vous êtes déjà abonné à la newsletter",
        template="newsletter-already",
        why=TYPED,
        context={"link": link},
        priority=Priority.PERSON_WAITING,
        mailing_list=listed,
    )


def preferences_link(*, to: str, link: str, listed: MailingList) -> Message:
    """The link to one's preferences, asked for from the foot of a letter."""
    return Message(
        to=to,
        subject="Votre lien vers vos préférences",
        template="newsletter-link",
        why=SUBSCRIBED,
        context={"link": link},
        priority=Priority.PERSON_WAITING,
        mailing_list=listed,
    )


def confirm_new_address(*, to: str, link: str, until: datetime, listed: MailingList) -> Message:
    """Prove that the new mailbox is yours: the newsletter comes there from then on."""
    return Message(
        to=to,
        subject="Confirmez votre nouvelle adresse pour la newsletter",
        template="newsletter-new-address",
        why="Vous recevez ce courriel parce que quelqu’un a demandé que la newsletter vienne ici.",
        context={"link": link, "until": until},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
        mailing_list=listed,
    )


def address_changed(*, to: str, when: datetime, link: str, listed: MailingList) -> Message:
    """The newsletter goes elsewhere from now on: the former mailbox is told."""
    return Message(
        to=to,
        subject="La newsletter ne viendra plus à cette adresse",
        template="newsletter-address-changed",
        why="Vous recevez ce courriel parce que vous étiez abonné à la newsletter à cette adresse.",
        context={"when": when, "link": link},
        mailing_list=listed,
    )


def letter(
    *,
    to: str,
    subject: str,
    sending: int,
    listed: MailingList,
    about: str,
    body: Mapping[str, str] | None = None,
) -> Message:
    """One letter to one person: its text is kept once, with the sending; a trial's own in `body`."""
    return Message(
        to=to,
        subject=subject,
        template="newsletter-letter",
        why=SUBSCRIBED,
        context={"sending": sending} if body is None else {"body": body},
        priority=Priority.MASS,
        mailing_list=listed,
        about=about,
    )


def sending_paused(
    *, to: str, subject_of: str, because: str, link: str, asked: bool = True
) -> Message:
    """The sending has paused by itself: whoever asked for it decides, or whoever manages letters."""
    did = "avez demandé cet envoi" if asked else "gérez la newsletter de ce site"
    return Message(
        to=to,
        subject="L’envoi de la newsletter s’est mis en pause",
        template="newsletter-paused",
        why=f"Vous recevez ce courriel parce que vous {did}.",
        context={"letter": subject_of, "because": because, "link": link},
        priority=Priority.PERSON_WAITING,
    )
