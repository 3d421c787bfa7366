"""Random lives of a training: whatever people and organisers do, in any order.

Never more places than there are, nobody twice, in order, and everybody told why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.trainings import changing, personal_data, places
from communaute.domain.trainings.planning import SessionTimes
from communaute.extensions import Base, prepare_sqlite
from communaute.models import Delivery, PlaceDecision, Registration, SessionPair, WaitingOffer
from communaute.models.trainings import ALIVE, IN_LIST, SEATED
from tests.trainings.people import CLASS, School


PEOPLE = [f"p{number}" for number in range(6)]
WHO = st.sampled_from(PEOPLE)
WHICH = st.integers(0, 3)


class Life(RuleBasedStateMachine):
    """One training of several pairs, six people, one organiser, a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        prepare_sqlite(self.engine)
        Base.metadata.create_all(self.engine)
        self.session = Session(self.engine, expire_on_commit=False)
        self.school = School(self.session)
        self.pairs: list[int] = []
        self.before: dict[int, tuple[str, int]] = {}
        self.last_offer = 0

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()

    @contextmanager
    def trying(self) -> Iterator[None]:
        """A rule may refuse; nothing else may go wrong."""
        try:
            yield
            self.session.commit()
        except DomainError as refused:
            self.session.rollback()
            if not str(refused).endswith("."):
                raise AssertionError(refused) from refused

    def known(self, who: str) -> bool:
        return (
            self.session.scalar(
                select(Registration.id)
                .where(Registration.email == f"{who}@exemple.example")
                .limit(1)
            )
            is not None
        )

    def chosen(self, which: int) -> int:
        return self.pairs[which % len(self.pairs)]

    @initialize(capacities=st.lists(st.integers(1, 2), min_size=1, max_size=3))
    def open(self, capacities: list[int]) -> None:
        self.pairs = [
            self.school.pair(capacity, days=10 + 7 * n) for n, capacity in enumerate(capacities)
        ]

    @rule(who=WHO, which=WHICH)
    def sign_up(self, who: str, which: int) -> None:
        with self.trying():
            self.school.sign_up(self.chosen(which), who)

    @rule(who=WHO, verb=st.sampled_from(["confirm", "accept_offer"]))
    def take(self, who: str, verb: str) -> None:
        self.act(who, verb)

    @rule(who=WHO, verb=st.sampled_from(["cancel", "decline_offer", "leave_list"]))
    def give_back(self, who: str, verb: str) -> None:
        self.act(who, verb)

    def act(self, who: str, verb: str, *given: object) -> None:
        if self.known(who):
            with self.trying():
                self.school.do(verb, who, *given)

    @rule(who=WHO, which=WHICH)
    def change(self, who: str, which: int) -> None:
        self.act(who, "change_pair", self.chosen(which))

    @rule(who=WHO)
    def erase(self, who: str) -> None:
        if self.known(who):
            with self.trying():
                token = self.school.token(who)
                personal_data.erase(self.school.context, token)

    @rule(hours=st.sampled_from([1, 3, 25, 80]))
    def wait(self, hours: int) -> None:
        self.school.move(hours=hours)
        self.school.settle()

    @rule(which=WHICH, capacity=st.integers(1, 3))
    def resize(self, which: int, capacity: int) -> None:
        with self.trying():
            changing.set_capacity(self.school.context, self.chosen(which), capacity)

    @rule(which=WHICH)
    def call_off(self, which: int) -> None:
        with self.trying():
            changing.cancel_pair(self.school.context, self.chosen(which), reason="")

    @rule(which=WHICH, days=st.integers(-3, 5))
    def move(self, which: int, days: int) -> None:
        with self.trying():
            view = self.school.view_of(self.chosen(which))
            shift = timedelta(days=days)
            changing.move_pair(
                self.school.context,
                view.id,
                [
                    SessionTimes(starts_at=s.starts_at + shift, ends_at=s.ends_at + shift)
                    for s in view.sessions
                ],
                class_url=CLASS,
            )

    @rule(capacity=st.integers(1, 2))
    def new_pair(self, capacity: int) -> None:
        if len(self.pairs) < 4:
            self.pairs.append(self.school.pair(capacity, days=12))

    # What must hold after each step.

    def rows(self) -> list[Registration]:
        found = select(Registration).execution_options(populate_existing=True)
        return list(self.session.scalars(found.order_by(Registration.id)))

    def every_pair(self) -> list[SessionPair]:
        found = select(SessionPair).execution_options(populate_existing=True)
        return list(self.session.scalars(found))

    @invariant()
    def never_more_places_than_there_are(self) -> None:
        rows = self.rows()
        for pair in self.every_pair():
            seated = sum(row.pair_id == pair.id and row.state in SEATED for row in rows)
            assert seated == pair.taken <= pair.capacity

    @invariant()
    def nobody_twice(self) -> None:
        alive = [row.person for row in self.rows() if row.state in ALIVE]
        assert len(alive) == len(set(alive))

    @invariant()
    def ranks_have_neither_gap_nor_double(self) -> None:
        listed = [row for row in self.rows() if row.state in IN_LIST]
        numbers = [row.number for row in listed]
        assert None not in numbers
        assert len(set(numbers)) == len(numbers)
        ranks = sorted(self.view_rank(row) for row in listed)
        assert ranks == list(range(1, len(listed) + 1))

    def view_rank(self, row: Registration) -> int:
        return self.school.view(row.email).rank or 0

    @invariant()
    def no_place_stays_free_while_somebody_waits_for_it(self) -> None:
        self.school.settle()
        known = {(o.registration_id, o.pair_id) for o in self.session.scalars(select(WaitingOffer))}
        waiting = [row.id for row in self.rows() if row.state == "waiting"]
        for pair in self.every_pair():
            if pair.cancelled_at or pair.starts_at - self.school.now < places.LEAST_OFFER:
                continue
            if pair.taken < pair.capacity:
                assert all((who, pair.id) in known for who in waiting)

    @invariant()
    def nobody_is_passed_over(self) -> None:
        """A new offer goes to the first in line who has not been offered that pair."""
        offers = list(self.session.scalars(select(WaitingOffer).order_by(WaitingOffer.id)))
        known = {(o.registration_id, o.pair_id) for o in offers}
        rows = {row.id: row for row in self.rows()}
        for offer in offers:
            if offer.id <= self.last_offer or offer.outcome == "passed":
                continue
            number = rows[offer.registration_id].number
            if number is None:
                continue
            for row in rows.values():
                ahead = row.state == "waiting" and (row.number or 0) < number
                assert not ahead or (row.id, offer.pair_id) in known
        self.last_offer = max([self.last_offer, *(o.id for o in offers)])

    @invariant()
    def everybody_is_told_why(self) -> None:
        counted = select(PlaceDecision.registration_id, func.count()).group_by(
            PlaceDecision.registration_id
        )
        said = {row[0]: row[1] for row in self.session.execute(counted)}
        for row in self.rows():
            if row.erased_at is not None:
                continue
            state, words = self.before.get(row.id, ("", 0))
            assert said.get(row.id, 0) > words or state == row.state, (state, row.state)
            self.before[row.id] = (row.state, said.get(row.id, 0))

    @invariant()
    def no_place_without_its_mail(self) -> None:
        for row in self.rows():
            asked = select(Delivery.template).where(Delivery.about == f"registration {row.id}")
            mails = set(self.session.scalars(asked))
            wanted = {
                "held": {"training-confirm"},
                "offered": {"training-offer"},
                "confirmed": {"training-place"},
                "waiting": {"training-list", "training-called-off"},
            }.get(row.state, set())
            assert row.erased_at or not wanted or wanted & mails, (row.state, mails)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
