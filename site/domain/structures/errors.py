"""What a verb about structures refuses, each with its French sentence."""

from communaute.domain.errors import DomainError


class StructureError(DomainError):
    """A rule about structures refused."""


class NotFound(StructureError):
    """No such structure, invoice, request or receipt for this person: the page answers 404."""


class Forbidden(StructureError):
    """The person may not do that. Written to the audit log by the verb itself: the page answers 403."""


class AlreadyKnown(StructureError):
    """The structure is there already: only an attachment can be asked for.

    `structure_id` says which, so that the page offers it.
    """

    def __init__(self, message: str, structure_id: int) -> None:
        self.structure_id = structure_id
        super().__init__(message)


class AlreadyAttached(StructureError):
    """The person is attached to it already, or has a request that waits."""


class Replaced(StructureError):
    """The structure is no longer active: `successor_id` has taken its place, when one has."""

    def __init__(self, message: str, successor_id: int | None) -> None:
        self.successor_id = successor_id
        super().__init__(message)


class PracticeNumber(StructureError):
    """A SIRET of the range kept for practice, at a door of the real world."""


class UnknownSiret(StructureError):
    """The public register does not know this SIRET."""


class ClosedSiret(StructureError):
    """The public register says that the establishment is closed."""


class InvalidEntry(StructureError):
    """Something typed is missing or too long: `field` says which."""

    def __init__(self, message: str, field: str) -> None:
        self.field = field
        super().__init__(message)


class AlreadyDecided(StructureError):
    """Somebody has accepted or refused the request meanwhile."""


class ImpossibleStatus(StructureError):
    """The invoice cannot go from its status to that one."""


class ReasonMissing(InvalidEntry):
    """The status asks for a reason."""


class TooManyPractices(StructureError):
    """Too many practice accounts are open, from this address or in all: the page answers 429."""


class PracticeOver(StructureError):
    """The practice account has been erased, its 24 hours are over."""
