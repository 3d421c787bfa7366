"""What is due at its hour: reminders, thanks, places whose hold is over.

Each pass looks at what is true now: a session that was moved or called off is reminded of at its
new hour or not at all, and nothing has to be taken back.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload, selectinload

from communaute.domain.trainings import dates, mails, places, waiting_list
from communaute.domain.trainings.context import Context
from communaute.mailing.message import Message, Priority
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


log = logging.getLogger(__name__)
FIRST_REMINDER, LAST_REMINDER = timedelta(hours=48), timedelta(hours=2)
# Past it the first reminder says nothing that the last will not say better.
FIRST_USELESS = timedelta(hours=24)
# How long an organiser has to note who came before thanks go without the attestation.
THANKS_WAIT, THANKS_USELESS = timedelta(hours=48), timedelta(days=30)
OUTCOMES = ("reminder_48h", "reminder_2h", "thanks", "already", "too_late")


def send_reminders(context: Context) -> dict[str, int]:
    """Ask for the reminders and thanks that are due; answers the count of each outcome.

    Outcomes: reminder_48h, reminder_2h, thanks, already, too_late. Safe to run twice. Commits.
    """
    counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    for each in _near(context.session, context.now):
        _apart(context, each.pair_id, partial(_remind, context, each, counts))
    for pair in _just_over(context.session, context.now):
        _apart(context, pair.id, partial(_thank, context, pair, counts))
    return dict(counts)


def _apart(context: Context, number: int, act: partial[None]) -> None:
    """Do and commit what concerns one pair, or one training: what fails keeps no other back."""
    try:
        act()
        context.session.commit()
    except OperationalError:
        raise  # the database is gone: it concerns them all
    except Exception:
        context.session.rollback()
        log.exception("%s cannot be done of number %s", act.func.__name__, number)


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


def _remind(context: Context, each: TrainingSession, counts: Counter[str]) -> None:
    session, now = context.session, context.now
    soon = each.starts_at - now <= LAST_REMINDER
    due = each.starts_at - (LAST_REMINDER if soon else FIRST_REMINDER)
    useless = each.starts_at - (timedelta(0) if soon else FIRST_USELESS)
    name = "reminder_2h" if soon else "reminder_48h"
    people = _confirmed(session, each.pair)
    # One reminder for each person, session and hour: a session that moves is reminded anew.
    keys = {
        who.id: f"training-{who.id}-{name}-{each.id}-{each.starts_at:%Y%m%dT%H%M}" for who in people
    }
    asked = _asked_already(session, keys.values())
    for who in people:
        if keys[who.id] in asked:
            counts["already"] += 1
        elif who.confirmed_at is not None and who.confirmed_at > due:
            continue  # the mail that gave the place was written after this reminder's hour
        elif now >= useless:
            counts["too_late"] += 1
        else:
            message = reminder(context, who, each, soon=soon, useless=useless)
            counts[name] += post(session, message, key=keys[who.id], due=now)


def _confirmed(session: Session, pair: SessionPair) -> list[Registration]:
    found = select(Registration).where(
        Registration.pair_id == pair.id, Registration.state == RegistrationState.CONFIRMED
    )
    return list(session.scalars(found.order_by(Registration.id)))


def _asked_already(session: Session, keys: Iterable[str]) -> set[str]:
    return set(session.scalars(select(Delivery.key).where(Delivery.key.in_(list(keys)))))


def reminder(
    context: Context, who: Registration, each: TrainingSession, *, soon: bool, useless: datetime
) -> Message:
    """The session is near: `soon` within hours, else within days."""
    return Message(
        to=who.email,
        subject=mails.subject_of(
            "Votre formation commence bientôt" if soon else "Votre formation approche",
            each.pair.training,
            each,
        ),
        template="training-reminder",
        why=mails.REGISTERED,
        context={
            "title": each.pair.training.title,
            "sessions": dates.written(each.pair, only=each),
            "class_url": each.class_url,
            "link": context.link(who.reference),
        },
        priority=Priority.PERSON_WAITING if soon else Priority.NORMAL,
        useless_after=useless,
        about=mails.about(who),
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


def _thank(context: Context, pair: SessionPair, counts: Counter[str]) -> None:
    session, now = context.session, context.now
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
        message = thanks(context, who, noted=noted, useless=pair.ends_at + THANKS_USELESS)
        counts["thanks"] += post(session, message, key=keys[who.id], due=now)


def thanks(context: Context, who: Registration, *, noted: bool, useless: datetime) -> Message:
    """It is over: the attestation, and three questions."""
    return Message(
        to=who.email,
        subject=mails.subject_of("Merci d’avoir suivi cette formation", who.training),
        template="training-thanks",
        why=mails.WAS_REGISTERED,
        context={
            "title": who.training.title,
            "attestation": context.link(who.reference, "/attestation.pdf"),
            "satisfaction": context.link(who.reference, "/avis"),
            "noted": noted,
        },
        useless_after=useless,
        about=mails.about(who),
    )


def _to_thank(session: Session, pair: SessionPair, noted: bool) -> list[Registration]:
    """Who came; everybody with a place while nobody has noted who came."""
    found = select(Registration).where(
        Registration.pair_id == pair.id,
        Registration.state.in_(PLACED),
        Registration.erased_at.is_(None),
    )
    if noted:
        came = select(Attendance.registration_id).join(TrainingSession)
        came = came.where(TrainingSession.pair_id == pair.id, Attendance.present.is_(True))
        found = found.where(Registration.id.in_(came))
    return list(session.scalars(found.order_by(Registration.id)))


def release_expired(context: Context) -> dict[str, int]:
    """Free the places whose hold or offer is over and serve the lists; commits by training.

    Answers holds and offers released, offers made. Safe to run twice.
    """
    late = select(Registration.training_id).where(
        Registration.state.in_((RegistrationState.HELD, RegistrationState.OFFERED)),
        Registration.until <= context.now,
    )
    trainings = sorted(set(context.session.scalars(late)))
    context.session.commit()
    counts = {"holds_released": 0, "offers_lapsed": 0, "offers_made": 0}
    for training in trainings:
        _apart(context, training, partial(_settle, context, training, counts))
    return counts


def _settle(context: Context, training: int, counts: dict[str, int]) -> None:
    settled = waiting_list.settle(places.begin(context, training))
    for name, count in zip(counts, settled, strict=True):
        counts[name] += count
