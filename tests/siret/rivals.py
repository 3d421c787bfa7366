"""People who change one structure's SIRET at the same moment, from a process of their own."""

import threading
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from communaute.domain.errors import DomainError
from communaute.domain.siret.changing import change
from communaute.extensions import prepare_sqlite
from communaute.models import User
from tests.structures.worlds import NOW, TODAY, siret


def compete(
    url: str,
    first: int,
    count: int,
    users: list[int],
    target: int,
    barrier: Barrier,
    told: "Queue[str]",
) -> None:
    """`count` attempts, a thread and a connection each, all let go by one barrier."""
    engine = create_engine(url, poolclass=NullPool)
    prepare_sqlite(engine)
    rivals = [
        threading.Thread(target=attempt, args=(engine, number, users, target, barrier, told))
        for number in range(first, first + count)
    ]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()


def attempt(
    engine: Engine, number: int, users: list[int], target: int, barrier: Barrier, told: "Queue[str]"
) -> None:
    """One attempt: every other one wants the same new SIRET."""
    place = 2 if number % 2 else 3 + number
    with Session(engine) as session:
        barrier.wait()
        try:
            user = session.get_one(User, users[number % len(users)])
            change(session, user, target, siret(7, place).digits, "", today=TODAY, now=NOW)
            session.commit()
        except DomainError as refused:
            told.put(type(refused).__name__)
        except Exception as error:
            told.put(f"{type(error).__name__}: {error}"[:200])
        else:
            told.put("won")
