"""SIRET changes: what was done, and what a person has typed towards one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from communaute.extensions import Model
from communaute.models.columns import Moment
from communaute.models.structures import Structure


class SiretChange(Model):
    """One structure replaced by another. Each has at most one successor and one predecessor.

    It is the link both ways: there is no other column that says who replaced whom.
    """

    __tablename__ = "siret_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The receipt's address and number.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    old_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), unique=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), unique=True)
    # When the SIRET changed in the world, and when it was recorded here.
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    # Erased with the account, the change stays.
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    # What followed and what did not, as it was then: the receipt never changes.
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)

    old: Mapped[Structure] = relationship(foreign_keys=[old_id])
    new: Mapped[Structure] = relationship(foreign_keys=[new_id])


class SiretDraft(Model):
    """What a person has typed in the walkthrough, kept between visits."""

    __tablename__ = "siret_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    # The step reached and what was typed, field by field, valid or not.
    step: Mapped[int]
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)

    __table_args__ = (UniqueConstraint("user_id", "structure_id"),)


# What has been done of a receipt's list.


class SiretTick(Model):
    """One line of a receipt's list, done. It goes with the change, undone or erased."""

    __tablename__ = "siret_tick"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("siret_change.id", ondelete="CASCADE"))
    number: Mapped[int]
    done_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("change_id", "number"),)
