"""The receipt of a SIRET change: the same each time it is opened, but for what is ticked.

It holds the ready-written announcement for « Mes messages », and what is left to do, with dates.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from communaute.domain.siret import values
from communaute.domain.siret.changing import is_replaced
from communaute.domain.siret.taking_over import GUIDE, from_json
from communaute.domain.structures import access, parts
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.numbers import Siret
from communaute.french.dates import date_in_words, in_paris
from communaute.models.accounts import User
from communaute.models.siret import SiretChange, SiretTick
from communaute.models.structures import Nature, Structure


# Days after the change was recorded; our own advice, no rule of Chorus Pro.
MANDATE_DAY, CONNECTIONS_DAY, ANNOUNCE_DAY, CHECK_DAY = 1, 2, 3, 8
MESSAGES_GUIDE = "/actualites/mes-messages"
NO_SUCH_RECEIPT = (
    "Ce reçu n’existe pas, ou vous n’êtes pas rattaché à la structure. S’il s’agit d’un exercice, il a "
    "peut-être été annulé ou effacé."
)


def read_receipt(session: Session, user: User, code: str) -> values.Receipt:
    """The receipt, for the active members of the two structures. Raises NotFound."""
    done = session.scalar(select(SiretChange).where(SiretChange.code == code))
    if done is None or not any(
        access.membership_of(session, user, one) for one in (done.old_id, done.new_id)
    ):
        raise NotFound(NO_SUCH_RECEIPT)
    kept = from_json(done.summary)
    day = in_paris(done.recorded_at).date()
    practice = done.new.practice_id is not None
    return values.Receipt(
        code=done.code,
        old=parts.line(done.old),
        new=parts.line(done.new),
        effective_on=done.effective_on,
        recorded_at=done.recorded_at,
        follows=kept.follows,
        redo=kept.redo,
        remaining=kept.remaining,
        todo=todo(day, kept.redo, kept.remaining),
        reminders=reminders(done.code, day, done.new),
        announcement=announcement(done.old, done.new, done.effective_on),
        practice=practice,
        undoable=practice
        and not is_replaced(session, done.new_id)
        and access.manages(session, user, done.new_id) is not None,
    )


def announcement(old: Structure, new: Structure, effective_on: date) -> values.Announcement:
    """What to tell the structures with which invoices are exchanged."""
    public = new.nature == Nature.PUBLIC
    act = (
        f"Adressez vos factures au nouveau SIRET : {Siret(new.siret)}. Les codes de nos services ne "
        "changent pas."
        if public
        else f"Nos factures porteront le nouveau SIRET : {Siret(new.siret)}. Merci de mettre à jour nos "
        "coordonnées dans votre logiciel."
    )
    body = (
        f"Bonjour,\n\nNotre établissement {new.name} change de SIRET à compter du "
        f"{date_in_words(effective_on)}.\n\nAncien SIRET : {Siret(old.siret)}\n"
        f"Nouveau SIRET : {Siret(new.siret)}\n\nNotre SIREN reste le même. {act}\n\n"
        "Les factures échangées avant cette date restent valables et seront traitées comme prévu.\n\n"
        f"Cordialement,\n{new.name}"
    )
    return values.Announcement(f"Changement de SIRET de {new.name}", body)


def todo(
    recorded_on: date, redo: tuple[values.Redo, ...], remaining: tuple[values.Remaining, ...]
) -> tuple[values.Todo, ...]:
    """The numbered list: what is not copied, then the announcement, then the invoices that stay."""
    days = (MANDATE_DAY, *([CONNECTIONS_DAY] * len(redo)))
    lines: list[tuple[str, str, str, date | None]] = [
        (one.title, one.what_to_do, one.url, recorded_on + timedelta(days=after))
        for one, after in zip(redo, days, strict=False)
    ]
    lines.append(
        (
            "Annoncer le nouveau SIRET",
            "Diffusez l’annonce ci-dessous dans l’espace « Mes messages ».",
            MESSAGES_GUIDE,
            recorded_on + timedelta(days=ANNOUNCE_DAY),
        )
    )
    count = sum(one.sent + one.received for one in remaining)
    lines.append((*_invoices(count), "/guides/suivre-ses-factures", None))
    lines.append(
        (
            "Vérifier la nouvelle fiche",
            "Ouvrez la fiche de la nouvelle structure : elle montre l’identifiant de la structure "
            "d’origine.",
            GUIDE,
            recorded_on + timedelta(days=CHECK_DAY),
        )
    )
    return tuple(values.Todo(number, *line) for number, line in enumerate(lines, 1))


def _invoices(count: int) -> tuple[str, str]:
    title = "Traiter les factures de l’ancienne structure"
    if not count:
        return (
            title,
            "Aucune facture n’y attend : vérifiez seulement que rien n’y est arrivé depuis.",
        )
    some = "1 facture y reste" if count == 1 else f"{count} factures y restent"
    return title, f"{some} à traiter : les mêmes personnes y ont toujours accès."


def reminders(code: str, recorded_on: date, new: Structure) -> tuple[values.Reminder, ...]:
    """The mandate, to subscribe then to check: whole days."""
    name = f"{new.name} ({Siret(new.siret)})"
    return (
        values.Reminder(
            f"{code}-mandat",
            recorded_on + timedelta(days=MANDATE_DAY),
            "Souscrire le mandat de facturation",
            f"Le mandat de facturation n’est pas repris. Souscrivez-en un pour {name}, si vous saisissez "
            "vos factures en ligne.",
        ),
        values.Reminder(
            f"{code}-verification",
            recorded_on + timedelta(days=CHECK_DAY),
            "Vérifier le mandat de facturation",
            f"Vérifiez que le mandat de facturation de {name} est en place, et que vos logiciels emploient "
            "le nouveau SIRET.",
        ),
    )


def ticked(session: Session, code: str) -> frozenset[int]:
    """The numbers of the lines that are ticked."""
    found = select(SiretTick.number).join(SiretChange).where(SiretChange.code == code)
    return frozenset(session.scalars(found))


def tick_announcement(session: Session, change_id: int, now: datetime) -> None:
    """Tick « Annoncer le nouveau SIRET »: the announcement has left. Once, whoever ticks it first."""
    # The lock makes whoever ticks by hand wait.
    change = session.scalars(
        select(SiretChange).where(SiretChange.id == change_id).with_for_update()
    ).one()
    number = len(from_json(change.summary).redo) + 1
    if number not in ticked(session, change.code):
        session.add(SiretTick(change_id=change.id, number=number, done_at=now))


def tick(session: Session, code: str, numbers: Collection[int], now: datetime) -> None:
    """Tick these lines and no other. Two people at once: the last one to save is believed."""
    # The lock makes them wait for one another: both would insert the same line otherwise.
    change = session.scalars(
        select(SiretChange).where(SiretChange.code == code).with_for_update()
    ).one()
    before = ticked(session, code)
    session.execute(
        delete(SiretTick).where(
            SiretTick.change_id == change.id, SiretTick.number.not_in(list(numbers))
        )
    )
    session.add_all(
        SiretTick(change_id=change.id, number=number, done_at=now)
        for number in sorted(set(numbers) - before)
    )
