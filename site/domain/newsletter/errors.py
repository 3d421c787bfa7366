"""What the rules of the newsletter refuse; each says what to do."""

from communaute.domain.errors import DomainError, OutOfReach


class BadLink(OutOfReach):
    """The link is forged, cut short, of another kind, or what it led to was erased."""


class PastLink(DomainError):
    """The link was good, and is too old."""


class InvalidRequest(DomainError):
    """Something typed is wrong; `faults` says it field by field."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence, field=field)


class NotNow(DomainError):
    """What was asked for cannot be done in the state that this is in."""
