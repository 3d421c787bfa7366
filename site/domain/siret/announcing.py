"""The ready-written announcement for « Mes messages », and what is left to do, with dates."""

from datetime import date, timedelta

from babel.dates import format_date

from communaute.domain.siret.checking import Siret
from communaute.domain.siret.taking_over import GUIDE
from communaute.domain.siret.values import Announcement, Redo, Remaining, Reminder, Todo
from communaute.models.structures import Nature, Structure


# Days after the change was recorded; our own advice, no rule of Chorus Pro.
MANDATE_DAY, CONNECTIONS_DAY, ANNOUNCE_DAY, CHECK_DAY = 1, 2, 3, 8
MESSAGES_GUIDE = "/actualites/mes-messages"


def in_words(day: date) -> str:
    """`1er août 2026`."""
    text = str(format_date(day, "d MMMM y", locale="fr"))
    return "1er" + text[1:] if day.day == 1 else text


def announcement(old: Structure, new: Structure, effective_on: date) -> Announcement:
    """What to tell the structures with which invoices are exchanged."""
    public = new.nature == Nature.PUBLIC
    act = (
        f"Adressez vos factures au nouveau SIRET\u202f: {Siret(new.siret)}. Les codes de nos services ne "
        "changent pas."
        if public
        else f"Nos factures porteront le nouveau SIRET\u202f: {Siret(new.siret)}. Merci de mettre à jour nos "
        "coordonnées dans votre logiciel."
    )
    body = (
        f"Bonjour,\n\nNotre établissement {new.name} change de SIRET à compter du "
        f"{in_words(effective_on)}.\n\nAncien SIRET\u202f: {Siret(old.siret)}\n"
        f"Nouveau SIRET\u202f: {Siret(new.siret)}\n\nNotre SIREN reste le même. {act}\n\n"
        "Les factures échangées avant cette date restent valables et seront traitées comme prévu.\n\n"
        f"Cordialement,\n{new.name}"
    )
    return Announcement(f"Changement de SIRET de {new.name}", body)


def todo(
    recorded_on: date, redo: tuple[Redo, ...], remaining: tuple[Remaining, ...]
) -> tuple[Todo, ...]:
    """The numbered list: what is not copied, then the announcement, then the invoices that stay."""
    days = (MANDATE_DAY, *([CONNECTIONS_DAY] * len(redo)))
    lines: list[tuple[str, str, str, date | None]] = [
        (one.title, one.what_to_do, one.url, recorded_on + timedelta(days=after))
        for one, after in zip(redo, days, strict=False)
    ]
    lines.append(
        (
            "Annoncer le nouveau SIRET",
            "Diffusez l’annonce ci-dessous dans l’espace «\u202fMes messages\u202f».",
            MESSAGES_GUIDE,
            recorded_on + timedelta(days=ANNOUNCE_DAY),
        )
    )
    count = sum(one.sent + one.received for one in remaining)
    lines.append((*_invoices(count), "/guides/suivre-ses-factures", None))
    lines.append(
        (
            "Vérifier la nouvelle fiche",
            "Ouvrez la fiche de la nouvelle structure\u202f: elle montre l’identifiant de la structure "
            "d’origine.",
            GUIDE,
            recorded_on + timedelta(days=CHECK_DAY),
        )
    )
    return tuple(Todo(number, *line) for number, line in enumerate(lines, 1))


def _invoices(count: int) -> tuple[str, str]:
    title = "Traiter les factures de l’ancienne structure"
    if not count:
        return (
            title,
            "Aucune facture n’y attend\u202f: vérifiez seulement que rien n’y est arrivé depuis.",
        )
    some = "1 facture y reste" if count == 1 else f"{count} factures y restent"
    return title, f"{some} à traiter\u202f: les mêmes personnes y ont toujours accès."


def reminders(code: str, recorded_on: date, new: Structure) -> tuple[Reminder, ...]:
    """The mandate, to subscribe then to check: whole days."""
    name = f"{new.name} ({Siret(new.siret)})"
    return (
        Reminder(
            f"{code}-mandat",
            recorded_on + timedelta(days=MANDATE_DAY),
            "Souscrire le mandat de facturation",
            f"Le mandat de facturation n’est pas repris. Souscrivez-en un pour {name}, si vous saisissez "
            "vos factures en ligne.",
        ),
        Reminder(
            f"{code}-verification",
            recorded_on + timedelta(days=CHECK_DAY),
            "Vérifier le mandat de facturation",
            f"Vérifiez que le mandat de facturation de {name} est en place, et que vos logiciels emploient "
            "le nouveau SIRET.",
        ),
    )
