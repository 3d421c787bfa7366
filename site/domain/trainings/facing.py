"""What the page that answers a sign-up may say: the same to everybody for the same seats.

Whoever types somebody's address must not learn whether it has a request: only the mail says it.
"""

from dataclasses import dataclass
from datetime import datetime

from communaute.domain.trainings.people import person_key
from communaute.domain.trainings.rules import held_until
from communaute.domain.trainings.values import SignUpKind, SignUpOutcome


@dataclass(frozen=True, kw_only=True)
class Told:
    """A place held until a moment, or a rank in the list; never that the address is known."""

    kind: SignUpKind
    until: datetime | None = None
    rank: int | None = None


def as_told(outcome: SignUpOutcome, now: datetime) -> Told:
    """The outcome; for an address that has a request, what an unknown one would have been told."""
    pair = outcome.pair
    if outcome.kind is not SignUpKind.ALREADY:
        return Told(kind=outcome.kind, until=outcome.until, rank=outcome.rank)
    if pair.full:
        return Told(kind=SignUpKind.WAITING, rank=pair.waiting + 1)
    return Told(kind=SignUpKind.HELD, until=held_until(now, pair.starts_at))


def same_person(email: str) -> str:
    """The same text for every spelling of one mailbox, whatever was typed."""
    return person_key(email.strip())
