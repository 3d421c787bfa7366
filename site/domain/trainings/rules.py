"""How long a place is kept, and when sign-ups close. Our own rules, each said on the page."""

from datetime import datetime, timedelta


HELD_FOR = timedelta(hours=24)
# When the first session is near, a place held in vain would stay empty.
SOON, HELD_SOON = timedelta(days=3), timedelta(hours=2)
OFFERED_FOR = timedelta(hours=24)
# An offer that could not be read in time would be no offer.
LEAST_OFFER = timedelta(hours=2)
# Who answers none of so many offers leaves the list: the next in line wait behind them.
UNANSWERED_OFFERS = 2


def held_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when a place is held, never past the start of the first session."""
    length = HELD_SOON if starts_at - now <= SOON else HELD_FOR
    return min(now + length, starts_at)


def offered_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when a place is offered, never past the start of the first session."""
    return min(now + OFFERED_FOR, starts_at)


def may_be_offered(now: datetime, starts_at: datetime) -> bool:
    """Whether there is time left to offer a place."""
    return starts_at - now >= LEAST_OFFER
