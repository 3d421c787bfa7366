"""« N personnes seront prévenues »: who, and the mail they would get, before anything changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings import changing, notices, places, registrants
from communaute.domain.trainings.errors import PairUnknown
from communaute.domain.trainings.links import Desk
from communaute.domain.trainings.places import Act
from communaute.domain.trainings.values import MailPreview, NoticePreview, SessionTimes
from communaute.mailing.message import Message
from communaute.models.trainings import (
    Registration,
    RegistrationState,
    SessionPair,
    TrainingSession,
)


def preview_move(
    session: Session,
    pair_id: int,
    sessions: Sequence[SessionTimes],
    *,
    class_url: str,
    place: str = "",
    desk: Desk,
    now: datetime,
) -> NoticePreview:
    """Who would be told of a move or of a new virtual class, and the mail. Changes nothing.

    Raises as move_pair.
    """
    act, pair = _read(session, pair_id, desk=desk, now=now)
    after = _copy(pair)
    if not changing.apply_move(after, sessions, class_url=class_url, place=place, now=now):
        return NoticePreview(people=(), mail=None)
    people = changing.seated(session, pair)
    message = notices.moved_message(act, people[0], after) if people else None
    return _preview(act, pair, people, message)


def preview_cancel(
    session: Session, pair_id: int, *, reason: str, desk: Desk, now: datetime
) -> NoticePreview:
    """Who would be told that the pair is called off, and the mail. Changes nothing.

    Raises as cancel_pair.
    """
    act, pair = _read(session, pair_id, desk=desk, now=now)
    people = changing.seated(session, pair)
    if not people:
        return NoticePreview(people=(), mail=None)
    had_place = any(each.state == RegistrationState.CONFIRMED for each in people)
    message = notices.called_off_message(
        act, people[0], pair, reason=changing.one_reason(reason), had_place=had_place
    )
    return _preview(act, pair, people, message)


def _read(session: Session, pair_id: int, *, desk: Desk, now: datetime) -> tuple[Act, SessionPair]:
    """An act that nobody waits for: it changes nothing."""
    pair = session.get(SessionPair, pair_id) if 0 < pair_id <= places.LARGEST_ID else None
    if pair is None:
        raise PairUnknown("Cette session n’existe pas.")
    changing.refuse_settled(pair, now)
    return Act(session=session, training=pair.training, desk=desk, now=now), pair


def _copy(pair: SessionPair) -> SessionPair:
    """The pair as it might become: never added to the session."""
    copy = SessionPair(id=pair.id, training_id=pair.training_id, capacity=pair.capacity)
    copy.sessions = [
        TrainingSession(
            id=each.id,
            number=each.number,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            class_url=each.class_url,
            place=each.place,
            sequence=each.sequence,
        )
        for each in pair.sessions
    ]
    return copy


def _preview(
    act: Act, pair: SessionPair, people: Sequence[Registration], message: Message | None
) -> NoticePreview:
    told = {each.id for each in people}
    shown = registrants.of_pair(act.session, pair)
    return NoticePreview(
        people=tuple(each for each in shown if each.id in told),
        mail=_without_key(act, message) if message else None,
    )


def _without_key(act: Act, message: Message) -> MailPreview:
    """The mail to read; each person's own link opens their registration, and is theirs alone."""
    hidden = replace(message, context={**message.context, "link": f"{act.desk.base_url}/…"})
    return MailPreview(
        subject=hidden.subject,
        template=hidden.template,
        why=hidden.why,
        context=dict(hidden.context),
    )
