"""Sign up from the form: a place held, a rank in the list, or a clear refusal."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.values import SignUpOutcome, SignUpRequest


def sign_up(
    session: Session, request: SignUpRequest, *, desk: Desk, now: datetime
) -> SignUpOutcome:
    """Hold a place of the pair, or join the training's waiting list when it is full.

    The mail that confirms is asked for in the same transaction: the caller commits. A place is
    held 24 hours, 2 hours when the first session is within three days, and never past its start.
    Raises InvalidSignUp (`faults` by field: name, email, organisation, siret, telephone, hopes,
    consent, accessibility, accessibility_consent), FilledTrap, PairUnknown, PairClosed.
    """
    raise NotImplementedError
