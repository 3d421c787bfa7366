"""Subscribers: found by their mailbox or by a link, their themes, the steps that prove their consent."""

import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from communaute.domain.addresses import mailbox_digest
from communaute.domain.newsletter.context import LIST, Context
from communaute.domain.newsletter.errors import BadLink
from communaute.models.columns import insert_once
from communaute.models.newsletter import (
    Consent,
    Rhythm,
    Subscriber,
    Suppression,
    SuppressionReason,
)


# The themes are the site's publics: one subscribes to what one is.
THEMES = {
    "fournisseur": "Fournisseurs : déposer et suivre ses factures",
    "entite-publique": "Entités publiques : recevoir et traiter les factures",
    "prestataire-justice": "Prestataires de justice : mémoires et tarifs",
    "travaux": "Marchés de travaux",
    "developpeur": "Développeurs : EDI et API",
}
RHYTHMS = {
    Rhythm.MONTHLY: "Numéro par numéro, une fois par mois au plus",
    Rhythm.ARTICLES: "Article par article, dès la publication",
}
GONE = "Ce lien ne mène plus à rien : l’abonnement a été effacé, ou n’a jamais été confirmé."


def packed(themes: Iterable[str]) -> str:
    """Themes as a row keeps them, in the order of THEMES; unknown ones are left out."""
    wanted = set(themes)
    kept = [theme for theme in THEMES if theme in wanted]
    return f" {' '.join(kept)} " if kept else ""


def unpacked(kept: str) -> tuple[str, ...]:
    """Themes of a row."""
    return tuple(kept.split())


def in_words(kept: str) -> list[str]:
    """What a row's themes are called."""
    return [THEMES[theme] for theme in unpacked(kept) if theme in THEMES]


def in_short(themes: Iterable[str]) -> list[str]:
    """What themes are called, without what they hold."""
    return [THEMES[theme].split(" : ")[0] for theme in themes if theme in THEMES]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step to be proved: what was read and agreed to, and where."""

    name: str
    wording: str = ""
    page: str = ""


def held(session: Session, address: str) -> Subscriber:
    """The subscriber of a mailbox, made if need be, held until the transaction ends."""
    digest = mailbox_digest(address)
    # What a link names them by: 80 random bits, in small letters and figures.
    reference = b32encode(secrets.token_bytes(10)).decode("ascii").lower()
    fresh = {"reference": reference, "digest": digest, "address": address}
    defaults = {"themes": "", "rhythm": Rhythm.MONTHLY, "asked_themes": ""}
    session.execute(insert_once(session, Subscriber), {**fresh, **defaults})
    return _one(session, Subscriber.digest == digest)


def named(context: Context, reference: str) -> Subscriber:
    """The subscriber that a link names, held. Raises BadLink when there is none any more."""
    found = select(Subscriber).where(Subscriber.reference == reference).with_for_update()
    row = context.session.scalar(found, execution_options={"populate_existing": True})
    if row is None:
        raise BadLink(GONE)
    return row


def known(session: Session, reference: str) -> Subscriber:
    """The same, to read. Raises BadLink."""
    row = session.scalar(select(Subscriber).where(Subscriber.reference == reference))
    if row is None:
        raise BadLink(GONE)
    return row


def _one(session: Session, condition: object) -> Subscriber:
    wanted = select(Subscriber).where(condition).with_for_update()  # type: ignore[arg-type]
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def prove(session: Session, row: Subscriber, step: Step, now: datetime) -> None:
    """Keep a step as proof, with the themes and the rhythm that it leads to."""
    session.add(
        Consent(
            subscriber_id=row.id,
            at=now,
            step=step.name,
            wording=step.wording,
            page=step.page[:200],
            themes=row.themes,
            rhythm=row.rhythm,
        )
    )


def suppress(session: Session, row: Subscriber, reason: SuppressionReason, now: datetime) -> None:
    """Keep the list from writing to this mailbox until its owner subscribes again."""
    lift(session, row)
    session.add(Suppression(list_name=LIST, digest=row.digest, reason=reason, since=now))


def lift(session: Session, row: Subscriber) -> None:
    """Let the list write to this mailbox again."""
    session.execute(
        delete(Suppression).where(Suppression.list_name == LIST, Suppression.digest == row.digest)
    )


def suppressed(session: Session, row: Subscriber) -> Suppression | None:
    """What keeps the list from writing to this mailbox, if anything does."""
    found = select(Suppression).where(
        Suppression.list_name == LIST, Suppression.digest == row.digest
    )
    return session.scalar(found)


def numbers(session: Session) -> dict[str, int]:
    """How many are subscribed, have not confirmed, have left."""
    rows = (
        ("subscribed", Subscriber.confirmed_at.is_not(None) & Subscriber.left_at.is_(None)),
        ("asked", Subscriber.confirmed_at.is_(None) & Subscriber.left_at.is_(None)),
        ("left", Subscriber.left_at.is_not(None)),
    )
    return {
        name: session.scalar(select(func.count()).select_from(Subscriber).where(condition)) or 0
        for name, condition in rows
    }
