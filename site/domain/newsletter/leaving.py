"""Leave the list: by the button of a page, by one click of a mail program, by a mail. Undo it.

Only the newsletter is left: mails about passwords and trainings are no part of it.
"""

from datetime import timedelta

from communaute.domain import clock
from communaute.domain.newsletter.context import LIST, Context
from communaute.domain.newsletter.errors import NotNow
from communaute.domain.newsletter.subscribers import Step, known, named, prove
from communaute.mailing.messages import newsletter as mails
from communaute.mailing.outbox import post, withdraw_from_list
from communaute.mailing.tagged import LEAVE
from communaute.models.newsletter import Subscriber


# Whoever left by mistake, or through somebody else's forwarded letter, has four weeks to come back.
UNDONE_WITHIN = timedelta(days=28)
APART = timedelta(hours=1)


def look(context: Context, token: str) -> Subscriber:
    """Whose link this is; changes nothing. Raises BadLink."""
    return known(context.session, context.who_leaves(token))


def leave(context: Context, token: str, how: str = "button") -> None:
    """Leave at once: what waits for this mailbox is withdrawn. Pressed twice, it is done once.

    Raises BadLink.
    """
    leave_row(context, named(context, context.who_leaves(token)), how)


def leave_by_mail(context: Context, address: str) -> bool:
    """Leave by a mail sent to one of our addresses; False when it is none that we made."""
    reference = context.tagger.read(LEAVE, address)
    if reference is None:
        return False
    leave_row(context, named(context, reference), "mail")
    return True


def leave_row(context: Context, row: Subscriber, how: str) -> None:
    """The same for a row in hand. Whoever has only asked withdraws what they asked for."""
    row.asked_themes, row.asked_rhythm, row.asked_at = "", None, None
    withdraw_from_list(context.session, row.address, LIST)
    if row.left_at is None:
        row.left_at = context.now
        prove(context.session, row, Step(name="left", page=how), context.now)


def can_undo(context: Context, row: Subscriber) -> bool:
    """Whether this person left, not too long ago, a list they were on."""
    left = row.left_at
    return left is not None and row.confirmed_at is not None and context.now < left + UNDONE_WITHIN


def undo(context: Context, token: str) -> None:
    """Come back as before. Raises BadLink, NotNow."""
    undo_row(context, named(context, context.who_leaves(token)))


def undo_row(context: Context, row: Subscriber) -> None:
    """The same for a row in hand. Raises NotNow."""
    if row.left_at is None:
        return
    if not can_undo(context, row):
        raise NotNow("Il est trop tard pour annuler : abonnez-vous de nouveau.")
    row.left_at = None
    prove(context.session, row, Step(name="undone"), context.now)


def send_link(context: Context, token: str) -> None:
    """Mail the link to the preferences to the mailbox itself, once an hour; to nobody who left.

    Raises BadLink.
    """
    row = named(context, context.who_leaves(token))
    mailed = clock.is_recent(row.link_mailed_at, context.now, APART)
    if row.confirmed_at is None or mailed:
        return
    row.link_mailed_at = context.now
    message = mails.preferences_link(
        to=row.address,
        link=context.preferences(row.reference),
        listed=context.mailing_list(row.reference),
    )
    key = f"newsletter-link-{row.reference}-{context.now:%Y%m%dT%H%M%S}"
    post(context.session, message, key=key, due=context.now)
