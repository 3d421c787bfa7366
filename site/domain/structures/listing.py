"""A person's structures, and one structure in full."""

from sqlalchemy.orm import Session

from communaute.domain.structures.values import InvoicePage, MembershipLine, StructureDetails
from communaute.models.accounts import User


def structures_of(session: Session, user: User) -> tuple[MembershipLine, ...]:
    """Every structure a person is attached to or has asked to be: active ones first, by name."""
    raise NotImplementedError


def details(session: Session, user: User, structure_id: int) -> StructureDetails:
    """Everything of a structure, for its members and administrators.

    Raises NotFound when there is none, or the person is not attached to it.
    """
    raise NotImplementedError


def invoices_of(
    session: Session,
    user: User,
    structure_id: int,
    *,
    open_only: bool = False,
    page: int = 1,
    size: int = 20,
) -> InvoicePage:
    """The invoices a structure has sent and received, the latest first. Raises NotFound."""
    raise NotImplementedError
