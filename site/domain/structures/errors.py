"""What a verb about structures refuses, each with its French sentence."""

from communaute.domain.errors import DomainError, OutOfReach


class StructureError(DomainError):
    """A rule about structures refused."""


class NotFound(StructureError, OutOfReach):
    """No such structure, invoice, request or receipt for this person: the page answers 404."""


class Forbidden(StructureError, OutOfReach):
    """The person may not do that. Written to the audit log by the verb itself: the page answers 403."""


class SiretRefused(StructureError):
    """The SIRET typed is what is refused."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="siret")


class AlreadyKnown(SiretRefused):
    """The structure is there already: only an attachment can be asked for.

    `structure_id` says which, so that the page offers it.
    """

    def __init__(self, message: str, structure_id: int) -> None:
        self.structure_id = structure_id
        super().__init__(message)


class AlreadyAttached(SiretRefused):
    """The person is attached to it already, or has a request that waits."""


class Replaced(SiretRefused):
    """The structure is no longer active: `successor_id` has taken its place, when one has."""

    def __init__(self, message: str, successor_id: int | None) -> None:
        self.successor_id = successor_id
        super().__init__(message)


class PracticeNumber(SiretRefused):
    """A SIRET of the range kept for practice, at a door of the real world."""


class UnknownSiret(SiretRefused):
    """The public register does not know this SIRET."""


class ClosedSiret(SiretRefused):
    """The public register says that the establishment is closed."""


class InvalidEntry(StructureError):
    """Something typed is missing, too long or not in the list: `faults` names the field."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence, field=field)


class AlreadyDecided(StructureError):
    """Somebody has accepted or refused the request meanwhile."""


class ImpossibleStatus(StructureError):
    """The invoice cannot go from its status to that one."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="status")


class ReasonMissing(InvalidEntry):
    """The status asks for a reason."""


class TooManyPractices(StructureError):
    """Too many practice accounts are open, from this address or in all: the page answers 429."""


class PracticeOver(StructureError):
    """The practice account has been erased, its 24 hours are over."""
