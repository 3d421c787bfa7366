"""500 people at once, for 12 places and for 300: exactly 12 or 300, everybody else ranked.

Real processes, real threads, one barrier, on SQLite and PostgreSQL; the same with kill -9 in the
middle. `make test` runs a smaller crowd.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from communaute.domain.trainings import own
from communaute.extensions import Base
from communaute.models import Delivery, Registration, SessionPair
from tests.trainings.conftest import engine_of
from tests.trainings.crowd import Answer, Crowd
from tests.trainings.people import School, a_context


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of its own: a killed process may leave a lock until it is noticed."""
    engine = engine_of(database_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def people(count: int) -> list[str]:
    return [f"personne{number}@exemple.example" for number in range(count)]


def a_pair(engine: Engine, capacity: int) -> int:
    with Session(engine, expire_on_commit=False) as session:
        return School(session).pair(capacity)


def check_the_answers(answers: list[Answer], capacity: int) -> None:
    count = len(answers)
    kinds = Counter(kind for _, kind, _ in answers)
    assert kinds == {"held": capacity, "waiting": count - capacity}
    ranks = sorted(rank for _, kind, rank in answers if kind == "waiting")
    assert ranks == list(range(1, count - capacity + 1)), "neither gap nor double"


def check_the_database(engine: Engine, pair: int, count: int, seated: dict[str, int]) -> None:
    """Places, ranks, words and mails agree, person by person."""
    with Session(engine) as session:
        rows = session.scalars(select(Registration)).all()
        expected = {**seated, "waiting": count - sum(seated.values())}
        assert Counter(row.state for row in rows) == {k: v for k, v in expected.items() if v}
        assert len({row.person for row in rows}) == len(rows) == count
        assert session.get_one(SessionPair, pair).taken == sum(seated.values())
        mails = Counter(
            (row[0], row[1])
            for row in session.execute(select(Delivery.recipient, Delivery.template))
        )
        assert set(mails.values()) <= {1}, "no mail twice"
        waits = [row for row in rows if row.state == "waiting"]
        assert sorted(row.number or 0 for row in waits) == list(range(1, len(waits) + 1))
        for row in rows:
            check_one(session, row, {what for who, what in mails if who == row.email})


def check_one(session: Session, row: Registration, mails: set[str]) -> None:
    wanted = {
        "held": {"training-confirm"},
        "confirmed": {"training-confirm", "training-place"},
        "waiting": {"training-list"},
    }
    assert mails == wanted[row.state], (row.email, row.state)
    if row.id % 25 == 0:  # reading five hundred views says no more than twenty
        context = a_context(session)
        assert own.view(context, context.token(row.reference)).log


def everybody_signs_up_then_clicks(
    engine: Engine, url: str, count: int, capacity: int, processes: int
) -> None:
    pair = a_pair(engine, capacity)
    with Crowd(url, people(count), processes) as crowd:
        check_the_answers(crowd.sign_up(pair), capacity)
        check_the_database(engine, pair, count, {"held": capacity})
        clicked = Counter(what for _, what, _ in crowd.confirm())
        assert clicked == {"confirmed": capacity, "no mail": count - capacity}
    check_the_database(engine, pair, count, {"confirmed": capacity})


@pytest.mark.slow
def test_a_small_crowd(engine: Engine, database_url: str) -> None:
    everybody_signs_up_then_clicks(engine, database_url, count=60, capacity=7, processes=3)


@pytest.mark.slow
@pytest.mark.parametrize("capacity", [12, 300])
def test_five_hundred_at_once(engine: Engine, database_url: str, capacity: int) -> None:
    everybody_signs_up_then_clicks(engine, database_url, 500, capacity, processes=8)


@pytest.mark.slow
def test_one_address_five_hundred_times_at_once(engine: Engine, database_url: str) -> None:
    pair = a_pair(engine, 12)
    spellings = ["Lea@exemple.example", "lea+a@exemple.example", "LEA@EXEMPLE.EXAMPLE"]
    with Crowd(database_url, [spellings[n % 3] for n in range(500)], 8) as crowd:
        kinds = Counter(kind for _, kind, _ in crowd.sign_up(pair))
    assert kinds == {"held": 1, "already": 499}
    with Session(engine) as session:
        assert session.scalar(select(func.count(Registration.id))) == 1
        assert session.get_one(SessionPair, pair).taken == 1
        assert session.scalar(select(func.count(Delivery.id))) == 2, "one to confirm, one again"


def wait_for_rows(engine: Engine, count: int, state: str) -> None:
    """Look until so many registrations are in a state: the crowd is in the middle of its work."""
    found = select(func.count(Registration.id)).where(Registration.state == state)
    with engine.connect().execution_options(read_only=True) as connection:
        while (connection.execute(found).scalar() or 0) < count:
            connection.rollback()


@pytest.mark.slow
@pytest.mark.parametrize("capacity", [12, 300])
def test_killed_in_the_middle(engine: Engine, database_url: str, capacity: int) -> None:
    """Half the processes die signing up, then half die confirming; their people come back."""
    count = 500
    pair = a_pair(engine, capacity)
    with Crowd(database_url, people(count), 8) as crowd:
        crowd.order("sign_up", pair)
        wait_for_rows(engine, min(capacity, 100), "held")
        crowd.kill(4)
        told = {who: kind for who, kind, _ in crowd.answers()}
    check_nothing_is_half_done(engine, pair, told)
    with Crowd(database_url, people(count), 8) as crowd:
        back = {who: kind for who, kind, _ in crowd.sign_up(pair)}
        assert {back[who] for who in told} == {"already"}, (
            "who was answered has their place or rank"
        )
        crowd.order("confirm")
        wait_for_rows(engine, capacity // 3, "confirmed")
        crowd.kill(4)
        crowd.answers()
    with Crowd(database_url, people(count), 8) as crowd:
        assert Counter(what for _, what, _ in crowd.confirm())["confirmed"] == capacity
    drop_the_repeats(engine)
    check_the_database(engine, pair, count, {"confirmed": capacity})


def check_nothing_is_half_done(engine: Engine, pair: int, told: dict[str, str]) -> None:
    """Each registration has its place or rank and its one mail; who was told has theirs."""
    with Session(engine) as session:
        rows = session.scalars(select(Registration)).all()
        held = sum(row.state == "held" for row in rows)
        assert session.get_one(SessionPair, pair).taken == held
        mails = Counter(session.scalars(select(Delivery.recipient)))
        assert mails == Counter(row.email for row in rows)
        assert {row.email: row.state for row in rows}.items() >= told.items()


def drop_the_repeats(engine: Engine) -> None:
    """Who came back by the form was sent their link again: that is no confirmation."""
    with Session(engine) as session, session.begin():
        for mail in session.scalars(select(Delivery).where(Delivery.template == "training-again")):
            session.delete(mail)
