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


class NewSiretRefused(ChangeRefused):
    """The new SIRET is what is refused."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="siret")


class OtherSiren(NewSiretRefused):
    """The new SIRET is another company's (our own rule)."""


class SameSiret(NewSiretRefused):
    """The new SIRET is the old one."""


class SiretTaken(NewSiretRefused):
    """Another structure has the new SIRET, or had it."""


class OutsidePractice(NewSiretRefused):
    """A practice number in the real world, or a real number in practice."""


class WrongDate(ChangeRefused):
    """The effective date is not a date, is in the future, or is before the last change."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="effective_on")


class NotUndoable(ChangeRefused):
    """Only the latest change of a practice set can be undone."""
