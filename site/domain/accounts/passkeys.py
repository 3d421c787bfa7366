"""Passkeys (WebAuthn): as a second factor, and alone for people who prefer it.

A passkey that opens the account alone has asked its owner for a PIN, a finger or a face: the
browser says so and signs it. Challenges are drawn from a step's key: they end with it.
"""

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from communaute.domain.accounts import second_factor, steps, users
from communaute.domain.accounts.lockout import NotProved
from communaute.domain.context import Context
from communaute.models.accounts import Passkey, Step, User


T = TypeVar("T")
LONGEST_ANSWER = 20_000
# WebAuthn level 3, 4 « Credential ID »: 1023 bytes at most, here as base64.
LONGEST_CREDENTIAL = 1_364
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
MOST = 20
REQUIRED, DISCOURAGED = (
    UserVerificationRequirement.REQUIRED,
    UserVerificationRequirement.DISCOURAGED,
)


class PasskeyRefused(NotProved):
    """The passkey's answer proves nothing."""


@dataclass(frozen=True)
class Place:
    """The site as a browser knows it: a passkey answers to one host only, from one origin."""

    host: str
    origin: str


REFUSED = "Cette clé d’accès n’a pas été reconnue. Recommencez, ou prenez un autre moyen."


def challenge(context: Context, key: str) -> bytes:
    """What the passkey must sign: known to the browser that holds the step's key, until it ends."""
    return hmac.new(context.secret.encode(), f"passkey {key}".encode(), "sha256").digest()


def creation(context: Context, user: User, key: str, place: Place, *, alone: bool) -> str:
    """What the browser needs to make a passkey, as JSON."""
    handle = hmac.new(
        context.secret.encode(), f"passkey user {user.id}".encode(), "sha256"
    ).digest()
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=second_factor.ISSUER,
        user_id=handle,
        user_name=user.email,
        challenge=challenge(context, key),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED
            if alone
            else ResidentKeyRequirement.DISCOURAGED,
            user_verification=REQUIRED if alone else DISCOURAGED,
        ),
        exclude_credentials=described(user),
    )
    return options_to_json(options)


def described(user: User) -> list[PublicKeyCredentialDescriptor]:
    """The passkeys of a user, as browsers want them named."""
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential))
        for one in user.passkeys
    ]


def wish(name: str, *, alone: bool) -> str:
    """What the step of a new passkey holds: whether it will open the account alone, and its name."""
    return f"{int(alone)} {name}"


def is_for_alone(step: Step) -> bool:
    """Whether the passkey being made will open the account alone."""
    return step.detail.startswith("1")


def add(
    context: Context, user: User, step: Step, key: str, place: Place, answer: str, *, token: str
) -> None:
    """Keep a passkey that the browser has made, as its step says. Raises PasskeyRefused."""
    alone = is_for_alone(step)
    users.hold(context.session, user.id)
    if len(user.passkeys) >= MOST:
        raise PasskeyRefused(f"Un compte a {MOST} clés d’accès au plus.")
    asked = {"credential": read(answer), "require_user_verification": alone}
    made = verified(verify_registration_response, context, key, place, asked)
    credential = bytes_to_base64url(made.credential_id)
    if len(credential) > LONGEST_CREDENTIAL or find(context, credential) is not None:
        raise PasskeyRefused(REFUSED)
    if not steps.serve(context, step):
        raise PasskeyRefused(REFUSED)
    user.passkeys.append(
        Passkey(
            credential=credential,
            public_key=made.credential_public_key,
            uses=made.sign_count,
            name=step.detail[2:],
            alone=alone,
            added_at=context.now,
        )
    )
    second_factor.changed(context, user, token=token)


def request(context: Context, key: str, place: Place, user: User | None) -> str:
    """What the browser needs to ask for a passkey: one of a user's, or any that opens alone."""
    options = generate_authentication_options(
        rp_id=place.host,
        challenge=challenge(context, key),
        allow_credentials=described(user) if user else None,
        user_verification=DISCOURAGED if user else REQUIRED,
    )
    return options_to_json(options)


def take(context: Context, key: str, place: Place, answer: str, user: User | None) -> User:
    """Whose passkey has answered: of this user, or of anybody when it opens the account alone.

    Raises PasskeyRefused. The key's row is held: what it says of its uses goes up only.
    """
    said = read(answer)
    passkey = find(context, str(said["id"]))
    if passkey is None or not (passkey.user_id == user.id if user else passkey.alone):
        raise PasskeyRefused(REFUSED)
    asked = {
        "credential": said,
        "credential_public_key": passkey.public_key,
        "credential_current_sign_count": passkey.uses,
        "require_user_verification": user is None,
    }
    proved = verified(verify_authentication_response, context, key, place, asked)
    passkey.uses, passkey.used_at = proved.new_sign_count, context.now
    owner = user or context.session.get_one(User, passkey.user_id)
    if not owner.is_active:
        raise PasskeyRefused(REFUSED)
    return owner


def verified(
    verify: Callable[..., T], context: Context, key: str, place: Place, asked: dict[str, Any]
) -> T:
    """What the library makes of an answer to the challenge of a step. Raises PasskeyRefused.

    Bytes that a stranger chose make it raise what it does not promise: KeyError, TypeError, AttributeError.
    """
    try:
        return verify(
            **asked,
            expected_challenge=challenge(context, key),
            expected_rp_id=place.host,
            expected_origin=place.origin,
        )
    except Exception as refused:
        raise PasskeyRefused(REFUSED) from refused


def find(context: Context, credential: str) -> Passkey | None:
    """The passkey that a browser names, its row held until the transaction ends."""
    found = select(Passkey).where(Passkey.credential == credential).with_for_update()
    return context.session.scalar(found)


def read(answer: str) -> dict[str, object]:
    """What the browser sent. Raises PasskeyRefused."""
    try:
        said = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        said = None
    # Databases fail on some characters: only an identifier that may be one is looked for.
    if not isinstance(said, dict) or not BASE64URL.fullmatch(str(said.get("id"))):
        raise PasskeyRefused(REFUSED)
    return said


def remove(context: Context, user: User, number: int, *, token: str) -> bool:
    """Take a passkey away; False when it is not one of the user's. Raises FactorNeeded."""
    users.hold(context.session, user.id)
    own = next((one for one in user.passkeys if one.id == number), None)
    if own is None:
        return False
    if user.is_staff and not user.totp_secret and len(user.passkeys) == 1:
        raise second_factor.FactorNeeded(
            "Votre rôle demande une double authentification. Ajoutez d’abord un autre moyen."
        )
    user.passkeys.remove(own)
    second_factor.changed(context, user, token=token)
    return True
