"""What is due at its hour: reminders, thanks, places whose hold is over.

Each pass looks at what is true now: a session that was moved or called off is reminded of at its
new hour or not at all, and nothing has to be taken back.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from communaute.domain.trainings import notices, places, queueing, words
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.places import Act
from communaute.mailing.message import Message
from communaute.mailing.messages import trainings as messages
from communaute.mailing.outbox import post
from communaute.models.mailing import Delivery
from communaute.models.trainings import (
    PLACED,
    Attendance,
    Registration,
    RegistrationState,
    SessionPair,
    TrainingSession,
)


FIRST_REMINDER, LAST_REMINDER = timedelta(hours=48), timedelta(hours=2)
# Past it the first reminder says nothing that the last will not say better.
FIRST_USELESS = timedelta(hours=24)
# How long an organiser has to note who came before thanks go without the attestation.
THANKS_WAIT, THANKS_USELESS = timedelta(hours=48), timedelta(days=30)
OUTCOMES = ("reminder_48h", "reminder_2h", "thanks", "already", "too_late")


def send_reminders(session: Session, *, desk: Desk, now: datetime) -> dict[str, int]:
    """Ask for the reminders and thanks that are due; answers the count of each outcome.

    Outcomes: reminder_48h, reminder_2h, thanks, already, too_late. Safe to run twice. Commits.
    """
    counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    for each in _near(session, now):
        _remind(session, each, desk, now, counts)
    session.commit()
    for pair in _just_over(session, now):
        _thank(session, pair, desk, now, counts)
    session.commit()
    return dict(counts)


def _near(session: Session, now: datetime) -> Iterable[TrainingSession]:
    """The sessions that begin within two days, or that have just begun: those are too late."""
    found = (
        select(TrainingSession)
        .join(SessionPair)
        .where(
            SessionPair.cancelled_at.is_(None),
            TrainingSession.starts_at > now - LAST_REMINDER,
            TrainingSession.starts_at <= now + FIRST_REMINDER,
        )
        .options(joinedload(TrainingSession.pair).joinedload(SessionPair.training))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return session.scalars(found).all()


def _remind(
    session: Session, each: TrainingSession, desk: Desk, now: datetime, counts: Counter[str]
) -> None:
    soon = each.starts_at - now <= LAST_REMINDER
    due = each.starts_at - (LAST_REMINDER if soon else FIRST_REMINDER)
    useless = each.starts_at - (timedelta(0) if soon else FIRST_USELESS)
    name = "reminder_2h" if soon else "reminder_48h"
    people = _confirmed(session, each.pair)
    keys = {who.id: _reminder_key(who, each, name) for who in people}
    asked = _asked_already(session, keys.values())
    for who in people:
        if keys[who.id] in asked:
            counts["already"] += 1
        elif _learnt_after(who, due):
            continue  # the mail that gave the place was written after this reminder's hour
        elif now >= useless:
            counts["too_late"] += 1
        else:
            message = _reminder(who, each, desk, soon, useless)
            counts[name] += post(session, message, key=keys[who.id], due=now)


def _learnt_after(who: Registration, due: datetime) -> bool:
    return who.confirmed_at is not None and who.confirmed_at > due


def _reminder_key(who: Registration, each: TrainingSession, name: str) -> str:
    """One reminder for each person, session and hour: a session that moves is reminded anew."""
    return f"training-{who.id}-{name}-{each.id}-{each.starts_at:%Y%m%dT%H%M}"


def _confirmed(session: Session, pair: SessionPair) -> list[Registration]:
    found = select(Registration).where(
        Registration.pair_id == pair.id, Registration.state == RegistrationState.CONFIRMED
    )
    return list(session.scalars(found.order_by(Registration.id)))


def _asked_already(session: Session, keys: Iterable[str]) -> set[str]:
    return set(session.scalars(select(Delivery.key).where(Delivery.key.in_(list(keys)))))


def _reminder(
    who: Registration, each: TrainingSession, desk: Desk, soon: bool, useless: datetime
) -> Message:
    alone = len(each.pair.sessions) == 1
    return messages.reminder(
        to=who.email,
        title=each.pair.training.title,
        sessions=[
            {
                "label": "Séance unique" if alone else f"Séance {each.number}",
                "when": words.session(each),
                "class_url": "",
                "place": each.place,
            }
        ],
        class_url=each.class_url,
        link=desk.registration(who.reference or ""),
        soon=soon,
        about=notices.about(who),
        useless_after=useless,
    )


def _just_over(session: Session, now: datetime) -> Iterable[SessionPair]:
    """The pairs whose last session is over, and that may still be thanked for."""
    found = select(SessionPair).where(
        SessionPair.cancelled_at.is_(None),
        SessionPair.ends_at <= now,
        SessionPair.ends_at > now - THANKS_USELESS,
    )
    return session.scalars(
        found.options(joinedload(SessionPair.training), selectinload(SessionPair.sessions))
    ).all()


def _thank(
    session: Session, pair: SessionPair, desk: Desk, now: datetime, counts: Counter[str]
) -> None:
    noted = pair.attendance_noted_at is not None
    if not noted and now < pair.ends_at + THANKS_WAIT:
        return
    people = _to_thank(session, pair, noted)
    keys = {who.id: f"training-{who.id}-thanks-{pair.id}" for who in people}
    asked = _asked_already(session, keys.values())
    for who in people:
        if keys[who.id] in asked:
            counts["already"] += 1
            continue
        message = messages.thanks(
            to=who.email,
            title=pair.training.title,
            attestation=desk.attestation(who.reference or ""),
            satisfaction=desk.satisfaction(who.reference or ""),
            noted=noted,
            about=notices.about(who),
            useless_after=pair.ends_at + THANKS_USELESS,
        )
        counts["thanks"] += post(session, message, key=keys[who.id], due=now)


def _to_thank(session: Session, pair: SessionPair, noted: bool) -> list[Registration]:
    """Who came; everybody with a place while nobody has noted who came."""
    found = select(Registration).where(
        Registration.pair_id == pair.id,
        Registration.state.in_(PLACED),
        Registration.erased_at.is_(None),
    )
    if noted:
        came = select(Attendance.registration_id).where(Attendance.present.is_(True))
        found = found.where(Registration.id.in_(came))
    return list(session.scalars(found.order_by(Registration.id)))


def release_expired(session: Session, *, desk: Desk, now: datetime) -> dict[str, int]:
    """Free the places whose hold or offer is over and serve the lists; commits by training.

    Answers holds and offers released, offers made. Safe to run twice.
    """
    late = select(Registration.training_id).where(
        Registration.state.in_((RegistrationState.HELD, RegistrationState.OFFERED)),
        Registration.until <= now,
    )
    trainings = sorted(set(session.scalars(late)))
    session.commit()
    counts = {"holds_released": 0, "offers_lapsed": 0, "offers_made": 0}
    for training in trainings:
        act: Act = places.begin(session, training, desk=desk, now=now)
        settled = queueing.settle(act)
        session.commit()
        counts["holds_released"] += settled.holds
        counts["offers_lapsed"] += settled.offers_lapsed
        counts["offers_made"] += settled.offers_made
    return counts
