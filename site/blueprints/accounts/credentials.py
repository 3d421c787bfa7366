"""What people sign in with: the rules of addresses and passwords, in the place of Flask-Security's."""

from typing import Any

from flask_security import MailUtil, PasswordUtil


# Our own rule: long rather than odd.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
TOO_SHORT = f"Choisissez un mot de passe d’au moins {SHORTEST_PASSWORD} caractères."
TOO_LONG = f"Un mot de passe compte {LONGEST_PASSWORD} caractères au plus."


class Passwords(PasswordUtil):
    """Counts characters as they were typed: Flask-Security counts an é twice, and stops at 128."""

    def validate(
        self,
        password: str,
        is_register: bool,
        **_: Any,  # noqa: ANN401
    ) -> tuple[list[str] | None, str]:
        """The faults, or None, and the password in its normal form."""
        normal = self.normalize(password)
        if len(password) < SHORTEST_PASSWORD:
            return [TOO_SHORT], normal
        if len(password) > LONGEST_PASSWORD:
            return [TOO_LONG], normal
        return None, normal


class Addresses(MailUtil):
    """Addresses in small letters: `A@b.fr` and `a@b.fr` are one person and can be one account only."""

    def normalize(self, email: str) -> str:
        """The address to look for. Raises ValueError when it is none."""
        return str(super().normalize(email)).lower()

    def validate(self, email: str) -> str:
        """The address to write to. Raises ValueError when it is none."""
        return str(super().validate(email)).lower()
