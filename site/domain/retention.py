"""How long data is kept, what is given to a person and what goes with their account.

Each feature says it of its own data (domain/keeping.py); here they are collected, for `data purge`, the
page /donnees-personnelles, and the two acts of a person on all that is theirs.
"""

from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from communaute.domain import audit, search
from communaute.domain.accounts import personal_data as accounts
from communaute.domain.keeping import Holding, Rule
from communaute.domain.messages import personal_data as messages
from communaute.domain.newsletter import personal_data as newsletter
from communaute.domain.notifications import personal_data as notifications
from communaute.domain.opinions import personal_data as opinions
from communaute.domain.signatures import results as signatures
from communaute.domain.siret import personal_data as siret
from communaute.domain.structures import personal_data as structures
from communaute.domain.tariffs import reports as tariffs
from communaute.domain.testimonials import personal_data as testimonials
from communaute.domain.trainings import personal_data as trainings


# The order is the page's: what every visitor leaves, then accounts and their tools.
RULES: tuple[Rule, ...] = (
    *opinions.RULES,
    *signatures.RULES,
    *search.RULES,
    *tariffs.RULES,
    *newsletter.RULES,
    *accounts.RULES,
    *structures.RULES,
    *siret.RULES,
    *notifications.RULES,
    *messages.RULES,
    *trainings.RULES,
    *testimonials.RULES,
    *audit.RULES,
)
HOLDINGS: tuple[Holding, ...] = (
    *accounts.HOLDINGS,
    *structures.HOLDINGS,
    *siret.HOLDINGS,
    *notifications.HOLDINGS,
    *messages.HOLDINGS,
    *opinions.HOLDINGS,
    *trainings.HOLDINGS,
    *testimonials.HOLDINGS,
    *newsletter.HOLDINGS,
    *audit.HOLDINGS,
)


def purge(session: Session, now: datetime, rules: tuple[Rule, ...] = RULES) -> dict[str, int]:
    """Carry out every rule, each in its own transaction; answers the count of each.

    Safe to run twice: what is gone is not counted again. A rule that fails keeps no other from
    being carried out; its error is raised once all have been.
    """
    counts, failed = {}, None
    for rule in rules:
        try:
            counts[rule.name] = rule.purge(session, now)
            session.commit()
        except SQLAlchemyError as error:
            session.rollback()
            failed = failed or error
    if failed is not None:
        raise failed
    return counts
