"""What its author does from their own page: send, confirm, change, answer a proposal, date it anew, withdraw."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from itsdangerous import BadData
from sqlalchemy import func, select

from communaute.domain import tokens
from communaute.domain.context import Context
from communaute.domain.testimonials.words import CONSENT, Gone, TestimonialRefused, checked
from communaute.french.reading import read_address
from communaute.mailing import outbox
from communaute.mailing.messages import testimonials as mails
from communaute.models.mailing import Delivery
from communaute.models.testimonials import Testimonial, TestimonialState


# Our own rules: a mail that nobody asked for reaches an address once an hour at most.
BETWEEN_MAILS = timedelta(hours=1)
CONFIRMED_WITHIN = timedelta(days=7)
# Of one address, waiting to be confirmed: a stranger fills nobody's mailbox.
MOST_DRAFTS = 3
PURPOSE = "testimonial"
WITHDRAWN = "Ce témoignage a été retiré : rien n'en est gardé."


def link_to(context: Context, testimonial: Testimonial) -> str:
    """Its author's own page: what it says, and every act on it. It cannot be guessed, and outlives it."""
    token = tokens.token_of(context.secret, PURPOSE, testimonial.reference)
    return f"{context.base_url}/outils/temoignage/{token}"


def of_token(context: Context, token: str) -> Testimonial:
    """The testimonial of a link. Raises Gone."""
    try:
        reference = str(tokens.value_of(context.secret, PURPOSE, token))
    except BadData:
        raise Gone(tokens.UNREADABLE) from None
    found = context.session.scalar(select(Testimonial).where(Testimonial.reference == reference))
    if found is None or found.state == TestimonialState.WITHDRAWN:
        raise Gone(WITHDRAWN)
    return found


def send(context: Context, said: Mapping[str, str], *, address: str, consents: bool) -> None:
    """Keep a testimonial until the mail that this asks for is answered.

    The same answer whoever is known. Another one within the hour is kept too: its mail waits for its
    turn; the same one sent twice is one. Raises TestimonialRefused, Unreadable for the address.
    """
    clean, to = checked(said), read_address(address)
    if not consents:
        raise TestimonialRefused("Sans votre accord, rien ne peut être publié.", field="accord")
    if not _is_new(context, to, clean):
        return
    testimonial = Testimonial(
        reference=secrets.token_urlsafe(24),
        state=TestimonialState.DRAFT,
        email=to,
        said=clean,
        consent=CONSENT,
        consented_at=context.now,
        created_at=context.now,
    )
    context.session.add(testimonial)
    context.session.flush()
    until = context.now + CONFIRMED_WITHIN
    message = mails.confirm(to=to, link=link_to(context, testimonial), until=until)
    due = _next_turn(context, to, message.template)
    outbox.post(context.session, message, key=f"testimonial-{testimonial.id}", due=due)


def _is_new(context: Context, to: str, said: Mapping[str, str]) -> bool:
    waiting = select(Testimonial).where(
        Testimonial.email == to, Testimonial.state == TestimonialState.DRAFT
    )
    drafts = context.session.scalars(waiting).all()
    return len(drafts) < MOST_DRAFTS and all(one.said != said for one in drafts)


def _next_turn(context: Context, to: str, template: str) -> datetime:
    """When the next mail that a stranger can cause may leave for an address."""
    asked = select(func.max(Delivery.due_at)).where(
        Delivery.recipient == to, Delivery.template == template
    )
    last = context.session.scalar(asked)
    return max(context.now, last + BETWEEN_MAILS) if last else context.now


def confirm(context: Context, testimonial: Testimonial) -> None:
    """The address is its author's: the testimonial now waits for the team."""
    if testimonial.state == TestimonialState.DRAFT:
        testimonial.state, testimonial.confirmed_at = TestimonialState.WAITING, context.now


def change(context: Context, testimonial: Testimonial, said: Mapping[str, str]) -> None:
    """Change what is said. What is published stays until the team has read the new words.

    Raises TestimonialRefused.
    """
    testimonial.said = checked(said)
    testimonial.proposed, testimonial.proposed_why = {}, ""
    if testimonial.state != TestimonialState.DRAFT:
        testimonial.state, testimonial.closed_at = TestimonialState.WAITING, None
        testimonial.refusal = ""
        testimonial.confirmed_at = context.now


def accept(context: Context, testimonial: Testimonial) -> None:
    """Take the changes proposed: they become one's words, and the team reads them again.

    Raises TestimonialRefused when nothing is proposed.
    """
    _answer(testimonial)
    testimonial.said = {**testimonial.said, **testimonial.proposed}
    testimonial.proposed, testimonial.proposed_why = {}, ""
    testimonial.confirmed_at = context.now


def decline(context: Context, testimonial: Testimonial) -> None:
    """Keep one's own words. Raises TestimonialRefused when nothing is proposed."""
    _answer(testimonial)
    testimonial.proposed, testimonial.proposed_why = {}, "L'auteur garde ses mots."
    testimonial.confirmed_at = context.now


def _answer(testimonial: Testimonial) -> None:
    if testimonial.state != TestimonialState.PROPOSED:
        raise TestimonialRefused("Aucun changement ne vous est proposé.")
    testimonial.state = TestimonialState.WAITING


def still_true(context: Context, testimonial: Testimonial) -> None:
    """Say that it is still true. Raises TestimonialRefused when it is not published."""
    if not testimonial.published:
        raise TestimonialRefused("Ce témoignage n'est pas publié.")
    testimonial.true_on = context.today


def withdraw(context: Context, testimonial: Testimonial) -> None:
    """Take it away: nothing of it or of its author is kept but what hides its page."""
    outbox.withdraw_about(context.session, f"testimonial {testimonial.id}")
    to = testimonial.email
    forget(testimonial)
    testimonial.closed_at = context.now
    message = mails.withdrawn(to=to)
    outbox.post(context.session, message, key=f"testimonial-{testimonial.id}-gone", due=context.now)


def forget(testimonial: Testimonial) -> None:
    """Empty a testimonial of its words and of its author."""
    testimonial.state, testimonial.email = TestimonialState.WITHDRAWN, ""
    testimonial.said, testimonial.published, testimonial.proposed = {}, {}, {}
    testimonial.proposed_why = testimonial.refusal = testimonial.consent = ""
    testimonial.consented_at = testimonial.confirmed_at = testimonial.asked_again_at = None
    testimonial.published_on = testimonial.true_on = None
