"""The second factor: an authenticator's codes, recovery codes, what follows a change of either."""

import base64
import hashlib
import io
import json
import secrets
from uuid import uuid4

import pyotp
import qrcode
import qrcode.image.svg
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from communaute.domain.accounts import links, lockout, passwords, sessions, steps, users
from communaute.domain.accounts.lockout import Attempt, NotProved, What
from communaute.domain.accounts.steps import Kind
from communaute.domain.context import Context
from communaute.domain.errors import DomainError
from communaute.mailing.messages import accounts as messages
from communaute.mailing.outbox import post
from communaute.models.accounts import Step, User


ISSUER = "Communauté Chorus Pro"
HALF_MINUTE = 30
RECOVERY_CODES = 8


class WrongCode(NotProved):
    """The code is wrong, or has been used already."""


class FactorNeeded(DomainError):
    """Anybody with a role must keep a second factor."""


def new_secret(context: Context) -> str:
    """A new authenticator's secret, sealed: what the step of a set-up holds."""
    return seal(context.secret, pyotp.random_base32())


def drawing(context: Context, user: User, step: Step) -> tuple[str, str, str]:
    """What to photograph, as an image in an address; the same key to type; its `otpauth:` address,
    which an application of this very device opens."""
    key = unseal(context.secret, step.detail)
    address = pyotp.TOTP(key).provisioning_uri(name=user.email, issuer_name=ISSUER)
    image = io.BytesIO()
    qrcode.make(address, image_factory=qrcode.image.svg.SvgImage).save(image)
    encoded = base64.b64encode(image.getvalue()).decode()
    typed = "-".join(key[start : start + 4] for start in range(0, len(key), 4))
    return f"data:image/svg+xml;base64,{encoded}", typed, address


def finish_set_up(context: Context, user: User, step: Step, code: str, *, token: str) -> None:
    """Take the first code: from now on one is asked for at each sign-in. Raises WrongCode."""
    at = moment_of(context, unseal(context.secret, step.detail), code, after=None)
    if not steps.serve(context, step):
        raise WrongCode(WRONG)
    user.totp_secret, user.totp_last_step = step.detail, at
    changed(context, user, token=token)


def take_code(context: Context, user: User, code: str) -> None:
    """Take a code of the authenticator, once. Raises WrongCode.

    The user's row is to be held: two requests that read before either writes would both take it.
    """
    if not user.totp_secret:
        raise WrongCode(WRONG)
    try:
        key = unseal(context.secret, user.totp_secret)
    except Unreadable as lost:
        raise WrongCode(WRONG) from lost
    user.totp_last_step = moment_of(context, key, code, after=user.totp_last_step)
    user.totp_secret = seal(context.secret, key)


WRONG = "Ce code ne convient pas. Saisissez celui que l’application montre en ce moment."


def moment_of(context: Context, key: str, code: str, *, after: int | None) -> int:
    """Which half minute's code this is: the present one, or one on either side of it.

    Raises WrongCode; so do codes up to the half minute `after`.
    """
    totp, present = pyotp.TOTP(key), int(context.now.timestamp()) // HALF_MINUTE
    for moment in (present, present - 1, present + 1):
        if (after is None or moment > after) and totp.verify(code, for_time=moment * HALF_MINUTE):
            return moment
    raise WrongCode(WRONG)


def warn(context: Context, user: User, attempt: Attempt) -> None:
    """Tell the owner, once an hour, that who knows their password tries codes from unknown devices."""
    if attempt.what is not What.CODE or attempt.known:
        return
    tried = lockout.failures(context.session, attempt, context.now, lockout.KEPT)
    if len(tried) >= lockout.FROM_ONE_CLIENT:
        reset = f"{context.base_url}/compte/mot-de-passe-oublie"
        message = messages.wrong_codes(to=user.email, when=context.now, reset=reset)
        links.once_an_hour(context, Kind.WRONG_CODES, user, user.email, lambda _key: message)


