"""Why a SIRET change is refused."""

from communaute.domain.errors import DomainError


class ChangeRefused(DomainError):
    """A rule refused the change; the sentence says what to do instead."""


class NotManager(ChangeRefused):
    """Only a principal or secondary manager may change the SIRET."""


class LocalAuthority(ChangeRefused):
    """A local authority does not change its SIRET this way; the sentence says what it does."""


class AlreadyReplaced(ChangeRefused):
    """The structure has been replaced already: by somebody else a moment ago, or earlier.

    `receipt_code` is the change that won.
    """

    def __init__(self, message: str, receipt_code: str) -> None:
        self.receipt_code = receipt_code
        super().__init__(message)


class Inactive(ChangeRefused):
    """The structure is not active, and was not replaced."""


class OtherSiren(ChangeRefused):
    """The new SIRET is another company's (our own rule)."""


class SameSiret(ChangeRefused):
    """The new SIRET is the old one."""


class SiretTaken(ChangeRefused):
    """Another structure has the new SIRET, or had it."""


class OutsidePractice(ChangeRefused):
    """A practice number in the real world, or a real number in practice."""


class WrongDate(ChangeRefused):
    """The effective date is missing, no date, in the future or before the last change."""


class NotUndoable(ChangeRefused):
    """A change is undone in practice only, and the latest only."""
