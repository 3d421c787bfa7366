"""Two hundred people at once on one structure: one wins, every other is told."""

import multiprocessing
from collections import Counter

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from communaute.extensions import Base, prepare_sqlite
from communaute.models import Membership, SiretChange, Structure
from tests.siret.rivals import compete
from tests.structures.worlds import attach, equip, person, siret, structure


ATTEMPTS, PROCESSES, MANAGERS = 200, 4, 10


@pytest.mark.slow
def test_two_hundred_attempts_at_once_one_succeeds(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    prepare_sqlite(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        people = [person(session) for _ in range(MANAGERS)]
        target = structure(session, siret(7), principal=people[0])
        for other in people[1:]:
            attach(session, other, target, "secondary")  # type: ignore[arg-type]
        equip(session, target)
        users, target_id = [one.id for one in people], target.id
    told = race(database_url, users, target_id)
    assert told == Counter({"won": 1, "AlreadyReplaced": ATTEMPTS - 1})
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(SiretChange)) == 1
        assert session.scalar(select(func.count()).select_from(Structure)) == 2
        assert session.scalar(select(func.count()).select_from(Membership)) == 2 * MANAGERS
    engine.dispose()


def race(url: str, users: list[int], target: int) -> Counter[str]:
    """What each rival was told."""
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(ATTEMPTS), context.Queue()
    each = ATTEMPTS // PROCESSES
    rivals = [
        context.Process(
            target=compete, args=(url, number * each, each, users, target, barrier, told)
        )
        for number in range(PROCESSES)
    ]
    for rival in rivals:
        rival.start()
    answers = Counter(told.get(timeout=240) for _ in range(ATTEMPTS))
    for rival in rivals:
        rival.join()
    assert [rival.exitcode for rival in rivals] == [0] * PROCESSES
    return answers