def new_recovery_codes(user: User) -> list[str]:
    """Eight codes, the earlier ones useless: shown once, kept hashed under one salt."""
    drawn = [secrets.token_hex(6) for _ in range(RECOVERY_CODES)]
    codes = ["-".join(code[start : start + 4] for start in (0, 4, 8)) for code in drawn]
    user.recovery_codes = list(passwords.hashed_together(codes, secrets.token_bytes(16)))
    return codes


def take_recovery_code(context: Context, user: User, code: str) -> None:
    """Take a recovery code, once. Raises WrongCode. The user's row is to be held."""
    kept = user.recovery_codes or []
    new = [one for one in kept if one.startswith("$argon2")]
    found = passwords.find_hashed(new, code) or find_encrypted(context, kept, code)
    if found is None:
        raise WrongCode("Ce code de secours ne convient pas, ou il a déjà servi.")
    user.recovery_codes = [one for one in kept if one != found]


def find_encrypted(context: Context, kept: list[str], code: str) -> str | None:
    """Which of the codes kept before November 2026 (encrypted, not hashed) this is; or None."""
    fernet = _fernet(context.secret, "recovery")
    for one in kept:
        try:
            if secrets.compare_digest(fernet.decrypt(one.encode()), code.encode()):
                return one
        except InvalidToken:  # written under a former key
            continue
    return None


def remove_authenticator(context: Context, user: User, *, token: str) -> None:
    """Take the authenticator away. Raises FactorNeeded."""
    users.hold(context.session, user.id)
    if user.is_staff and not user.passkeys:
        raise FactorNeeded("Ce choix n’est pas possible pour votre compte.")
    user.totp_secret = user.totp_last_step = None
    changed(context, user, token=token)


def changed(context: Context, user: User, *, token: str) -> None:
    """What follows: other sessions and what was begun elsewhere end, the person is told."""
    context.session.flush()
    context.session.refresh(user, ["passkeys"])
    if not user.has_second_factor:
        user.recovery_codes = None
    sessions.close_others(context.session, user, token)
    message = messages.second_factor_changed(
        to=user.email,
        enabled=user.has_second_factor,
        when=context.now,
        reset=f"{context.base_url}/compte/mot-de-passe-oublie",
    )
    post(context.session, message, key=f"second-factor-{uuid4().hex}", due=context.now)


# What the database keeps unreadable: sealed with a key drawn from the site's own.
#
# After a change of SECRET_KEY what was sealed is lost: `accounts remove-second-factor`.


class Unreadable(ValueError):
    """Sealed with another key, or not sealed by this site."""


def seal(secret: str, text: str) -> str:
    """The text, unreadable without the secret."""
    return _fernet(secret, "seal").encrypt(text.encode()).decode()


def unseal(secret: str, sealed: str) -> str:
    """The text. Raises Unreadable."""
    if sealed.startswith("{"):
        return _unseal_wallet(secret, sealed)
    try:
        return _fernet(secret, "seal").decrypt(sealed.encode()).decode()
    except InvalidToken as refused:
        raise Unreadable from refused


def _unseal_wallet(secret: str, sealed: str) -> str:
    """An authenticator's secret as kept before November 2026: passlib's wallet, version 1.

    AES-256 in counter mode; key and counter from PBKDF2-HMAC-SHA256 over 2**c rounds.
    """
    kept = json.loads(sealed)["enckey"]
    padded = (kept[name] + "=" * (-len(kept[name]) % 8) for name in ("s", "k"))
    salt, hidden = map(base64.b32decode, padded)
    password = _derived(secret, "totp").hex().encode()
    drawn = hashlib.pbkdf2_hmac("sha256", password, salt, 1 << int(kept["c"]), 48)
    opened = Cipher(algorithms.AES(drawn[:32]), modes.CTR(drawn[32:])).decryptor()
    return base64.b32encode(opened.update(hidden) + opened.finalize()).decode().rstrip("=")


def _derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).digest()


def _fernet(secret: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, purpose)))
