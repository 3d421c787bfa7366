"""The receipt of a SIRET change."""

from sqlalchemy.orm import Session

from communaute.domain.siret.values import Receipt
from communaute.models.accounts import User


def receipt(session: Session, user: User, code: str) -> Receipt:
    """The receipt, for the active members of the two structures. Raises NotFound."""
    raise NotImplementedError
