"""The lifecycle of an invoice: one table.

What each status means, who acts next, which reasons are compulsory come from what is published
(facts graded C or D; the pages of content/statuts say each source, a test holds the two together).
Which status follows which is OUR OWN rule, deduced: Chorus Pro's matrix is not published.
"""

from dataclasses import dataclass, field
from enum import StrEnum


OWN_RULE = (
    "L’enchaînement des statuts est déduit de ce qui est publié\u202f: Chorus Pro ne publie pas sa "
    "propre table."
)


class Side(StrEnum):
    """Who gives a status."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    ACCOUNTANT = "accountant"
    VALIDATOR = "validator"
    SYSTEM = "system"


class Actor(StrEnum):
    """Who acts next; the same words as `actor` in content/statuts."""

    SUPPLIER = "fournisseur"
    RECIPIENT = "destinataire"
    ACCOUNTANT = "comptable"
    NOBODY = "personne"


@dataclass(frozen=True)
class Status:
    """One status. `slug` is its page under /statuts/; `follows` the codes that may come next."""

    code: str
    label: str
    slug: str
    meaning: str
    actor: Actor
    given_by: Side
    follows: tuple[str, ...] = ()
    reason_required: bool = False
    # Whether the invoice still has to be dealt with.
    open: bool = True

    @property
    def url(self) -> str:
        """Its page."""
        return f"/statuts/{self.slug}"


@dataclass(frozen=True)
class Lifecycle:
    """The table, and what it answers."""

    statuses: dict[str, Status] = field(default_factory=dict)


STATUSES: dict[str, Status] = {}


def status(code: str) -> Status:
    """The status of a code or of one of its other spellings. Raises ImpossibleStatus."""
    raise NotImplementedError


def allows(before: str, after: str) -> bool:
    """Whether `after` may directly follow `before` (our own rule)."""
    raise NotImplementedError
