"""« Signaler une erreur »: what visitors say of a tariff, kept without a name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from communaute.domain.addresses import is_https
from communaute.domain.keeping import Rule, erased
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import TariffError, UnknownName
from communaute.domain.tariffs.loading import stored_period
from communaute.models.tariffs import TariffReport


LONGEST_MESSAGE = 2_000
LONGEST_SOURCE = 500
REPORTS_KEPT = timedelta(days=2 * 365)


class EmptyMessage(TariffError):
    """Nothing was said."""


class MessageTooLong(TariffError):
    """More than LONGEST_MESSAGE characters."""


class WrongSource(TariffError):
    """Not an https address."""


def report_tariff(
    session: Session,
    catalogue: Catalogue,
    *,
    period: str,
    message: str,
    source: str,
    now: datetime,
) -> TariffReport:
    """Keep what a visitor says is wrong; `period` is a row's id, or empty for no row.

    The caller commits. Raises EmptyMessage, MessageTooLong, WrongSource, UnknownName.
    """
    report = TariffReport(message=_message(message), source=_source(source), reported_at=now)
    if period:
        report.period_id = stored_period(session, catalogue, period, now).id
    session.add(report)
    return report


def _message(text: str) -> str:
    said = text.strip()
    if not said:
        raise EmptyMessage(
            "Dites ce qui est faux : le montant, la date, l’article…", field="message"
        )
    if len(said) > LONGEST_MESSAGE:
        raise MessageTooLong(
            f"Votre message compte {len(said)} caractères : {LONGEST_MESSAGE} au plus.",
            field="message",
        )
    return said


def _source(text: str) -> str:
    address = text.strip()
    if address and not is_https(address, LONGEST_SOURCE):
        raise WrongSource(
            "Donnez l’adresse complète du texte, qui commence par https://.", field="source"
        )
    return address


def open_reports(session: Session) -> Sequence[TariffReport]:
    """Return the reports that nobody has handled, oldest first."""
    waiting = select(TariffReport).where(TariffReport.handled_at.is_(None))
    return session.scalars(waiting.order_by(TariffReport.reported_at, TariffReport.id)).all()


def open_count(session: Session) -> int:
    """How many reports nobody has handled."""
    waiting = select(func.count(TariffReport.id)).where(TariffReport.handled_at.is_(None))
    return session.scalar(waiting) or 0


def handle_report(session: Session, number: int, now: datetime) -> TariffReport:
    """Note that a report was looked at: it is listed no more. The caller commits.

    Raises UnknownName.
    """
    report = session.get(TariffReport, number)
    if report is None:
        raise UnknownName(f"Aucun signalement ne porte le numéro {number}.")
    report.handled_at = report.handled_at or now
    return report


def purge_reports(session: Session, now: datetime) -> int:
    """Erase reports past REPORTS_KEPT; answers how many."""
    past = delete(TariffReport).where(TariffReport.reported_at < now - REPORTS_KEPT)
    return erased(session, past)


RULES = (
    Rule(
        name="tariff_reports",
        what="L’erreur que vous signalez sur un tarif : votre message et l’adresse du texte. Ni nom, ni adresse.",
        why="Corriger les tarifs.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{}.",
        periods=(REPORTS_KEPT,),
        purge=purge_reports,
    ),
)
