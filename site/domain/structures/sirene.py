"""Ask the public « Recherche d'entreprises » API whether a SIRET exists.

Outside any transaction: a slow register must hold no lock. It never raises for the register's own
failures: a register that is down is an answer (« non vérifié »).
"""

from dataclasses import dataclass
from enum import StrEnum

from communaute.domain.siret import Siret


class Existence(StrEnum):
    """What the register says."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Answer:
    """What the register says of a SIRET; `name` is empty unless it knows it.

    `sentence` says it in French, and that the SIRET is « non vérifié » when nobody could tell.
    """

    existence: Existence
    name: str = ""
    sentence: str = ""

    @property
    def verified(self) -> bool:
        """Whether the register knows the SIRET as open."""
        return self.existence is Existence.OPEN


def ask(url: str, siret: Siret, timeout: float = 3.0) -> Answer:
    """Ask the register at `url` (SIRENE_URL; empty: NOT_ASKED), at most `timeout` seconds in all."""
    raise NotImplementedError
