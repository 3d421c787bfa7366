"""The catalogue copied into the database, so that other tables can point to a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.values import Row
from communaute.models.tariffs import Tariff, TariffPeriod


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many periods were added, changed, withdrawn, left as they were."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0


def load_tariffs(session: Session, catalogue: Catalogue, now: datetime) -> Loaded:
    """Make the tables say what the catalogue says. Safe to run twice; the caller commits."""
    tariffs = {tariff.id: tariff for tariff in session.scalars(select(Tariff))}
    for series, rows in catalogue.series.items():
        tariff = tariffs.get(series) or Tariff(id=series)
        tariff.category, tariff.service = rows[-1].category, rows[-1].service
        session.add(tariff)
    session.flush()
    stored = {period.id: period for period in session.scalars(select(TariffPeriod))}
    outcomes = [_load_period(session, row, stored.pop(row.id, None)) for row in catalogue.rows]
    gone = [period for period in stored.values() if period.withdrawn_at is None]
    for period in gone:
        period.withdrawn_at = now
    session.flush()
    counts = {name: outcomes.count(name) for name in ("added", "changed", "unchanged")}
    return Loaded(withdrawn=len(gone), **counts)


def stored_period(
    session: Session, catalogue: Catalogue, identity: str, now: datetime
) -> TariffPeriod:
    """Return the stored row of that id, filling the tables if they lack it. Raises UnknownName."""
    catalogue.row(identity)
    stored = session.get(TariffPeriod, identity)
    if stored is None:
        load_tariffs(session, catalogue, now)
        stored = session.get_one(TariffPeriod, identity)
    return stored


def _load_period(session: Session, row: Row, stored: TariffPeriod | None) -> str:
    same = ("source_id", "text", "code", "amount", "formula", "unit", "verified_on", "confidence")
    wanted: dict[str, Any] = {
        "tariff_id": row.series,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "withdrawn_at": None,
        **{name: getattr(row, name) for name in same},
    }
    if stored is None:
        session.add(TariffPeriod(id=row.id, **wanted))
        return "added"
    if all(getattr(stored, name) == value for name, value in wanted.items()):
        return "unchanged"
    for name, value in wanted.items():
        setattr(stored, name, value)
    return "changed"
