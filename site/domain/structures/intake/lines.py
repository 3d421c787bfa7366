"""Read one event: every field is checked before anything is looked up or written."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from communaute.domain.errors import DomainError
from communaute.domain.structures import lifecycle
from communaute.domain.structures.intake import values
from communaute.domain.structures.numbers import Siret, read_siret, refuse_practice
from communaute.models.structures import Nature


LONGEST_ID, LONGEST_NAME, LONGEST_CODE = 100, 200, 100
MOST_SERVICES = 1_000
LARGEST_AMOUNT = Decimal("1e11")
YEARS = range(2000, 2101)
# Clocks differ; tomorrow is already a mistake.
AHEAD = timedelta(hours=1)
# Python would also read « 1_000 » and the digits of other scripts.
WRITTEN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def identifier(event: object) -> str:
    """The event's identifier, as far as it can be told back; empty when there is none."""
    found = event.get("id") if isinstance(event, dict) else None
    known = isinstance(found, str) and not UNREADABLE.search(found)
    return str(found)[:LONGEST_ID] if known else ""


def read(event: object, now: datetime) -> values.Told:
    """The event as a value. Raises LineRefused."""
    if not isinstance(event, dict):
        raise values.LineRefused("Chaque ligne doit être un objet JSON entre accolades.")
    _text(event, "id", LONGEST_ID)
    kinds: dict[str, Callable[[dict[str, Any], datetime], values.Told]] = {
        values.Kind.STRUCTURE.value: _structure,
        values.Kind.INVOICE.value: _invoice,
        values.Kind.STATUS.value: _status,
    }
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        raise values.LineRefused("« type » doit être structure, invoice ou status.")
    try:
        return kinds[kind](event, _moment(event, now))
    except DomainError as refused:
        raise values.LineRefused(str(refused)) from refused


def _structure(event: dict[str, Any], at: datetime) -> values.ToldStructure:
    nature = event.get("nature")
    if nature not in tuple(Nature):
        raise values.LineRefused("« nature » doit être public ou private.")
    local = _flag(event, "local_authority", False)
    if local and nature != Nature.PUBLIC:
        raise values.LineRefused("Une collectivité locale est une structure publique.")
    return values.ToldStructure(
        id=event["id"],
        at=at,
        siret=_siret(event, "siret"),
        name=_text(event, "name", LONGEST_NAME),
        nature=Nature(nature),
        local_authority=local,
        active=_flag(event, "active", True),
        services=_services(event),
        raw=event,
    )


def _services(event: dict[str, Any]) -> tuple[values.ToldService, ...] | None:
    told = event.get("services")
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise values.LineRefused("« services » doit être une liste d’objets code, name, active.")
    if len(told) > MOST_SERVICES:
        raise values.LineRefused(f"Une structure a {MOST_SERVICES} services au plus.")
    services = tuple(
        values.ToldService(
            _text(one, "code", LONGEST_CODE),
            _text(one, "name", LONGEST_NAME),
            _flag(one, "active", True),
        )
        for one in told
    )
    if len({one.code for one in services}) < len(services):
        raise values.LineRefused("Deux services ont le même code.")
    return services


def _invoice(event: dict[str, Any], at: datetime) -> values.ToldInvoice:
    sender, recipient = _siret(event, "sender"), _siret(event, "recipient")
    if sender == recipient:
        raise values.LineRefused("L’émetteur et le destinataire ont le même SIRET.")
    status = lifecycle.status(_text(event, "status", 60) if "status" in event else "DEPOSEE")
    return values.ToldInvoice(
        id=event["id"],
        at=at,
        number=_text(event, "number", LONGEST_CODE),
        sender=sender,
        recipient=recipient,
        service=_service(event),
        amount=_amount(event),
        issued_on=_day(event),
        status=status,
        reason=lifecycle.check_reason(status, _reason(event)),
        raw=event,
    )


def _status(event: dict[str, Any], at: datetime) -> values.ToldStatus:
    status = lifecycle.status(_text(event, "status", 60))
    return values.ToldStatus(
        id=event["id"],
        at=at,
        number=_text(event, "number", LONGEST_CODE),
        sender=_siret(event, "sender"),
        year=_year(event),
        status=status,
        reason=lifecycle.check_reason(status, _reason(event)),
        raw=event,
    )


def _service(event: dict[str, Any]) -> str:
    absent = event.get("service", "") in ("", None)
    return "" if absent else _text(event, "service", LONGEST_CODE)


def _reason(event: dict[str, Any]) -> str:
    value = event.get("reason", "")
    if not isinstance(value, str) or UNREADABLE.search(value):
        raise values.LineRefused("« reason » doit être un texte lisible.")
    return value


def _text(event: dict[str, Any], name: str, longest: int) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value.strip():
        raise values.LineRefused(f"« {name} » manque : donnez un texte.")
    if len(value) > longest:
        raise values.LineRefused(f"« {name} » dépasse {longest} caractères.")
    if UNREADABLE.search(value) or "\n" in value:
        raise values.LineRefused(f"« {name} » contient un caractère illisible.")
    return value.strip()


def _flag(event: dict[str, Any], name: str, default: bool) -> bool:
    value = event.get(name, default)
    if not isinstance(value, bool):
        raise values.LineRefused(f"« {name} » doit être true ou false.")
    return value


def _siret(event: dict[str, Any], name: str) -> Siret:
    try:
        return _real_siret(_text(event, name, 30))
    except DomainError as refused:
        raise values.LineRefused(f"« {name} » : {refused}") from refused


@lru_cache(maxsize=4096)
def _real_siret(text: str) -> Siret:
    """The SIRET; kept, for a file names the same few over and over. Raises DomainError."""
    siret = read_siret(text)
    refuse_practice(siret)
    return siret


def _moment(event: dict[str, Any], now: datetime) -> datetime:
    value = event.get("at")
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        raise values.LineRefused(
            "« at » doit être une date et une heure avec leur décalage, comme "
            "2026-11-24T10:00:00+01:00."
        )
    if at > now + AHEAD:
        raise values.LineRefused("« at » est à venir.")
    return at


def _day(event: dict[str, Any]) -> date:
    value = event.get("issued_on")
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise values.LineRefused("« issued_on » doit être une date comme 2026-11-24.")
    return day


def _year(event: dict[str, Any]) -> int | None:
    value = event.get("year")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value not in YEARS:
        raise values.LineRefused("« year » doit être une année, comme 2026.")
    return value


def exact(number: str) -> Decimal:
    """A JSON number as it is written, for `json.loads(…, parse_float=exact)`.

    NaN when no Decimal holds it (an exponent of twenty digits): its line alone is refused then.
    """
    try:
        return Decimal(number)
    except ArithmeticError:
        return Decimal("NaN")


def _amount(event: dict[str, Any]) -> Decimal:
    value = event.get("amount")
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise values.LineRefused('« amount » doit être un montant en euros, comme "1234.50".')
    try:
        if isinstance(value, str) and not WRITTEN.fullmatch(value):
            raise ValueError
        amount = Decimal(value)  # raises ArithmeticError (`1e999999999`)
        if not amount.is_finite() or abs(amount) >= LARGEST_AMOUNT or amount != round(amount, 2):
            raise ValueError
        return round(amount, 2)
    except (ArithmeticError, ValueError):
        raise values.LineRefused(
            '« amount » doit être un montant en euros, deux décimales au plus, comme "1234.50".'
        ) from None
