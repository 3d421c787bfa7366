"""A sending that fails too much pauses itself: whoever may let it go on is told, once."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.accounts import staff
from communaute.domain.newsletter import sending as verbs
from communaute.domain.newsletter.context import Context
from communaute.french.numbers import number, plural
from communaute.mailing.messages import newsletter as mails
from communaute.mailing.outbox import post
from communaute.models.accounts import Role, User
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.newsletter import Sending, SendingState


# Our own rule; providers stop senders that pass it (Buttondown's threshold is the same).
WORST, LATELY = 0.05, timedelta(hours=1)
# Fewer outcomes say nothing.
ENOUGH = 40
MAY_RESUME = (Role.EDITOR.value, Role.ADMINISTRATOR.value)
SETTLED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN)


def watch(context: Context, page_of: Callable[[str], str]) -> list[int]:
    """Pause the sendings that fail too much; answers their numbers. Commits.

    `page_of` gives the address where a letter is managed.
    """
    running = (SendingState.QUEUEING, SendingState.LEAVING)
    found = context.session.scalars(select(Sending).where(Sending.state.in_(running))).all()
    paused = []
    for one in found:
        failed, settled = _lately(context, one)
        if settled >= ENOUGH and failed > WORST * settled:
            because = (
                f"{plural(failed, 'courriel refusé', 'courriels refusés')} sur {number(settled)} en une heure : "
                "plus de 5 %."
            )
            verbs.pause(context, one.id, because)
            since = f"{one.watched_since:%Y%m%dT%H%M%S}" if one.watched_since else "0"
            for user in _people(context.session, one):
                message = mails.sending_paused(
                    to=user.contact_address,
                    subject_of=one.subject,
                    because=because,
                    link=page_of(one.letter),
                    asked=one.by is not None,
                )
                key = f"newsletter-paused-{one.id}-{since}-{user.id}"
                post(context.session, message, key=key, due=context.now)
            paused.append(one.id)
    context.session.commit()
    return paused


def _lately(context: Context, one: Sending) -> tuple[int, int]:
    """How many failed and how many were settled, in an hour or since a person let it go on."""
    since = max(context.now - LATELY, one.watched_since or one.created_at)
    rows = context.session.execute(
        select(Delivery.state, func.count())
        .where(
            Delivery.about == verbs.about(one),
            Delivery.state.in_(SETTLED),
            Delivery.settled_at > since,
        )
        .group_by(Delivery.state)
    )
    counts = {str(state): count for state, count in rows}
    back = verbs.returned(context.session, one, since)
    return counts.get(DeliveryState.FAILED, 0) + back, sum(counts.values())


def _people(session: Session, one: Sending) -> list[User]:
    """Whoever asked for it; when it left by itself, everybody who may let it go on."""
    if one.by:
        return [user for user in (session.get(User, one.by),) if user]
    return [user for user in staff.everybody(session) if any(map(user.has_role, MAY_RESUME))]
