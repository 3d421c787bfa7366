"""Open an account: an address, a password, a link that proves the address.

Somebody may sign up with an address that is not theirs, before or after its owner. A link therefore
opens only what it was asked with: while one browser has asked, its own last password; as soon as
two have, none, and whoever reads the mailbox chooses it on the link's page.
"""

from sqlalchemy import select

from communaute.domain.accounts import links, passwords, steps, users
from communaute.domain.accounts.act import Act
from communaute.domain.accounts.steps import Kind
from communaute.mailing.messages import accounts as messages
from communaute.models.accounts import Step, User


def sign_up(act: Act, address: str, password: str, browser: str) -> None:
    """Ask for an account. Nothing answered tells whether the address has one.

    `browser` is the mark of the browser that asks. Raises WeakPassword.
    """
    passwords.check(password, address)
    hashed = passwords.hashed(password)
    user = users.find(act.session, address)
    if user is None:
        user = User(email=address, password=hashed, created_at=act.now, active=True)
        act.session.add(user)
        act.session.flush()
        steps.begin(act, Kind.AUTHOR, user, steps.digest(browser))
        return send_confirmation(act, user)
    users.hold(act.session, user.id)
    if user.confirmed_at is not None:
        return tell_owner(act, user)
    if not is_author(act, user, browser):
        user.password = None
    elif user.password is not None:
        user.password = hashed
    return send_confirmation(act, user)


def is_author(act: Act, user: User, browser: str) -> bool:
    """Whether this browser has asked for the account that waits."""
    mark = steps.digest(browser)
    own = select(Step.digest).where(
        Step.kind == Kind.AUTHOR.value, Step.user_id == user.id, Step.detail == mark
    )
    return act.session.scalar(own) is not None


def send_again(act: Act, address: str) -> None:
    """Send the link again to an account that waits."""
    user = users.find(act.session, address)
    passwords.spend()
    if user is not None and user.confirmed_at is None:
        users.hold(act.session, user.id)
        send_confirmation(act, user)


def send_confirmation(act: Act, user: User) -> None:
    """Mail the link that confirms the address."""
    if not user.is_guest:
        links.send(act, Kind.CONFIRM, user, user.email)


def tell_owner(act: Act, user: User) -> None:
    """Somebody wanted this address, which has an account: only its owner is told."""
    if user.is_guest:
        return
    message = messages.already_registered(
        to=user.email,
        sign_in=act.page("/compte/connexion"),
        reset=act.page("/compte/mot-de-passe-oublie"),
    )
    links.once_an_hour(act, Kind.KNOWN, user, user.email, lambda _key: message)


def needs_password(step: Step) -> bool:
    """Whether the page of this link must ask for a password."""
    return step.user is not None and step.user.password is None


def confirm(act: Act, step: Step, password: str = "") -> None:
    """Open the account of a link.

    Raises WeakPassword when a password is needed and this one does not serve, DeadLink.
    """
    user = step.user
    if user is None or user.email != step.detail:
        raise links.DeadLink("Cette adresse n’attend plus de compte.")
    users.hold(act.session, user.id)
    links.serve(act, step)
    if user.password is None:
        passwords.check(password, user.email)
        user.password = passwords.hashed(password)
    user.confirmed_at = user.confirmed_at or act.now
