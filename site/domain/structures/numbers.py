"""SIRETs of nobody: one range for practice, one for the demonstration.

Both are below 000 100 000, under every SIREN that we have seen in files of the public register (the
lowest are 000 199 968 and 000 325 175): well formed, so that every rule runs, and nobody's.
docs/decisions/0091 says how they were chosen.
"""

from stdnum import luhn

from communaute.domain.siret import Siret
from communaute.domain.structures.errors import PracticeNumber


PRACTICE = "00000"
DEMO = "00001"


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
            f"{siret} est un numéro inventé pour s’exercer\u202f: aucune structure ne le porte. "
            "Saisissez un vrai SIRET."
        )
