"""Change what an account is reached by: password, sign-in address, contact address.

Each change ends what was begun before it: links sent, sessions of other devices.
"""

from uuid import uuid4

from communaute.domain.accounts import links, passwords, sessions, signing_up, steps, users
from communaute.domain.accounts.links import DeadLink
from communaute.domain.accounts.lockout import NotProved
from communaute.domain.accounts.steps import Kind
from communaute.domain.context import Context
from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post
from communaute.models.accounts import Step, User


class WrongCurrentPassword(NotProved):
    """The current password does not fit."""


def forgotten(context: Context, address: str) -> None:
    """Mail a link to choose another password, if the address has an account.

    As long to answer when it has none: the hashes drown the few writes of a mail.
    """
    user = users.find(context.session, address)
    for _ in range(2):
        passwords.spend()
    if user is None or user.confirmed_at is None or user.is_guest:
        return
    users.hold(context.session, user.id)
    links.send(context, Kind.RESET, user, user.email)


def reset_password(context: Context, step: Step, password: str) -> None:
    """Choose another password with a link: every session closes, the second factor stays.

    Raises WeakPassword, SamePassword, DeadLink.
    """
    if step.user is None:
        raise DeadLink("Ce compte n’existe plus.")
    users.hold(context.session, step.user.id)
    links.serve(context, step)
    passwords.replace(step.user, password)
    sessions.close_all(context.session, step.user)
    told_of_password(context, step.user)


def prove(user: User, password: str) -> None:
    """Raises WrongCurrentPassword when this is not the user's password."""
    if not passwords.is_of(user, password):
        raise WrongCurrentPassword("Ce mot de passe ne convient pas.")


def change_password(context: Context, user: User, current: str, new: str, *, token: str) -> None:
    """Change one's password; `token` is the session that stays.

    Raises WrongCurrentPassword, WeakPassword, SamePassword.
    """
    prove(user, current)
    passwords.replace(user, new)
    sessions.close_others(context.session, user, token)
    told_of_password(context, user)


def told_of_password(context: Context, user: User) -> None:
    """What follows a new password: another link may be asked for, the person is told."""
    steps.have_served(context.session, user, Kind.RESET, context.now)
    reset = f"{context.base_url}/compte/mot-de-passe-oublie"
    message = messages.password_changed(to=user.email, when=context.now, reset=reset)
    post(context.session, message, key=f"password-changed-{uuid4().hex}", due=context.now)


def ask_address(context: Context, user: User, address: str) -> None:
    """Mail a link to the address one wishes to sign in with.

    Who asks is not told whether it has an account; its owner is.
    """
    owner = users.find(context.session, address)
    if owner is not None and (owner.confirmed_at is not None or owner.is_guest):
        signing_up.tell_owner(context, owner)
    else:
        links.send(context, Kind.ADDRESS, user, address)


def move(context: Context, step: Step, *, token: str) -> None:
    """Sign in with the address of a link from now on; the old one is told. Raises DeadLink.

    An unconfirmed account for this address proves nothing: it gives way.
    """
    user, owner = step.user, users.find(context.session, step.detail)
    if user is None or (owner is not None and owner.confirmed_at is not None):
        raise DeadLink("Cette adresse a maintenant un compte.")
    users.hold(context.session, user.id)
    if owner is not None:
        context.session.delete(owner)
        context.session.flush()
    links.serve(context, step)
    old, user.email = user.email, step.detail
    context.session.flush()
    sessions.close_others(context.session, user, token)
    message = messages.address_changed(
        to=old, new_address=user.email, when=context.now, contact=f"{context.base_url}/contact"
    )
    post(context.session, message, key=f"address-changed-{uuid4().hex}", due=context.now)


def confirm_contact(context: Context, step: Step) -> None:
    """Write to the address of a link from now on."""
    if step.user is None:
        raise DeadLink("Ce compte n’existe plus.")
    users.hold(context.session, step.user.id)
    links.serve(context, step)
    step.user.contact_email = None if step.detail == step.user.email else step.detail
