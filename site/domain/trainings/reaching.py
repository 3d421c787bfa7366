"""Whom mails do not reach: the last mail to an address was refused, or nobody knows."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import notices
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.trainings import Registration


NOT_ARRIVED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
# Not sent because it was of no more use: that says nothing of the address.
DROPPED = "too late to be of use"


def refusals(session: Session, rows: Sequence[Registration]) -> Mapping[int, Delivery]:
    """The last mail about each registration, where it did not arrive."""
    by_subject = {notices.about(row): row.id for row in rows}
    tried = (*NOT_ARRIVED, DeliveryState.SENT)
    found = select(Delivery).where(
        Delivery.about.in_(by_subject), Delivery.state.in_(tried), Delivery.outcome != DROPPED
    )
    last: dict[int, Delivery] = {}
    for each in session.scalars(found.order_by(Delivery.settled_at, Delivery.id)):
        last[by_subject[each.about or ""]] = each
    return {row: each for row, each in last.items() if each.state in NOT_ARRIVED}
