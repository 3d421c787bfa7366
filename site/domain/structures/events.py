"""What happened, and to whom it matters: what a digest of the week is made of."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from communaute.models.structures import Event


class EventKind(StrEnum):
    """Every kind of event."""

    DECLARED = "structure-declared"
    ATTACHMENT_ASKED = "attachment-asked"
    ATTACHMENT_ACCEPTED = "attachment-accepted"
    ATTACHMENT_REFUSED = "attachment-refused"
    INVOICE_RECEIVED = "invoice-received"
    INVOICE_STATUS = "invoice-status"
    SPACE_OPENED = "space-opened"
    MANDATE_ADDED = "mandate-added"
    SIRET_CHANGED = "siret-changed"
    SIRET_CHANGE_UNDONE = "siret-change-undone"
    MESSAGE = "message-arrived"


def happened(
    session: Session,
    kind: EventKind,
    structure_id: int,
    now: datetime,
    *,
    invoice_id: int | None = None,
    user_id: int | None = None,
    details: dict[str, str] | None = None,
) -> None:
    """Note an event for the members of a structure, or for `user_id` alone."""
    session.add(
        Event(
            kind=kind,
            at=now,
            structure_id=structure_id,
            invoice_id=invoice_id,
            user_id=user_id,
            details=details or {},
        )
    )
