"""What the newsletter keeps, how long, and what a person with an account is given of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.addresses import mailbox_digest
from communaute.domain.keeping import Holding, Rule, erased
from communaute.domain.newsletter import sending as verbs
from communaute.domain.newsletter.context import CONFIRMED_WITHIN
from communaute.domain.newsletter.leaving import UNDONE_WITHIN
from communaute.domain.newsletter.preferences import data_of, erase_row
from communaute.domain.newsletter.subscribers import suppress
from communaute.french.dates import in_paris
from communaute.models.accounts import User
from communaute.models.newsletter import (
    ReturnedMail,
    Sending,
    Subscriber,
    Suppression,
    SuppressionReason,
)


RETURNED_KEPT = timedelta(days=90)
SUPPRESSED_FOR = timedelta(days=3 * 365)
# Before the outbox forgets its deliveries (thirty days), the counts of a sending are written down.
COUNTED_AFTER = timedelta(days=25)
BATCH = 500


def purge(session: Session, now: datetime) -> int:
    """Erase what was not confirmed, and those who left UNDONE_WITHIN ago; answers how many."""
    unconfirmed = delete(Subscriber).where(
        Subscriber.confirmed_at.is_(None),
        or_(Subscriber.asked_at.is_(None), Subscriber.asked_at < now - CONFIRMED_WITHIN),
    )
    count = erased(session, unconfirmed)
    gone = select(Subscriber).where(Subscriber.left_at < now - UNDONE_WITHIN).limit(BATCH)
    while rows := session.scalars(gone).all():
        for row in rows:
            suppress(session, row, SuppressionReason.LEFT, now)
            session.delete(row)
        session.flush()
        count += len(rows)
    return count


def purge_suppressions(session: Session, now: datetime) -> int:
    """Erase digests SUPPRESSED_FOR old, and write down the counts of former sendings."""
    old = select(Sending).where(Sending.ended_at < now - COUNTED_AFTER, Sending.tally.is_(None))
    for one in session.scalars(old):
        one.tally = verbs.counts(session, one, in_paris(now).date())._asdict()
    return erased(session, delete(Suppression).where(Suppression.since < now - SUPPRESSED_FOR))


def own(session: Session, user: User) -> list[Subscriber]:
    """The subscriptions of the addresses of an account."""
    addresses = {user.email, user.contact_address}
    digests = [mailbox_digest(address) for address in addresses if address]
    return list(session.scalars(select(Subscriber).where(Subscriber.digest.in_(digests))))


def export(session: Session, user: User) -> list[dict[str, Any]]:
    """The subscriptions of an account's addresses, which it has confirmed."""
    return [data_of(session, row) for row in own(session, user)]


def erase(session: Session, user: User) -> None:
    """The subscriptions go with the account: its owner asked that all go."""
    for row in own(session, user):
        erase_row(session, row, clock.now())


RULES = (
    Rule(
        name="newsletter",
        what=(
            "Votre abonnement à la newsletter : adresse, thèmes, rythme, et la preuve de votre accord (texte "
            "lu, date, page, confirmation)."
        ),
        why="Vous envoyer la newsletter, et prouver que vous l’avez demandée.",
        legal_basis="Votre accord.",
        how_long="Tant que vous êtes abonné ; une demande non confirmée, {} ; après un départ, {}.",
        periods=(CONFIRMED_WITHIN, UNDONE_WITHIN),
        purge=purge,
    ),
    Rule(
        name="returned-mails",
        what="Les courriels de la newsletter revenus sans être remis : la réponse du serveur, jamais l’adresse.",
        why="Ne plus écrire à une boîte fermée.",
        legal_basis="Bon fonctionnement du service (intérêt légitime).",
        how_long="{}.",
        periods=(RETURNED_KEPT,),
        purge=lambda session, now: erased(
            session, delete(ReturnedMail).where(ReturnedMail.at < now - RETURNED_KEPT)
        ),
    ),
    Rule(
        name="mail-suppressions",
        what="Une empreinte de l’adresse de qui est parti ou ne peut plus être joint : on n’en tire pas l’adresse.",
        why="Ne jamais réabonner quelqu’un par une reprise de liste.",
        legal_basis="Respect de votre choix (intérêt légitime).",
        how_long="{}.",
        periods=(SUPPRESSED_FOR,),
        purge=purge_suppressions,
    ),
)
HOLDINGS = (
    Holding(
        "newsletter",
        export,
        erase,
        survives="Une empreinte de votre adresse, {}, pour qu’aucune reprise de liste ne vous réabonne.",
        periods=(SUPPRESSED_FOR,),
        tables=("newsletter_subscriber", "newsletter_consent", "returned_mail", "mail_suppression"),
    ),
)
