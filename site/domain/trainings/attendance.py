"""Who was there, what may be attested, and what people thought of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.trainings import errors, own, places
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.own import RegistrationView
from communaute.domain.trainings.planning import SessionTimes
from communaute.domain.trainings.registration import attendance_of
from communaute.domain.trainings.signing_up import LONGEST_TEXT
from communaute.models.trainings import (
    PLACED,
    Attendance,
    Registration,
    Satisfaction,
    SessionPair,
    TrainingSession,
)


RATINGS = range(1, 5)


@dataclass(frozen=True, kw_only=True)
class AttestationData:
    """What an attestation says: only sessions at which the person was seen."""

    name: str
    organisation: str
    title: str
    theme: str
    sessions: tuple[SessionTimes, ...]
    noted_at: datetime
    minutes: int


def note_attendance(context: Context, pair_id: int, present: Mapping[int, Collection[int]]) -> None:
    """Note who was present: `present` gives, by session id, the registration ids ticked.

    Everybody else with a place is noted absent at these sessions; sessions left out are not
    touched. May be done again. Raises PairUnknown, SessionUnknown, TooEarly, AlreadyCancelled.
    """
    session, now = context.session, context.now
    pair = _pair(session, pair_id)
    sessions = _sessions(pair, present, now)
    people = _placed(session, pair)
    for each in sessions:
        for who in people:
            mark = attendance_of(session, who, each)
            mark.present, mark.noted_at = who.id in present[each.id], now
    session.flush()
    if pair.attendance_noted_at is None and _all_noted(session, pair, people):
        pair.attendance_noted_at = now
    audit.record(
        session, "training-attendance", now=now, actor=context.actor, target=f"pair {pair.id}"
    )


def _pair(session: Session, pair_id: int) -> SessionPair:
    pair = places.known_pair(session, pair_id)
    if pair.cancelled_at is not None:
        raise errors.AlreadyCancelled("Cette session est annulée : personne n’y était.")
    return pair


def _sessions(
    pair: SessionPair, present: Mapping[int, Collection[int]], now: datetime
) -> Sequence[TrainingSession]:
    known = {each.id: each for each in pair.sessions}
    if not set(present) <= set(known):
        raise errors.SessionUnknown("Cette séance n’est pas de cette session.")
    asked = [known[number] for number in present]
    if any(each.starts_at > now for each in asked):
        raise errors.TooEarly(
            "Cette séance n’a pas commencé : notez les présences quand elle aura lieu."
        )
    return asked


def _placed(session: Session, pair: SessionPair) -> Sequence[Registration]:
    found = select(Registration).where(
        Registration.pair_id == pair.id, Registration.state.in_(PLACED)
    )
    return session.scalars(found.order_by(Registration.id)).all()


def _all_noted(session: Session, pair: SessionPair, people: Sequence[Registration]) -> bool:
    """Whether somebody has noted every session; a pair of nobody has nothing to note."""
    noted = select(Attendance.session_id).where(
        Attendance.session_id.in_([each.id for each in pair.sessions]),
        Attendance.present.is_not(None),
    )
    return bool(people) and set(session.scalars(noted)) == {each.id for each in pair.sessions}


def attestation(context: Context, token: str) -> AttestationData:
    """What the person's attestation says. Raises BadLink, DeadLink, NoAttestation."""
    registration = own.owner(context, token)
    data = attested(context.session, registration)
    if data is None:
        raise errors.NoAttestation(_why_not(registration, context.now))
    return data


def _why_not(registration: Registration, now: datetime) -> str:
    pair = registration.pair
    if registration.state not in PLACED or pair is None:
        return "Une attestation demande une place confirmée à une formation."
    if now < pair.starts_at:
        return "L’attestation sera prête après la formation."
    if pair.attendance_noted_at is None:
        return "L’organisateur n’a pas encore noté les présences. Revenez dans quelques jours."
    return "Vous n’avez été noté présent à aucune séance. Si c’est une erreur, écrivez à l’organisateur."


def attestations(session: Session, pair_id: int) -> tuple[AttestationData, ...]:
    """The attestations of a pair, by name. Raises PairUnknown, AlreadyCancelled."""
    people = _placed(session, _pair(session, pair_id))
    named = sorted(people, key=lambda who: who.name.casefold())
    found = (attested(session, who) for who in named if who.erased_at is None)
    return tuple(data for data in found if data is not None)


def attestation_of(session: Session, registration_id: int) -> AttestationData:
    """One person's, for the organiser. Raises NoAttestation."""
    registration = session.get(Registration, registration_id)
    data = attested(session, registration) if registration else None
    if data is None:
        raise errors.NoAttestation("Cette personne n’a été notée présente à aucune séance.")
    return data


def attested(session: Session, registration: Registration) -> AttestationData | None:
    """What may be attested: the sessions at which the person was seen; None without any."""
    found = (
        select(Attendance, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(
            Attendance.registration_id == registration.id,
            TrainingSession.pair_id == registration.pair_id,
            Attendance.present.is_(True),
        )
        .order_by(TrainingSession.number)
    )
    seen = session.execute(found).all()
    if not seen or registration.state not in PLACED:
        return None
    times = tuple(SessionTimes(starts_at=s.starts_at, ends_at=s.ends_at) for _, s in seen)
    return AttestationData(
        name=registration.name,
        organisation=registration.organisation,
        title=registration.training.title,
        theme=registration.training.theme,
        sessions=times,
        noted_at=max(mark.noted_at for mark, _ in seen if mark.noted_at),
        minutes=sum(int((t.ends_at - t.starts_at).total_seconds()) // 60 for t in times),
    )


def give_satisfaction(
    context: Context, token: str, *, expectations: int, autonomy: int, comment: str
) -> RegistrationView:
    """Keep the three answers: two ratings from 1 to 4 and a remark of 1,000 characters at most.

    Raises BadLink, DeadLink, NoPlace, TooEarly, AlreadyAnswered, InvalidAnswer.
    """
    act, registration = own.begin(context, token)
    if registration.state not in PLACED or registration.pair is None:
        raise errors.NoPlace("Seules les personnes inscrites répondent à ces questions.")
    if act.now < registration.pair.ends_at:
        raise errors.TooEarly("Ces questions s’ouvrent après la dernière séance.")
    if own.has_answered(act.session, registration):
        raise errors.AlreadyAnswered("Vous avez déjà répondu. Merci.")
    remark = comment.strip()
    if expectations not in RATINGS or autonomy not in RATINGS:
        raise errors.InvalidAnswer("Choisissez une réponse à chacune des deux premières questions.")
    if len(remark) > LONGEST_TEXT:
        raise errors.InvalidAnswer(
            f"Votre remarque compte {len(remark)} caractères : {LONGEST_TEXT} au plus.",
            field="comment",
        )
    act.session.add(
        Satisfaction(
            registration_id=registration.id,
            expectations=expectations,
            autonomy=autonomy,
            comment=remark,
            given_at=act.now,
        )
    )
    return own.view_of(act, registration)
