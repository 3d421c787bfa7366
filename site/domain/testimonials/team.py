"""What the team does: approve, refuse with a reason, propose changes, answer, ask again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.testimonials.authors import link_to
from communaute.domain.testimonials.words import QUESTIONS, REFUSALS, TestimonialRefused, checked
from communaute.mailing import outbox
from communaute.mailing.message import Message
from communaute.mailing.messages import testimonials as mails
from communaute.models.testimonials import Testimonial, TestimonialState


# Our own rule: how long before its author is asked whether it is still true, and again.
ASKED_AFTER = timedelta(days=2 * 365)
LONGEST_ANSWER, LONGEST_WHY = 2_000, 500


def approve(
    context: Context, testimonial: Testimonial, *, answer: str = "", guides: Sequence[str] = ()
) -> None:
    """Let its words be published as they are, with the team's answer and links to guides.

    Raises TestimonialRefused for one that does not wait, or too long an answer.
    """
    _must_wait(testimonial)
    if len(answer) > LONGEST_ANSWER:
        raise TestimonialRefused(f"{LONGEST_ANSWER} caractères au plus.", field="reponse")
    testimonial.state, testimonial.closed_at = TestimonialState.APPROVED, context.now
    testimonial.published_on = testimonial.published_on or context.today
    testimonial.true_on = context.today
    testimonial.published = {
        "said": dict(testimonial.said),
        "answer": answer.strip(),
        "guides": list(guides),
    }
    message = mails.approved(to=testimonial.email, link=link_to(context, testimonial))
    _post(context, testimonial, "approved", message)


def refuse(context: Context, testimonial: Testimonial, reason: str) -> None:
    """Do not publish it, for one of REFUSALS, told to its author; what is online stays.

    Raises TestimonialRefused.
    """
    _must_wait(testimonial)
    if reason not in REFUSALS:
        raise TestimonialRefused("Choisissez un motif de la politique.", field="motif")
    testimonial.state, testimonial.refusal = TestimonialState.REFUSED, reason
    testimonial.closed_at = context.now
    message = mails.refused(
        to=testimonial.email,
        link=link_to(context, testimonial),
        reason=REFUSALS[reason],
        is_online=bool(testimonial.published),
    )
    _post(context, testimonial, "refused", message)


def propose(context: Context, testimonial: Testimonial, said: Mapping[str, str], why: str) -> None:
    """Propose other words to its author: nothing changes until they accept.

    Raises TestimonialRefused when nothing differs, or nothing says why.
    """
    _must_wait(testimonial)
    asked = {name: said.get(name, testimonial.said[name]) for name in QUESTIONS}
    clean = checked({**testimonial.said, **asked})
    changed = {name: clean[name] for name in QUESTIONS if clean[name] != testimonial.said[name]}
    if not changed:
        raise TestimonialRefused("Aucune réponse n'est changée.", field="pourquoi")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise TestimonialRefused(
            f"Dites à l'auteur pourquoi, en {LONGEST_WHY} caractères au plus.", field="pourquoi"
        )
    testimonial.proposed, testimonial.proposed_why = changed, why.strip()
    testimonial.state = TestimonialState.PROPOSED
    message = mails.proposed(
        to=testimonial.email, link=link_to(context, testimonial), why=testimonial.proposed_why
    )
    _post(context, testimonial, "proposed", message)


def _must_wait(testimonial: Testimonial) -> None:
    if testimonial.state != TestimonialState.WAITING:
        raise TestimonialRefused("Ce témoignage n'attend plus de décision.")


def _post(context: Context, testimonial: Testimonial, what: str, message: Message) -> None:
    key = f"testimonial-{testimonial.id}-{what}-{int(context.now.timestamp())}"
    about = replace(message, about=f"testimonial {testimonial.id}")
    outbox.post(context.session, about, key=key, due=context.now)


def ask_again(context: Context) -> int:
    """Ask the authors of what is two years old whether it is still true; answers how many.

    A change that was refused leaves the words of before on the site: they grow old too.
    """
    old, day = context.now - ASKED_AFTER, context.today - ASKED_AFTER
    due = select(Testimonial).where(
        Testimonial.state.in_((TestimonialState.APPROVED, TestimonialState.REFUSED)),
        Testimonial.true_on <= day,
        or_(Testimonial.asked_again_at.is_(None), Testimonial.asked_again_at <= old),
    )
    found = list(context.session.scalars(due))
    for testimonial in found:
        testimonial.asked_again_at = context.now
        message = mails.still_true(
            to=testimonial.email, link=link_to(context, testimonial), true_on=dated(testimonial)
        )
        _post(context, testimonial, "again", message)
    return len(found)


def of_state(session: Session, state: str, *, limit: int, offset: int = 0) -> list[Testimonial]:
    """The testimonials in a state, the oldest first: that one has waited longest."""
    asked = select(Testimonial).where(Testimonial.state == state).order_by(Testimonial.id)
    return list(session.scalars(asked.limit(limit).offset(offset)))


def counts(session: Session) -> dict[str, int]:
    """How many there are in each state."""
    asked = select(Testimonial.state, func.count()).group_by(Testimonial.state)
    return {row[0]: row[1] for row in session.execute(asked)}


def published(session: Session) -> list[Testimonial]:
    """What may be exported: approved once, and not withdrawn since."""
    asked = select(Testimonial).where(
        Testimonial.published_on.is_not(None), Testimonial.state != TestimonialState.WITHDRAWN
    )
    return list(session.scalars(asked.order_by(Testimonial.id)))


def withdrawn(session: Session) -> frozenset[str]:
    """The references whose pages must not be shown."""
    asked = select(Testimonial.reference).where(Testimonial.state == TestimonialState.WITHDRAWN)
    return frozenset(session.scalars(asked))


def dated(testimonial: Testimonial) -> date:
    """The last day on which its author said that it is true."""
    return testimonial.true_on or testimonial.created_at.date()
