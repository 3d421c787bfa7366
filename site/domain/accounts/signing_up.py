"""Open an account: an address, a password, a link that proves the address.

Somebody may sign up with an address that is not theirs, before or after its owner. A link therefore
opens only what it was asked with: while one browser has asked, its own last password; as soon as
two have, none, and whoever reads the mailbox chooses it on the link's page.
"""

from sqlalchemy import select

from communaute.domain.accounts import links, passwords, steps, users
from communaute.domain.accounts.steps import Kind
from communaute.domain.context import Context
from communaute.mailing.messages import accounts as messages
from communaute.models.accounts import Step, User


def sign_up(context: Context, address: str, password: str, browser: str) -> None:
    """Ask for an account. Nothing answered tells whether the address has one.

    `browser` is the mark of the browser that asks. Raises WeakPassword.
    """
    passwords.check(password, address)
    hashed = passwords.hashed(password)
    user = users.find(context.session, address)
    if user is None:
        user = User(email=address, password=hashed, created_at=context.now, active=True)
        context.session.add(user)
        context.session.flush()
        steps.begin(context, Kind.AUTHOR, user, steps.digest(browser))
        return send_confirmation(context, user)
    users.hold(context.session, user.id)
    if user.confirmed_at is not None:
        return tell_owner(context, user)
    if not is_author(context, user, browser):
        user.password = None
    elif user.password is not None:
        user.password = hashed
    return send_confirmation(context, user)


def is_author(context: Context, user: User, browser: str) -> bool:
    """Whether this browser has asked for the account that waits."""
    mark = steps.digest(browser)
    own = select(Step.digest).where(
        Step.kind == Kind.AUTHOR.value, Step.user_id == user.id, Step.detail == mark
    )
    return context.session.scalar(own) is not None


def send_again(context: Context, address: str) -> None:
    """Send the link again to an account that waits."""
    user = users.find(context.session, address)
    passwords.spend()
    if user is not None and user.confirmed_at is None:
        users.hold(context.session, user.id)
        send_confirmation(context, user)


def send_confirmation(context: Context, user: User) -> None:
    """Mail the link that confirms the address."""
    if not user.is_guest:
        links.send(context, Kind.CONFIRM, user, user.email)


def tell_owner(context: Context, user: User) -> None:
    """Somebody wanted this address, which has an account: only its owner is told."""
    if user.is_guest:
        return
    message = messages.already_registered(
        to=user.email,
        sign_in=f"{context.base_url}/compte/connexion",
        reset=f"{context.base_url}/compte/mot-de-passe-oublie",
    )
    links.once_an_hour(context, Kind.KNOWN, user, user.email, lambda _key: message)


def confirm(context: Context, step: Step, password: str = "") -> None:
    """Open the account of a link.

    Raises WeakPassword when a password is needed and this one does not serve, DeadLink.
    """
    user = step.user
    if user is None or user.email != step.detail:
        raise links.DeadLink("Cette adresse n’attend plus de compte.")
    users.hold(context.session, user.id)
    links.serve(context, step)
    if user.password is None:
        passwords.check(password, user.email)
        user.password = passwords.hashed(password)
    user.confirmed_at = user.confirmed_at or context.now
