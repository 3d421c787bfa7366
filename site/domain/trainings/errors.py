"""What the rules of trainings refuse; each says what to do."""

from collections.abc import Mapping

from communaute.domain.errors import DomainError, OutOfReach


class InvalidSignUp(DomainError):
    """Something typed is wrong. `faults` gives, by form field, the sentence to put beside it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class BadLink(OutOfReach):
    """The link is forged, cut short, or of another kind."""


class DeadLink(OutOfReach):
    """The link was good, and opens nothing any more: what it led to was erased."""


class PairUnknown(DomainError):
    """No such pair of sessions."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="pair_id")


class PairClosed(DomainError):
    """The pair has begun, or was called off: nobody signs up any more."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="pair_id")


class PairFull(DomainError):
    """No place is left in this pair."""


class SamePair(DomainError):
    """The person has a place in this very pair."""


class HoldExpired(DomainError):
    """The place was held until a moment that is past, and went to somebody else."""


class OfferExpired(DomainError):
    """The place was offered until a moment that is past, and went to the next in line."""


class NothingOffered(DomainError):
    """No place is offered to this person now."""


class NotInList(DomainError):
    """The person is not in the waiting list any more."""


class NoPlace(DomainError):
    """The person has no place: what they ask for needs one."""


class AlreadyElsewhere(DomainError):
    """The person has another request for the same training: that one decides."""


class SessionUnknown(DomainError):
    """No such session in the person's pair."""


class InvalidDates(DomainError):
    """Dates that cannot be: past, out of order, or an hour that the clock change skips."""

    def __init__(self, sentence: str, *, field: str = "dates") -> None:
        super().__init__(sentence, field=field)


class InvalidCapacity(DomainError):
    """A capacity below one, or below the places taken."""


class InvalidPlace(DomainError):
    """The virtual class is no https address, or is too long."""


class AlreadyCancelled(DomainError):
    """The pair was called off already."""


class TooEarly(DomainError):
    """The session has not begun: nobody can have been present."""


class NoAttestation(DomainError):
    """Nothing to attest: the person was seen at no session, or nobody has noted it yet."""


class AlreadyAnswered(DomainError):
    """The satisfaction form was sent already."""


class InvalidAnswer(DomainError):
    """An answer out of its scale, or too long."""
