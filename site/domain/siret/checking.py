"""What a SIRET is: its parts, and each way of being wrong.

Source of the rule: INSEE's key is Luhn's formula on the 9 digits of the SIREN and on the 14 of the
SIRET; La Poste's establishments follow a rule of their own (python-stdnum knows it).
"""

import re
import unicodedata
from dataclasses import dataclass

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from communaute.domain.errors import DomainError


SIREN_LENGTH = 9
SIRET_LENGTH = 14
LA_POSTE = "356000000"
# What people put between the digits: any space, full stops, hyphens, slashes, invisible marks.
SEPARATORS = re.compile(r"[\s.\-_/\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\ufeff]+")


class InvalidSiret(DomainError):
    """Not a SIRET; the sentence says why."""


class EmptyNumber(InvalidSiret):
    """Nothing was typed."""


class ForeignCharacters(InvalidSiret):
    """Something else than digits and separators."""


class WrongLength(InvalidSiret):
    """Not 14 digits."""


class SirenAlone(WrongLength):
    """Nine digits that are a good SIREN: the establishment's number is missing."""


class WrongKey(InvalidSiret):
    """14 digits whose control key is wrong: a digit was mistyped."""


class WrongSirenKey(WrongKey):
    """The first nine digits are no SIREN: the mistake is among them."""


@dataclass(frozen=True)
class Siret:
    """A well-formed SIRET. Well formed does not mean that it exists: only INSEE's base knows."""

    digits: str

    @property
    def siren(self) -> str:
        """The first nine digits: the company. It never changes."""
        return self.digits[:SIREN_LENGTH]

    @property
    def nic(self) -> str:
        """The last five digits: the establishment."""
        return self.digits[SIREN_LENGTH:]

    @property
    def key(self) -> str:
        """The last digit: it is computed from the others."""
        return self.digits[-1]

    @property
    def is_la_poste(self) -> bool:
        """Whether La Poste's own rule applies."""
        return self.siren == LA_POSTE

    def __str__(self) -> str:
        return f"{spaced(self.siren)}\u202f{self.nic}"


def spaced(siren: str) -> str:
    """Nine digits in threes, with narrow no-break spaces."""
    return "\u202f".join(siren[i : i + 3] for i in range(0, len(siren), 3))


def digits_of(text: str) -> str:
    """The digits typed, whatever stands between them.

    Raises EmptyNumber, ForeignCharacters.
    """
    compact = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not compact:
        raise EmptyNumber("Saisissez les 14 chiffres du SIRET.")
    foreign = sorted({character for character in compact if character not in "0123456789"})
    if foreign:
        raise ForeignCharacters(_foreign_sentence(foreign))
    return compact


def _foreign_sentence(foreign: list[str]) -> str:
    shown = ", ".join(f"«\u202f{c}\u202f»" for c in foreign[:3] if c.isprintable())
    sentence = "Un SIRET ne contient que des chiffres"
    if shown:
        sentence += f"\u202f: retirez {shown}"
    hint = " La lettre O ressemble au chiffre 0." if {"O", "o"} & set(foreign) else ""
    return f"{sentence}.{hint}"


def read_siret(text: str) -> Siret:
    """The SIRET typed, in any spacing.

    Raises EmptyNumber, ForeignCharacters, SirenAlone, WrongLength, WrongSirenKey or WrongKey.
    """
    digits = digits_of(text)
    if len(digits) != SIRET_LENGTH:
        raise _wrong_length(digits)
    if not is_siren(digits[:SIREN_LENGTH]):
        raise WrongSirenKey(
            "La clé de contrôle ne correspond pas\u202f: l’erreur est dans les 9 premiers chiffres, "
            "qui ne forment pas un SIREN. Relisez-les sur un document officiel."
        )
    try:
        return Siret(stdnum_siret.validate(digits))
    except ValidationError:
        raise WrongKey(
            "La clé de contrôle ne correspond pas\u202f: les 9 premiers chiffres forment bien un "
            "SIREN, l’erreur est donc dans les 5 derniers. Relisez-les."
        ) from None


def _wrong_length(digits: str) -> WrongLength:
    count = len(digits)
    if count == SIREN_LENGTH and is_siren(digits):
        return SirenAlone(
            f"{spaced(digits)} est un SIREN bien formé (9 chiffres), qui désigne l’entreprise. "
            "Ajoutez les 5 chiffres du NIC, qui désignent l’établissement."
        )
    seen = "un seul" if count == 1 else str(count)
    if count < SIRET_LENGTH:
        missing = SIRET_LENGTH - count
        rest = "il en manque un" if missing == 1 else f"il en manque {missing}"
    else:
        extra = count - SIRET_LENGTH
        rest = "il y en a un de trop" if extra == 1 else f"il y en a {extra} de trop"
    return WrongLength(f"Un SIRET a 14 chiffres, vous en avez saisi {seen}\u202f: {rest}.")


def is_siren(digits: str) -> bool:
    """Whether nine digits satisfy the key. Nine zeros do too, and are nobody's."""
    if digits.strip("0") == "":
        return False
    return bool(stdnum_siren.is_valid(digits))
