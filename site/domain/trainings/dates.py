"""The dates of a pair in words, for the log, for mails and for pages. Hours are those of Paris."""

from datetime import datetime
from typing import Protocol

from communaute.french.dates import hour_in_words, in_paris, weekday_in_words
from communaute.mailing.message import Value
from communaute.models.trainings import SessionPair, TrainingSession


class Meeting(Protocol):
    """Whatever begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends."""


def day_and_hour(moment: datetime) -> str:
    """`mardi 8 décembre 2026 à 9 h 30`."""
    return f"{weekday_in_words(moment)} à {hour(moment)}"


def hour(moment: datetime) -> str:
    """`9 h 30`; `2 h 30 (heure d’hiver)` in the October hour that comes twice."""
    local = in_paris(moment)
    offsets = [local.replace(fold=fold).utcoffset() for fold in (0, 1)]
    if offsets[0] == offsets[1]:
        return hour_in_words(moment)
    return f"{hour_in_words(moment)} (heure {'d’hiver' if local.fold else 'd’été'})"


def session(each: Meeting) -> str:
    """`mardi 8 décembre 2026, de 9 h 30 à 11 h 00`."""
    hours = f"de {hour(each.starts_at)} à {hour(each.ends_at)}"
    return f"{weekday_in_words(each.starts_at)}, {hours}"


def on_pair(pair: SessionPair) -> str:
    """`le mardi 8 décembre 2026 et le mardi 15 décembre 2026`."""
    return " et ".join(f"le {weekday_in_words(each.starts_at)}" for each in pair.sessions)


def of_pair(pair: SessionPair) -> str:
    """`du mardi 8 décembre 2026 et du mardi 15 décembre 2026`."""
    return " et ".join(f"du {weekday_in_words(each.starts_at)}" for each in pair.sessions)


def written(
    pair: SessionPair, *, only: TrainingSession | None = None, with_class: bool = False
) -> list[dict[str, Value]]:
    """The sessions of a pair, or one of them, as mails write them; with the virtual class for who has a place."""
    alone = len(pair.sessions) == 1
    return [
        {
            "label": "Séance unique" if alone else f"Séance {each.number}",
            "when": session(each),
            "class_url": each.class_url if with_class else "",
            "place": each.place,
        }
        for each in ([only] if only else pair.sessions)
    ]
