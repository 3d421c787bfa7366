"""Every mail about trainings, for tests/mailing/test_messages.py: made as in a rehearsal, from rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from communaute.domain.trainings import mails, reminders
from communaute.mailing.message import Message
from communaute.models import Registration, SessionPair, Training, TrainingSession
from tests.trainings.people import CLASS, a_context


WHEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
STARTS = datetime(2026, 12, 8, 8, 30, tzinfo=UTC)
SHOWN = a_context(Session(), WHEN, rehearsal=True)
TRAINING = Training(id=1, slug="factures-simples", title="Envoyer une facture simple", theme="")


def pair_of(*, class_url: str = CLASS, place: str = "", count: int = 2) -> SessionPair:
    """Sessions a week apart, on two Tuesdays."""
    days = [STARTS + timedelta(weeks=week) for week in range(count)]
    sessions = [
        TrainingSession(
            id=number,
            number=number,
            starts_at=day,
            ends_at=day + timedelta(minutes=90),
            class_url=class_url,
            place=place,
            sequence=0,
        )
        for number, day in enumerate(days, 1)
    ]
    ends_at = days[-1] + timedelta(minutes=90)
    return SessionPair(
        id=1, training=TRAINING, starts_at=days[0], ends_at=ends_at, sessions=sessions
    )


def person(state: str = "confirmed") -> Registration:
    """Somebody registered."""
    return Registration(
        id=1,
        reference="jeton",
        training=TRAINING,
        email="personne@exemple.example",
        name="Lou Martin",
        state=state,
        until=None if state == "confirmed" else WHEN,
        sequence=0,
        unanswered=2,
        created_at=WHEN,
    )


def session() -> TrainingSession:
    """The first session of a pair, with its class."""
    return pair_of().sessions[0]


def called_off(*, reason: str, had_place: bool) -> Message:
    return mails.called_off(SHOWN, person(), pair_of(), reason=reason, had_place=had_place)


def thanks(*, noted: bool) -> Message:
    return reminders.thanks(SHOWN, person(), noted=noted, useless=WHEN)


def reminder(*, soon: bool, each: TrainingSession) -> Message:
    return reminders.reminder(SHOWN, person(), each, soon=soon, useless=WHEN)


MAILS: dict[str, Callable[[], Message]] = {
    "training held": lambda: mails.confirm_place(SHOWN, person("held"), pair_of(), WHEN),
    "training place": lambda: mails.place(SHOWN, person(), pair_of()),
    "training place, one session": lambda: mails.place(SHOWN, person(), pair_of(count=1)),
    "training other place": lambda: mails.place(
        SHOWN, person(), pair_of(class_url="", place="Salle 3"), left=pair_of()
    ),
    "training list": lambda: mails.in_list(SHOWN, person("waiting"), pair_of(), 2),
    "training list left": lambda: mails.left_list(SHOWN, person("left")),
    "training offer": lambda: mails.offered(SHOWN, person("offered"), pair_of(), WHEN),
    "training again": lambda: mails.again(SHOWN, person()),
    "training moved": lambda: mails.moved(SHOWN, person(), pair_of()),
    "training moved, to confirm": lambda: mails.moved(SHOWN, person("held"), pair_of()),
    "training moved, to answer": lambda: mails.moved(SHOWN, person("offered"), pair_of()),
    "training cancelled": lambda: mails.cancelled(SHOWN, person(), pair_of()),
    "training called off": partial(called_off, reason="", had_place=False),
    "training called off, had a place": partial(
        called_off, reason="L’intervenant est malade", had_place=True
    ),
    "training in two days": lambda: reminder(soon=False, each=session()),
    "training soon": lambda: reminder(soon=True, each=pair_of(class_url="").sessions[0]),
    "training thanks": partial(thanks, noted=True),
    "training thanks, not noted": partial(thanks, noted=False),
    "training erased": lambda: mails.erased(SHOWN, person()),
}
