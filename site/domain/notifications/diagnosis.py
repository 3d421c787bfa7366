"""« Je ne reçois rien »: look at everything that may explain it, and name the cause in a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.notifications import happenings, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.structures.listing import followed
from communaute.french.dates import in_paris, moment_in_words, weekday_in_words
from communaute.french.holidays import holiday_name
from communaute.mailing import outbox
from communaute.mailing.messages import notifications as mails
from communaute.models.accounts import Step, User
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.notifications import NotificationSetting
from communaute.models.structures import Event


LOOKED_AT = 10
# Our own rule: one test mail an hour.
APART = timedelta(hours=1)
STUCK = {
    DeliveryState.FAILED: "Le dernier courriel n’est pas passé : le serveur de votre boîte l’a refusé.",
    DeliveryState.UNCERTAIN: "Personne ne sait si le dernier courriel est arrivé : la liaison a été coupée.",
    DeliveryState.WAITING: "Le dernier courriel attend : nous réessayons pendant trois jours.",
}
JUNK = (
    "De notre côté, tout est en ordre et le dernier courriel est parti. Regardez les courriers "
    "indésirables, et ajoutez l’adresse qui vous écrit à vos contacts."
)


class TooSoon(DomainError):
    """A test mail was asked for less than an hour ago."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The cause, the other things to know, and the last mails to this person."""

    cause: str
    besides: tuple[str, ...]
    mails: Sequence[Delivery]
    trial: Delivery | None


def diagnose(session: Session, user: User, now: datetime) -> Diagnosis:
    """Why this person receives nothing: the first cause found, the others after it."""
    sent = outbox.addressed_to(session, user.contact_address, LOOKED_AT)
    causes = list(_causes(session, user, sent, now))
    trials = (one for one in sent if one.template == "notification-trial")
    return Diagnosis(
        cause=causes[0], besides=tuple(causes[1:]), mails=sent, trial=next(trials, None)
    )


def _causes(session: Session, user: User, sent: Sequence[Delivery], now: datetime) -> Iterator[str]:
    row = settings.row_of(session, user)
    choices = settings.read(row) if row else Choices()
    if not choices.receives:
        yield "La case « Recevoir les notifications périodiques d’activités » n’est pas cochée."
    if sent and sent[0].state in STUCK and sent[0].outcome:
        said = f"Il a répondu : « {sent[0].outcome} »."
        yield f"{STUCK[DeliveryState(sent[0].state)]} {said}"
    asked = select(Step.detail).where(
        Step.user_id == user.id, Step.kind == "contact", Step.done_at.is_(None), Step.ends_at > now
    )
    if waiting := session.scalar(asked.order_by(Step.begun_at.desc()).limit(1)):
        yield f"Vous avez demandé d’autres courriels à {waiting}, sans ouvrir le lien qui le confirme."
    own = [one for one in followed(session, user) if choices.follows(one.id)]
    if not own:
        yield "Vous n’êtes rattaché à aucune structure, ou vous n’en suivez aucune."
    if row and row.since and own:
        yield from _silence(session, user, row, choices)
    if row and row.next_at:
        yield from _calendar(choices, row.next_at, now)
    yield (
        JUNK
        if sent
        else f"Nous écrivons à {user.contact_address}. Rien ne lui a encore été envoyé."
    )


def _silence(
    session: Session, user: User, row: NotificationSetting, choices: Choices
) -> Iterator[str]:
    since = row.since or row.next_at
    found = happenings.happened(session, [user.id], Event.at > since).get(user.id, [])
    when = moment_in_words(since) if since else ""
    if not found:
        yield f"Il ne s’est rien passé dans vos structures depuis le {when} : rien n’est envoyé à vide."
    elif not any(choices.wants(one.topic, one.structure_id) for one in found):
        yield "Il s’est passé quelque chose, mais rien de ce que vous avez choisi de suivre."


def _calendar(choices: Choices, due: datetime, now: datetime) -> Iterator[str]:
    today = in_paris(now).date()
    if not choices.falls_on(today):
        name = holiday_name(today)
        why = f"C’est un jour férié ({name})" if name else "Aucun récapitulatif ne part aujourd’hui"
        yield f"{why} : le prochain est prévu le {weekday_in_words(due)} à {choices.hour} h."


def send_trial(session: Session, user: User, *, link: str, now: datetime) -> None:
    """Ask for a test mail to a person's contact address. Raises TooSoon."""
    hour = int(now.timestamp() // APART.total_seconds())
    message = mails.trial(to=user.contact_address, link=link)
    if not outbox.post(session, message, key=f"notification-trial-{user.id}-{hour}", due=now):
        raise TooSoon("Un courriel d’essai est déjà parti dans l’heure. Voyez ce qu’il est devenu.")
