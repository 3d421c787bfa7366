"""Mails to those who testify. Each leads to their own page, where buttons act."""

from datetime import date, datetime

from communaute.mailing.message import Message, Priority


WHY = "Vous recevez ce courriel parce que vous avez envoyé un témoignage sur le site."


def confirm(*, to: str, link: str, until: datetime) -> Message:
    """Is it yours? Then the team reads it."""
    return Message(
        to=to,
        subject="Confirmez votre témoignage",
        template="testimonial-confirm",
        why="Vous recevez ce courriel parce que cette adresse a été saisie avec un témoignage.",
        context={"link": link, "until": until},
        priority=Priority.PERSON_WAITING,
        useless_after=until,
    )


def approved(*, to: str, link: str) -> Message:
    """It will be published; the link changes or withdraws it on any day."""
    return Message(
        to=to,
        subject="Votre témoignage est accepté",
        template="testimonial-approved",
        why=WHY,
        context={"link": link},
    )


def refused(*, to: str, link: str, reason: str, is_online: bool = False) -> Message:
    """It is not published, and why; or its change is not, and what is online stays."""
    return Message(
        to=to,
        subject=f"{'Ce changement de votre' if is_online else 'Votre'} témoignage n’est pas publié",
        template="testimonial-refused",
        why=WHY,
        context={"link": link, "reason": reason, "is_online": is_online},
    )


def proposed(*, to: str, link: str, why: str) -> Message:
    """The team proposes other words: nothing changes without their author."""
    return Message(
        to=to,
        subject="Un changement vous est proposé dans votre témoignage",
        template="testimonial-proposed",
        why=WHY,
        context={"link": link, "proposed_why": why},
    )


def still_true(*, to: str, link: str, true_on: date) -> Message:
    """Two years after its author last said so: is it still true?"""
    return Message(
        to=to,
        subject="Votre témoignage est-il toujours vrai ?",
        template="testimonial-still-true",
        why=WHY,
        context={"link": link, "true_on": true_on},
    )


def withdrawn(*, to: str) -> Message:
    """It is gone."""
    return Message(
        to=to,
        subject="Votre témoignage est retiré",
        template="testimonial-withdrawn",
        why=WHY,
    )
