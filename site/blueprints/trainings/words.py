"""Seats, ranks and states in words: the same everywhere."""

from datetime import datetime

from markupsafe import Markup

from communaute.domain.trainings import dates
from communaute.domain.trainings.listing import PairView
from communaute.french.dates import moment_in_words
from communaute.french.numbers import ordinal, plural
from communaute.french.typography import typeset
from communaute.models.trainings import RegistrationState


STATES = {
    RegistrationState.HELD: "place tenue, à confirmer",
    RegistrationState.CONFIRMED: "place confirmée",
    RegistrationState.WAITING: "liste d’attente",
    RegistrationState.OFFERED: "place proposée, réponse attendue",
    RegistrationState.EXPIRED: "non confirmée à temps",
    RegistrationState.CANCELLED: "annulée",
    RegistrationState.LEFT: "sortie de la liste d’attente",
    RegistrationState.PAST: "formation suivie",
}
# What templates ask this module for, beside its own.
slot, hour = dates.session, dates.hour


def told(count: int) -> str:
    """« 3 personnes seront prévenues. »: before an act, and after it."""
    if count == 0:
        return "Personne n’est à prévenir."
    return f"{plural(count, 'personne est prévenue', 'personnes sont prévenues')} par courriel."


def seats(pair: PairView) -> str:
    """« 3 places », « complet : 2e sur la liste d’attente »."""
    if pair.cancelled:
        return "annulée"
    if not pair.open:
        return "inscriptions closes"
    if pair.full:
        return typeset(f"complet : {ordinal(pair.waiting + 1)} sur la liste d’attente")
    return plural(pair.left, "place")


def seats_tone(pair: PairView) -> str:
    """The DSFR badge that goes with the words: colour only adds."""
    if pair.cancelled:
        return "error"
    if not pair.open:
        return ""
    return "warning" if pair.full else "success"


def slots(pair: PairView) -> tuple[str, ...]:
    """The sessions in words, the first letter as a sentence begins."""
    return tuple(slot(session).capitalize() for session in pair.sessions)


def moment(at: datetime) -> Markup:
    """A moment in words that machines read too."""
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), moment_in_words(at))
