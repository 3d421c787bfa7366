"""A SIRET as a value, and the two ranges of SIRETs that are nobody's.

`french.reading` says what a SIRET is. The ranges, one for practice and one for the demonstration, are
below 000 100 000, under every SIREN that we have seen in files of the public register (the lowest are
000 199 968 and 000 325 175): well formed, so that every rule runs, and nobody's.
docs/decisions/0091 says how they were chosen.
"""

from dataclasses import dataclass

from stdnum import luhn

from communaute.domain.errors import DomainError
from communaute.domain.structures.errors import PracticeNumber
from communaute.french import reading
from communaute.french.typography import NARROW


LA_POSTE = "356000000"
PRACTICE = "00000"
DEMO = "00001"


class InvalidSiret(DomainError):
    """Not a SIRET; the sentence says why, `reason` in one word (`french.reading.UnreadableSiret`)."""

    def __init__(self, sentence: str, reason: str) -> None:
        self.reason = reason
        super().__init__(sentence, field="siret")


@dataclass(frozen=True)
class Siret:
    """A well-formed SIRET. Well formed does not mean that it exists: only INSEE's base knows."""

    digits: str

    @property
    def siren(self) -> str:
        """The first nine digits: the company. It never changes."""
        return self.digits[: reading.SIREN_LENGTH]

    @property
    def nic(self) -> str:
        """The last five digits: the establishment."""
        return self.digits[reading.SIREN_LENGTH :]

    @property
    def key(self) -> str:
        """The last digit: it is computed from the others."""
        return self.digits[-1]

    @property
    def is_la_poste(self) -> bool:
        """Whether La Poste's own rule applies."""
        return self.siren == LA_POSTE

    def __str__(self) -> str:
        return f"{spaced(self.siren)}{NARROW}{self.nic}"


def spaced(siren: str) -> str:
    """Nine digits in threes, with narrow no-break spaces."""
    return NARROW.join(siren[i : i + 3] for i in range(0, len(siren), 3))


def read_siret(text: str) -> Siret:
    """The SIRET typed, in any spacing. Raises InvalidSiret."""
    try:
        return Siret(reading.read_siret(text))
    except reading.UnreadableSiret as refused:
        raise InvalidSiret(str(refused), refused.reason) from None


def made_up(prefix: str, company: int, establishment: int = 1) -> Siret:
    """A SIRET of a range: company from 1 to 999, establishment from 1 to 9999; the keys are right."""
    eight = f"{prefix}{company:03}"
    siren = eight + str(luhn.calc_check_digit(eight))
    thirteen = f"{siren}{establishment:04}"
    return Siret(thirteen + str(luhn.calc_check_digit(thirteen)))


def is_practice(siret: Siret) -> bool:
    """Whether a SIRET is of the practice range."""
    return siret.digits.startswith(PRACTICE)


def refuse_practice(siret: Siret) -> None:
    """Raise PracticeNumber for a SIRET of the practice range: it enters by no other door."""
    if is_practice(siret):
        raise PracticeNumber(
            f"{siret} est un numéro inventé pour s’exercer : aucune structure ne le porte. "
            "Saisissez un vrai SIRET."
        )
