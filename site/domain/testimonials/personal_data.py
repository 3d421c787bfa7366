"""How long testimonials are kept, and what an account with the same address has of them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.keeping import Holding, Rule, erased
from communaute.domain.testimonials.authors import CONFIRMED_WITHIN, forget
from communaute.mailing.outbox import withdraw_about
from communaute.models.accounts import User
from communaute.models.testimonials import Testimonial, TestimonialState


REFUSED_KEPT = timedelta(days=365)
# A withdrawn one is only a number: long enough for the next releases to lose the page.
HIDDEN_KEPT = timedelta(days=5 * 365)


def purge(session: Session, now: datetime) -> int:
    """Erase what was never confirmed, refusals and withdrawals past their time; answers how many."""
    state, closed = Testimonial.state, Testimonial.closed_at
    return erased(
        session,
        delete(Testimonial).where(
            or_(
                and_(
                    state == TestimonialState.DRAFT, Testimonial.created_at < now - CONFIRMED_WITHIN
                ),
                # A change was refused of what is online: its author may still withdraw it.
                and_(
                    state == TestimonialState.REFUSED,
                    Testimonial.published_on.is_(None),
                    closed < now - REFUSED_KEPT,
                ),
                and_(state == TestimonialState.WITHDRAWN, closed < now - HIDDEN_KEPT),
            )
        ),
    )


def sent_by(session: Session, user: User) -> list[Testimonial]:
    """The testimonials sent from an account's addresses."""
    asked = select(Testimonial).where(Testimonial.email.in_(addresses(user)))
    return list(session.scalars(asked))


def addresses(user: User) -> list[str]:
    """An account's addresses."""
    return [address for address in (user.email, user.contact_email) if address]


def export(session: Session, user: User) -> list[dict[str, Any]]:
    """Their words, their consent, what became of them."""
    return [
        {
            "state": one.state,
            "said": one.said,
            "published": one.published,
            "consent": one.consent,
            "consented_at": one.consented_at and one.consented_at.isoformat(),
            "published_on": one.published_on and one.published_on.isoformat(),
        }
        for one in sent_by(session, user)
    ]


def erase(session: Session, user: User) -> None:
    """Withdraw them: their pages are no longer shown."""
    for testimonial in sent_by(session, user):
        forget(testimonial)
        testimonial.closed_at = clock.now()
        withdraw_about(session, f"testimonial {testimonial.id}")


RULES = (
    Rule(
        name="testimonials",
        what=(
            "Votre témoignage, la signature que vous avez choisie, votre adresse électronique (jamais "
            "publiée) et votre accord."
        ),
        why="Publier votre témoignage, et vous laisser le changer ou le retirer.",
        legal_basis="Votre consentement.",
        how_long=(
            "Tant que vous ne le retirez pas. {} s'il n'est pas confirmé, {} s'il est refusé. Retiré, il "
            "n'en reste qu'un numéro, {}, pour que sa page ne revienne pas."
        ),
        periods=(CONFIRMED_WITHIN, REFUSED_KEPT, HIDDEN_KEPT),
        purge=purge,
    ),
)
HOLDINGS = (Holding("temoignages", export, erase, tables=("testimonial",)),)
