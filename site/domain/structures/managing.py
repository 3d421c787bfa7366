"""What the managers of a structure keep up to date: services, spaces, mandates, connections.

Chorus Pro's own rules for these are not all published: lengths, and who may do what to a replaced
structure (nothing but read, process its invoices and detach people), are our own rules.
"""

from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.structures import access
from communaute.domain.structures.errors import InvalidEntry, Replaced
from communaute.domain.structures.events import EventKind, happened
from communaute.extensions import Model


# Annex A of XP Z12-012, as a software publisher quotes it: a service code has at most 100 characters.
LONGEST_CODE = 100
LONGEST_TEXT = 200
# Our own bound, so that nobody fills a disk.
MOST_SERVICES = 2_000
REFUSED_ACT = "structure-change-refused"


def add_service(
    session: Session, user: models.User, structure_id: int, code: str, name: str, now: datetime
) -> None:
    """Add a service. Raises NotFound, Forbidden, Replaced, InvalidEntry."""
    structure = managed(session, user, structure_id, now)
    wanted = models.Service(
        structure_id=structure.id,
        code=short(code, "code", LONGEST_CODE, "Saisissez le code du service."),
        name=short(name, "name", LONGEST_TEXT, "Saisissez le nom du service."),
    )
    own = models.Service.structure_id == structure_id
    if (session.scalar(select(func.count(models.Service.id)).where(own)) or 0) >= MOST_SERVICES:
        raise InvalidEntry(f"Une structure compte {MOST_SERVICES} services au plus ici.", "code")
    insert_once(
        session,
        wanted,
        InvalidEntry(
            "Un service de cette structure a déjà ce code. Choisissez-en un autre.", "code"
        ),
    )


def set_service(
    session: Session,
    user: models.User,
    structure_id: int,
    code: str,
    *,
    active: bool,
    now: datetime,
) -> None:
    """Open or close a service. Raises NotFound, Forbidden, Replaced."""
    managed(session, user, structure_id, now)
    one = (models.Service.structure_id == structure_id, models.Service.code == code)
    session.execute(update(models.Service).where(*one).values(active=active))


def open_space(
    session: Session, user: models.User, structure_id: int, kind: str, now: datetime
) -> None:
    """Open a space. Raises NotFound, Forbidden, Replaced, InvalidEntry."""
    structure = managed(session, user, structure_id, now)
    if kind not in set(models.SpaceKind):
        raise InvalidEntry("Choisissez un espace de la liste.", "kind")
    already = InvalidEntry("Cet espace est déjà ouvert.", "kind")
    insert_once(session, models.Space(structure_id=structure.id, kind=kind), already)
    happened(session, EventKind.SPACE_OPENED, structure.id, now)


def close_space(
    session: Session, user: models.User, structure_id: int, kind: str, now: datetime
) -> None:
    """Close a space. Raises NotFound, Forbidden, Replaced."""
    managed(session, user, structure_id, now)
    one = (models.Space.structure_id == structure_id, models.Space.kind == kind)
    session.execute(delete(models.Space).where(*one))


def add_mandate(
    session: Session, user: models.User, structure_id: int, day: date, *, today: date, now: datetime
) -> None:
    """Note a billing mandate, signed on a day.

    Raises NotFound, Forbidden, Replaced, InvalidEntry.
    """
    structure = managed(session, user, structure_id, now)
    if not date(2017, 1, 1) <= day <= today:
        raise InvalidEntry(
            "La date est celle de la souscription : entre le 1er janvier 2017, début de Chorus "
            "Pro, et aujourd’hui.",
            "signed_on",
        )
    held = select(models.BillingMandate).where(
        models.BillingMandate.structure_id == structure_id, models.BillingMandate.signed_on == day
    )
    if session.scalar(held) is None:
        session.add(models.BillingMandate(structure_id=structure.id, signed_on=day))
        happened(session, EventKind.MANDATE_ADDED, structure.id, now)


def remove_mandates(session: Session, user: models.User, structure_id: int, now: datetime) -> None:
    """Forget the billing mandates. Raises NotFound, Forbidden, Replaced."""
    managed(session, user, structure_id, now)
    session.execute(
        delete(models.BillingMandate).where(models.BillingMandate.structure_id == structure_id)
    )


def add_connection(
    session: Session, user: models.User, structure_id: int, kind: str, label: str, now: datetime
) -> None:
    """Note what links the structure to a machine or a register.

    Raises NotFound, Forbidden, Replaced, InvalidEntry.
    """
    structure = managed(session, user, structure_id, now)
    if kind not in set(models.ConnectionKind):
        raise InvalidEntry("Choisissez un genre de la liste.", "kind")
    text = " ".join(label.split())
    if len(text) > LONGEST_TEXT:
        raise InvalidEntry(too_long(text, LONGEST_TEXT), "label")
    held = select(models.Connection).where(
        models.Connection.structure_id == structure_id,
        models.Connection.kind == kind,
        models.Connection.label == text,
    )
    if session.scalar(held) is None:
        session.add(models.Connection(structure_id=structure.id, kind=kind, label=text))


def remove_connection(
    session: Session, user: models.User, structure_id: int, kind: str, label: str, now: datetime
) -> None:
    """Forget a connection. Raises NotFound, Forbidden, Replaced."""
    managed(session, user, structure_id, now)
    one = (
        models.Connection.structure_id == structure_id,
        models.Connection.kind == kind,
        models.Connection.label == label,
    )
    session.execute(delete(models.Connection).where(*one))


def managed(
    session: Session, user: models.User, structure_id: int, now: datetime
) -> models.Structure:
    """The structure, held, if this person manages it and it is not replaced.

    Raises NotFound, Forbidden, Replaced.
    """
    structure = access.locked(session, structure_id)
    if not access.manages(session, user, structure_id):
        sentence = "Seuls les gestionnaires de la structure la modifient."
        access.forbid(session, user, REFUSED_ACT, f"structure {structure_id}", now, sentence)
    if not structure.active:
        raise Replaced(
            "Cette structure n’est plus active : modifiez celle qui l’a remplacée.", None
        )
    return structure


def short(text: str, field: str, longest: int, missing: str) -> str:
    """What was typed, on one line. Raises InvalidEntry when there is nothing, or too much."""
    words = " ".join(text.split())
    if not words:
        raise InvalidEntry(missing, field)
    if len(words) > longest:
        raise InvalidEntry(too_long(words, longest), field)
    return words


def too_long(words: str, longest: int) -> str:
    """What to do with too long a text."""
    return f"Votre texte a {len(words)} caractères : raccourcissez-le à {longest}."


def insert_once(session: Session, row: Model, already: InvalidEntry) -> None:
    """Add a row; raise `already` when there is one like it, were it of this very moment."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise already from None
