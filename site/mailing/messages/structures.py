"""Mails about structures. Each leads to a page: mail scanners follow links."""

from communaute.mailing.message import Message


def attachment_asked(
    *, to: str, structure: str, person: str, address: str, words: str, link: str
) -> Message:
    """Somebody asks to be attached: a manager decides."""
    return Message(
        to=to,
        subject="Une demande de rattachement attend votre réponse",
        template="attachment-asked",
        why="Vous recevez ce courriel parce que vous êtes gestionnaire de cette structure sur le site.",
        context={
            "structure": structure,
            "person": person,
            "address": address,
            "words": words,
            "link": link,
        },
    )


def attachment_decided(
    *, to: str, accepted: bool, structure: str, reason: str, link: str
) -> Message:
    """What became of one's request."""
    subject = "Votre rattachement est accepté" if accepted else "Votre rattachement est refusé"
    return Message(
        to=to,
        subject=subject,
        template="attachment-decided",
        why="Vous recevez ce courriel parce que vous avez demandé un rattachement sur le site.",
        context={"accepted": accepted, "structure": structure, "reason": reason, "link": link},
    )


def attachment_to_confirm(*, to: str, structure: str, link: str) -> Message:
    """A structure one had declared is now known from elsewhere: the attachment is looked at again."""
    return Message(
        to=to,
        subject="Votre rattachement doit être confirmé",
        template="attachment-to-confirm",
        why="Vous recevez ce courriel parce que vous aviez déclaré cette structure, ou y étiez rattaché.",
        context={"structure": structure, "link": link},
    )
