"""Links of mails: signed for one purpose, bound to a row, and to one address.

One mail of a kind to an address in an hour, whoever asks and from wherever, until its link has
served: a stranger can neither fill a mailbox nor keep its owner from their own link, which is in it.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, select

from communaute.domain import clock
from communaute.domain.accounts import steps
from communaute.domain.accounts.steps import WITHIN, Kind
from communaute.domain.context import Context
from communaute.domain.errors import DomainError
from communaute.mailing.message import Message
from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post
from communaute.models.accounts import Step, User


class DeadLink(DomainError):
    """The link can no longer do what it was sent for."""


APART = timedelta(hours=1)
LONGEST_TOKEN = 200
# The page of a link, and the mail that holds it.
LINKS: dict[Kind, tuple[str, Callable[..., Message]]] = {
    Kind.CONFIRM: ("/compte/confirmation/", messages.confirm_address),
    Kind.RESET: ("/compte/mot-de-passe-oublie/", messages.reset_password),
    Kind.ADDRESS: ("/compte/adresse/", messages.confirm_new_address),
    Kind.CONTACT: ("/compte/contact/", messages.confirm_contact),
}


def send(context: Context, kind: Kind, user: User, to: str) -> None:
    """Mail a link of a user to an address, unless that address has been written to lately."""
    path, write = LINKS[kind]

    def with_link(key: str) -> Message:
        link = context.base_url + path + signer(context, kind).dumps(key)
        return write(to=to, link=link, until=context.now + WITHIN[kind])

    once_an_hour(context, kind, user, to, with_link)


def once_an_hour(
    context: Context, kind: Kind, user: User, to: str, write: Callable[[str], Message]
) -> None:
    """Begin a step and mail what `write` makes of its key, unless such a mail has left lately."""
    # Not those that a clock which was ahead has dated in the future: see `clock.is_recent`.
    lately = Step.begun_at.between(context.now - APART, context.now + clock.APART)
    asked = (Step.kind == kind.value, Step.detail == to, lately)
    waiting = select(Step.digest).where(*asked, Step.done_at.is_(None))
    if context.session.scalar(waiting.limit(1)) is not None:
        return
    # All that are left have served: their owner has proved this address since.
    served = context.session.scalar(select(func.count()).select_from(Step).where(*asked)) or 0
    hour = int(context.now.timestamp() // APART.total_seconds())
    # An account that has been erased, and opened again, may be written to.
    whose = user.created_at.isoformat() if to == user.email else ""
    mark = hashlib.sha256(f"{to} {whose} {hour} {served}".encode()).hexdigest()[:24]
    key = steps.begin(context, kind, user, to)
    context.session.flush()
    # Two requests at once: the outbox takes one mail of this key, and the other asks for nothing.
    post(context.session, write(key), key=f"account-{kind.value}-{mark}", due=context.now)


def opened(context: Context, kind: Kind, token: str) -> Step | None:
    """The step of a link that was opened, whatever has become of it; None for a forged one."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise BadData("too long")
        return steps.find(context, kind, str(signer(context, kind).loads(token)))
    except BadData:
        return None


def serve(context: Context, step: Step) -> None:
    """Note that a link serves now. Raises DeadLink when it has served, be it at this very moment."""
    if not steps.serve(context, step):
        raise DeadLink("Ce lien a déjà servi.")


def signer(context: Context, kind: Kind) -> URLSafeSerializer:
    """Signs the links of one kind."""
    return URLSafeSerializer(context.secret, salt=f"account-{kind.value}")
