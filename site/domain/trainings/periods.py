"""How long a place waits for an answer: our own rules, said on the pages and in the mails."""

from datetime import timedelta


# A place held for somebody who must confirm.
HELD_FOR = timedelta(hours=24)
# When the first session is near, a place held in vain would stay empty.
SOON, HELD_SOON = timedelta(days=3), timedelta(hours=2)
# A place offered to the first of the waiting list.
OFFERED_FOR = timedelta(hours=24)
# An offer that could not be read in time would be no offer.
LEAST_OFFER = timedelta(hours=2)
