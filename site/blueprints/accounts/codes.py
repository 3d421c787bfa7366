"""Codes of the authenticator: each serves once."""

from flask_security import Totp, UserMixin
from passlib.totp import TotpMatch


class OneTimeCodes(Totp):
    """Remembers the last code taken, so that one seen over a shoulder opens nothing."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The moment of the last code taken."""
        return getattr(user, "tf_last_counter", None)

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Remember the moment of this one."""
        if user.tf_totp_secret:
            user.tf_last_counter = tmatch.counter
