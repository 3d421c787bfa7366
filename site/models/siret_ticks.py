"""What has been done of a receipt's list."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class SiretTick(Model):
    """One line of a receipt's list, done. It goes with the change, undone or erased."""

    __tablename__ = "siret_tick"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("siret_change.id", ondelete="CASCADE"))
    number: Mapped[int]
    done_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("change_id", "number"),)
