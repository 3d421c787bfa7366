"""Pairs, people and lists to try the site with; nothing but `.example` addresses."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from communaute.domain.trainings import planning, registration, signing_up
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.listing import TrainingPage
from communaute.domain.trainings.planning import PairPlan
from communaute.domain.trainings.signing_up import SignUpKind, SignUpRequest
from communaute.french.dates import PARIS
from communaute.french.holidays import is_weekend_or_holiday
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.trainings import Registration, SessionPair, Training


CLASS = "https://classe.example/{}"
# Invented people: no company and no office bears these names, no mail reaches `.example`.
NAMES = ("Ada", "Basile", "Carla", "Djamel", "Elsa", "Farid", "Gaëlle", "Hugo", "Inès", "Jules")
OFFICES = ("Atelier des Essais", "Mairie de Val-Modèle", "Cabinet Exemple", "Bureau Fictif")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One training of the demonstration. `taken` gives, pair by pair, how many have a place."""

    page: TrainingPage
    first_in: int
    at: time
    capacity: int
    taken: Sequence[int]
    waiting: int = 0
    webinar: bool = False


PLANS = (
    Plan(
        page=TrainingPage(
            slug="creer-son-compte", title="Créer son compte et démarrer", theme="Débuter"
        ),
        first_in=5,
        at=time(11),
        capacity=100,
        taken=(23, 4, 0),
        webinar=True,
    ),
    Plan(
        page=TrainingPage(
            slug="factures-simples", title="Envoyer des factures simples", theme="Factures simples"
        ),
        first_in=9,
        at=time(9, 30),
        capacity=12,
        taken=(12, 9, 0),
    ),
    Plan(
        page=TrainingPage(
            slug="factures-travaux",
            title="Envoyer des factures de travaux (CCAG Travaux)",
            theme="Factures de travaux",
        ),
        first_in=10,
        at=time(14),
        capacity=10,
        taken=(10, 10),
        waiting=3,
    ),
    Plan(
        page=TrainingPage(
            slug="memoires-de-frais-de-justice",
            title="Déposer un mémoire de frais de justice",
            theme="Frais de justice",
        ),
        first_in=12,
        at=time(17),
        capacity=12,
        taken=(7, 1),
    ),
)


def load(session: Session, now: datetime) -> int:
    """Pairs to come for each training, some full, some with a list; answers how many are made.

    Reproducible; while pairs are to come it makes nothing more. Sends no mail. Commits.
    """
    context = Context(
        session=session,
        now=now,
        base_url="https://communaute.example",
        # Nobody keeps it: the links open nothing on any site.
        secret=secrets.token_hex(16),
        sender="formations@communaute.example",
    )
    made = sum(_load(context, plan) for plan in PLANS if not _has_pairs(session, plan, now))
    # Nobody reads mail at these addresses, and their links are signed for no site.
    invented = Delivery.recipient.like("%@personnes.example")
    asked = update(Delivery).where(invented, Delivery.state == DeliveryState.WAITING)
    withdrawn = asked.values(state=DeliveryState.WITHDRAWN, context={}, attachments=[])
    session.execute(withdrawn.execution_options(synchronize_session=False))
    session.commit()
    return made


def _has_pairs(session: Session, plan: Plan, now: datetime) -> bool:
    found = (
        select(func.count())
        .select_from(SessionPair)
        .join(Training)
        .where(Training.slug == plan.page.slug, SessionPair.starts_at > now)
    )
    return bool(session.scalar(found))


def _load(context: Context, plan: Plan) -> int:
    pairs = planning.create_pairs(
        context,
        plan.page,
        _pairs_of(plan, context.now),
        capacity=plan.capacity,
        class_url=CLASS.format(plan.page.slug),
    )
    number = 0
    for pair, count in zip(pairs, plan.taken, strict=True):
        for _ in range(count):
            _sign_up(context, plan, pair, number, confirmed=number % 8 != 7)
            number += 1
    for _ in range(plan.waiting):
        _sign_up(context, plan, pairs[0], number, confirmed=False)
        number += 1
    return len(pairs)


def _pairs_of(plan: Plan, now: datetime) -> tuple[PairPlan, ...]:
    """Two weeks apart, never on a week-end or a holiday: the second session a week after the first."""
    today = now.astimezone(PARIS).date()
    days = (today + timedelta(days=plan.first_in + later) for later in range(28))
    first = next(day for day in days if not any(map(is_weekend_or_holiday, _days_of(plan, day))))
    return planning.plan_series(
        first,
        plan.at,
        second_day=None if plan.webinar else first + timedelta(days=7),
        count=len(plan.taken),
        every_weeks=2,
    )


def _days_of(plan: Plan, first: date) -> list[date]:
    weeks = range(0, 2 * len(plan.taken), 2 if plan.webinar else 1)
    return [first + timedelta(weeks=week) for week in weeks]


def _sign_up(context: Context, plan: Plan, pair: int, number: int, *, confirmed: bool) -> None:
    name = NAMES[number % len(NAMES)]
    request = SignUpRequest(
        pair_id=pair,
        name=f"{name} Exemple {number + 1}",
        email=f"{plan.page.slug}.{context.now:%y%m%d}.{number + 1}@personnes.example",
        organisation=OFFICES[number % len(OFFICES)],
        hopes="Envoyer ma première facture" if number % 3 == 0 else "",
        consent=True,
    )
    outcome = signing_up.sign_up(context, request)
    if confirmed and outcome.kind == SignUpKind.HELD:
        found = select(Registration.reference).where(Registration.email == request.email)
        reference = context.session.scalars(found.order_by(Registration.id.desc())).first()
        registration.confirm(context, context.token(reference))
