"""A calculation kept under a link: it answers the same euro for ever, whatever changes since."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.loading import stored_period
from communaute.domain.tariffs.sheets import Sheet
from communaute.models.tariffs import SavedCalculation


# 96 bits: a link cannot be guessed.
TOKEN_BYTES = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept calculation: what was asked, what was answered, when."""

    token: str
    question: Mapping[str, str]
    sheet: Sheet
    saved_at: datetime


def keep_calculation(
    session: Session,
    catalogue: Catalogue,
    sheet: Sheet,
    question: Mapping[str, str],
    now: datetime,
) -> str:
    """Keep a calculation and return the end of its link. The caller commits."""
    first = stored_period(session, catalogue, sheet.tariffs[0], now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SavedCalculation(
            token=token,
            kind=sheet.kind,
            question=dict(question),
            answer=sheet.as_json(),
            period_id=first.id,
            saved_at=now,
        )
    )
    return token


def kept_calculation(session: Session, token: str) -> Kept:
    """Return the calculation kept under a link. Raises UnknownName."""
    kept = session.get(SavedCalculation, token)
    if kept is None:
        raise UnknownName("Ce lien ne mène à aucun calcul gardé.")
    return Kept(kept.token, kept.question, Sheet.from_json(kept.answer), kept.saved_at)
