"""A school: trainings, people who sign up, a clock. Each verb is called, then committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.trainings import listing, own, planning, registration, reminders, signing_up
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.listing import PairView, TrainingPage
from communaute.domain.trainings.own import RegistrationView
from communaute.domain.trainings.signing_up import SignUpOutcome, SignUpRequest
from communaute.mailing.message import Attachment, from_rows
from communaute.models import Delivery, DeliveryState, Registration, SessionPair


BILLS = TrainingPage(slug="factures-simples", title="Envoyer une facture simple", theme="Factures")
WORKS = TrainingPage(slug="travaux", title="Factures de travaux", theme="Travaux")
# A Monday.
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
CLASS = "https://classe.example/salle"


def a_context(session: Session, now: datetime = NOON, **given: Any) -> Context:
    """What verbs are given."""
    site: dict[str, Any] = {
        "base_url": "https://site.example",
        "secret": "secret",
        "sender": "ne-pas-repondre@site.example",
    }
    return Context(session=session, now=now, **{**site, **given})


def a_request(pair_id: int, email: str = "lea@exemple.example", **given: Any) -> SignUpRequest:
    """A form well filled in."""
    values = {"name": "Léa Martin", "organisation": "Mairie", "consent": True, **given}
    return SignUpRequest(pair_id=pair_id, email=email, **values)


@dataclass
class School:
    """What tests of trainings do, over one session."""

    session: Session
    now: datetime = NOON

    @property
    def context(self) -> Context:
        """What verbs are given at this moment."""
        return a_context(self.session, self.now)

    def move(self, **by: float) -> None:
        """Later by so many hours, days."""
        self.now += timedelta(**by)

    def pairs(
        self, capacity: int = 2, count: int = 1, *, page: TrainingPage = BILLS, days: int = 14
    ) -> tuple[int, ...]:
        """Pairs a week apart, the first in `days`; the second session a week after the first."""
        first = self.now.date() + timedelta(days=days)
        plans = planning.plan_series(
            first, time(9, 30), second_day=first + timedelta(days=7), count=count
        )
        made = planning.create_pairs(self.context, page, plans, capacity=capacity, class_url=CLASS)
        self.session.commit()
        return made

    def pair(self, capacity: int = 2, **given: Any) -> int:
        """One pair."""
        return self.pairs(capacity, **given)[0]

    def sign_up(self, pair_id: int, who: str = "lea", **given: Any) -> SignUpOutcome:
        """`who` signs up with an address of their own."""
        email = who if "@" in who else f"{who}@exemple.example"
        request = a_request(pair_id, email, **given)
        self.now += timedelta(microseconds=1)
        outcome = signing_up.sign_up(self.context, request)
        self.session.commit()
        return outcome

    def token(self, who: str = "lea") -> str:
        """The link that was mailed to somebody, of their latest registration."""
        return self.context.token(self.row(who).reference)

    def row(self, who: str = "lea") -> Registration:
        """The latest registration of somebody."""
        email = who if "@" in who else f"{who}@exemple.example"
        found = select(Registration).where(Registration.email == email)
        latest = found.order_by(Registration.id.desc()).limit(1)
        return self.session.scalars(latest.execution_options(populate_existing=True)).one()

    def do(self, verb: str, who: str = "lea", *given: Any, **named: Any) -> RegistrationView:
        """`confirm`, `cancel`, `change_pair`, `accept_offer`…, by the link of somebody."""
        act = getattr(registration, verb)
        self.now += timedelta(microseconds=1)
        try:
            view: RegistrationView = act(self.context, self.token(who), *given, **named)
        except Exception:
            self.session.rollback()
            raise
        self.session.commit()
        return view

    def placed(self, pair_id: int, *people: str) -> None:
        """People with a confirmed place."""
        for who in people:
            self.sign_up(pair_id, who)
            self.do("confirm", who)

    def view(self, who: str = "lea") -> RegistrationView:
        """« Mon inscription » of somebody."""
        return own.view(self.context, self.token(who))

    def settle(self) -> None:
        """What the periodic task does."""
        reminders.release_expired(self.context)

    def view_of(self, pair_id: int) -> PairView:
        """A pair as everybody sees it."""
        return listing.pair_view(self.context, pair_id)

    def states(self, *people: str) -> list[str]:
        """Where each stands."""
        return [self.row(who).state for who in people]

    def taken(self, pair_id: int) -> int:
        """The count of places taken, as the database has it."""
        found = select(SessionPair.taken).where(SessionPair.id == pair_id)
        return self.session.scalars(found).one()

    def mails(self, who: str = "lea", *, waiting_only: bool = False) -> list[Delivery]:
        """The mails asked for, in order."""
        email = who if "@" in who else f"{who}@exemple.example"
        found = select(Delivery).where(Delivery.recipient == email).order_by(Delivery.id)
        rows: Sequence[Delivery] = self.session.scalars(
            found.execution_options(populate_existing=True)
        ).all()
        return [r for r in rows if not waiting_only or r.state == DeliveryState.WAITING]

    def templates(self, who: str = "lea", **given: bool) -> list[str]:
        """Which mails."""
        return [mail.template.removeprefix("training-") for mail in self.mails(who, **given)]

    def calendar(self, who: str = "lea") -> list[Attachment]:
        """What is joined to the last mail."""
        return from_rows(self.mails(who)[-1].attachments)

    def log(self, who: str = "lea") -> str:
        """All that was explained to somebody, as one text."""
        return "\n".join(line.words for line in reversed(self.view(who).log))


def on(day: str) -> date:
    """A day written 2026-11-23."""
    return date.fromisoformat(day)
