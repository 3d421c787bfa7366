"""Seats, ranks and states in words: the same everywhere."""

from datetime import datetime
from typing import Protocol

from markupsafe import Markup

from communaute.domain.trainings import words as said
from communaute.domain.trainings.values import PairView
from communaute.models.trainings import RegistrationState
from communaute.web.dates import french_datetime


class Meeting(Protocol):
    """Whatever begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""


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


def ordinal(rank: int) -> str:
    """`1er`, `2e`: as one says « vous êtes 2e »."""
    return "1er" if rank == 1 else f"{rank}e"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 place`, `3 places`; zero is singular, as French has it."""
    return f"{number}\u00a0{one if number < 2 else many or one + 's'}"


def told(count: int) -> str:
    """« 3 personnes seront prévenues. »: before an act, and after it."""
    if count == 0:
        return "Personne n’est à prévenir."
    return f"{counted(count, 'personne est prévenue', 'personnes sont prévenues')} par courriel."


def seats(pair: PairView) -> str:
    """« 3 places », « complet : 2e sur la liste d’attente »."""
    if pair.cancelled:
        return "annulée"
    if not pair.open:
        return "inscriptions closes"
    if pair.full:
        return f"complet\u00a0: {ordinal(pair.waiting + 1)} sur la liste d’attente"
    return counted(pair.left, "place")


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


def slot(session: Meeting) -> str:
    """`mardi 8 décembre 2026, de 9 h 30 à 11 h 00`, in Paris."""
    return f"{said.day(session.starts_at)}, de {said.hour(session.starts_at)} à {said.hour(session.ends_at)}"


def hour(at: datetime) -> str:
    """`9 h 30`, in Paris."""
    return said.hour(at)


def moment(at: datetime) -> Markup:
    """A moment in words that machines read too."""
    shown = french_datetime(at)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), shown)
