"""What has been done of a receipt's list. The receipt itself never changes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from communaute.models.siret import SiretChange
from communaute.models.siret_ticks import SiretTick


def done(session: Session, code: str) -> frozenset[int]:
    """The numbers of the lines that are ticked."""
    found = select(SiretTick.number).join(SiretChange).where(SiretChange.code == code)
    return frozenset(session.scalars(found))


def keep(session: Session, code: str, numbers: Collection[int], now: datetime) -> None:
    """Tick these lines and no other. Two people at once: the last one to save is believed."""
    # The lock makes them wait for one another: both would insert the same line otherwise.
    change = session.scalars(
        select(SiretChange).where(SiretChange.code == code).with_for_update()
    ).one()
    before = done(session, code)
    session.execute(
        delete(SiretTick).where(
            SiretTick.change_id == change.id, SiretTick.number.not_in(list(numbers))
        )
    )
    session.add_all(
        SiretTick(change_id=change.id, number=number, done_at=now)
        for number in sorted(set(numbers) - before)
    )
