"""One's own preferences, by a signed link and without account: change, move, take away, erase."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from communaute.domain.addresses import mailbox_digest
from communaute.domain.newsletter import leaving, subscribers
from communaute.domain.newsletter.context import CONFIRMED_WITHIN, LIST, Context
from communaute.domain.newsletter.errors import InvalidRequest
from communaute.domain.newsletter.subscribing import read_rhythm, read_themes
from communaute.french.reading import Unreadable, read_address
from communaute.mailing.messages import newsletter as mails
from communaute.mailing.outbox import post, readdress, withdraw_from_list
from communaute.models.newsletter import Consent, Rhythm, Subscriber, SuppressionReason


# Our own rule: longer than a year is leaving.
LONGEST_PAUSE = timedelta(days=366)


def look(context: Context, token: str) -> Subscriber:
    """Whose preferences these are; changes nothing. Raises BadLink, PastLink."""
    return subscribers.known(context.session, context.who_prefers(token))


def change(
    context: Context, token: str, themes: Sequence[str], rhythm: str, pause: date | None
) -> Subscriber:
    """Keep the choices. `pause` is the first day on which one is written to again.

    Raises BadLink, PastLink, InvalidRequest (`themes`, `rythme`, `pause`).
    """
    row = subscribers.named(context, context.who_prefers(token))
    if not themes:
        raise InvalidRequest(
            "Gardez au moins un thème. Pour ne plus rien recevoir, désabonnez-vous plus bas.",
            "themes",
        )
    row.themes, row.rhythm = subscribers.packed(read_themes(themes)), read_rhythm(rhythm)
    row.paused_until = _read_pause(context, pause)
    subscribers.prove(context.session, row, subscribers.Step(name="changed"), context.now)
    return row


def _read_pause(context: Context, pause: date | None) -> date | None:
    today = context.today
    if pause is None or pause == today:
        return None
    if not today < pause <= today + LONGEST_PAUSE:
        raise InvalidRequest(
            "Donnez un jour à venir, dans l’année. Pour reprendre tout de suite, videz ce champ.",
            "pause",
        )
    return pause


def ask_to_move(context: Context, token: str, typed: str) -> None:
    """Mail the new address a link that moves the subscription there; once an hour to an address.

    Nothing changes until it is confirmed. Raises BadLink, PastLink, InvalidRequest (`courriel`).
    """
    row = subscribers.named(context, context.who_prefers(token))
    try:
        address = read_address(typed)
    except Unreadable as refused:
        raise InvalidRequest(str(refused), "courriel") from None
    if mailbox_digest(address) == row.digest:
        raise InvalidRequest("C’est déjà l’adresse de votre abonnement.", "courriel")
    row.new_address, row.new_address_at = address, context.now
    subscribers.prove(context.session, row, subscribers.Step(name="move-asked"), context.now)
    message = mails.confirm_new_address(
        to=address,
        link=context.new_address(row.reference, address),
        until=context.now + CONFIRMED_WITHIN,
        listed=context.mailing_list(row.reference),
    )
    key = f"newsletter-move-{mailbox_digest(address)[:24]}-{context.now:%Y%m%dT%H}"
    post(context.session, message, key=key, due=context.now)


def look_at_move(context: Context, token: str) -> tuple[Subscriber, str]:
    """Whose move this is and to where; changes nothing. Raises BadLink, PastLink."""
    reference, address = context.who_moves(token)
    return subscribers.known(context.session, reference), address


def move(context: Context, token: str) -> Subscriber:
    """Move the subscription to the address that has confirmed; the former one is told.

    Pressed twice, it is done once. A mailbox that has a subscription of its own keeps it, and this
    one's choices replace them. Raises BadLink, PastLink.
    """
    reference, address = context.who_moves(token)
    row = subscribers.named(context, reference)
    digest = mailbox_digest(address)
    if row.digest == digest or row.new_address != address:
        return row
    context.session.execute(
        delete(Subscriber).where(Subscriber.digest == digest, Subscriber.id != row.id)
    )
    former, row.address, row.digest = row.address, address, digest
    row.new_address = row.new_address_at = None
    context.session.flush()
    subscribers.lift(context.session, row)
    readdress(context.session, former, address, LIST)
    subscribers.prove(context.session, row, subscribers.Step(name="moved"), context.now)
    told = mails.address_changed(
        to=former,
        when=context.now,
        link=f"{context.base_url}/outils/abonnement",
        listed=context.mailing_list(row.reference),
    )
    key = f"newsletter-moved-{row.reference}-{context.now:%Y%m%dT%H%M%S}"
    post(context.session, told, key=key, due=context.now)
    return row


def leave(context: Context, token: str) -> Subscriber:
    """Leave from one's own page. Raises BadLink, PastLink."""
    row = subscribers.named(context, context.who_prefers(token))
    leaving.leave_row(context, row, "preferences")
    return row


def undo(context: Context, token: str) -> Subscriber:
    """Come back. Raises BadLink, PastLink, NotNow."""
    row = subscribers.named(context, context.who_prefers(token))
    leaving.undo_row(context, row)
    return row


def erase(context: Context, token: str) -> None:
    """Erase everything, for good: no import brings the address back. Raises BadLink, PastLink."""
    erase_row(
        context.session,
        subscribers.named(context, context.who_prefers(token)),
        context.now,
    )


def erase_row(session: Session, row: Subscriber, now: datetime) -> None:
    """Erase a subscriber; only a digest stays, which says no address."""
    withdraw_from_list(session, row.address, LIST)
    subscribers.suppress(session, row, SuppressionReason.ERASED, now)
    session.delete(row)
    session.flush()


STEPS = {
    "asked": "Demande d’abonnement",
    "confirmed": "Confirmation depuis la boîte aux lettres",
    "imported": "Reprise d’une liste, avec le consentement qu’elle indique",
    "changed": "Changement de préférences",
    "move-asked": "Demande de changement d’adresse",
    "moved": "Changement d’adresse, confirmé à la nouvelle",
    "left": "Désabonnement",
    "undone": "Retour sur un désabonnement",
}


def steps_of(session: Session, row: Subscriber) -> list[Consent]:
    """What proves the consent, in order."""
    found = select(Consent).where(Consent.subscriber_id == row.id).order_by(Consent.at, Consent.id)
    return list(session.scalars(found))


def data_of(session: Session, row: Subscriber) -> dict[str, Any]:
    """All that is kept of a subscriber, in the words of the pages."""
    moments = {
        "demande_en_attente_depuis": row.asked_at,
        "confirme_le": row.confirmed_at,
        "parti_le": row.left_at,
        "pause_jusqu_au": row.paused_until,
        "changement_d_adresse_demande_le": row.new_address_at,
    }
    return {
        "adresse": row.address,
        "themes": subscribers.in_words(row.themes),
        "themes_a_confirmer": subscribers.in_words(row.asked_themes),
        "rythme": subscribers.RHYTHMS[Rhythm(row.rhythm)],
        **{name: moment.isoformat() for name, moment in moments.items() if moment is not None},
        "nouvelle_adresse_a_confirmer": row.new_address or "",
        "etapes": [
            {
                "le": step.at.isoformat(),
                "etape": STEPS.get(step.step, step.step),
                "texte_lu": step.wording,
                "page": step.page,
                "themes": subscribers.in_words(step.themes),
                "rythme": step.rhythm,
            }
            for step in steps_of(session, row)
        ],
    }
