"""What two people, or two machines, do at the same moment: one wins, the other is told."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.structures import attaching, practice
from communaute.domain.structures.declaring import Declaration, declare
from communaute.domain.structures.intake.taking import take
from communaute.models import (
    Event,
    IntakeEvent,
    Membership,
    MembershipState,
    Nature,
    PracticeSet,
    StatusChange,
    Structure,
    User,
)
from tests.structures.events import story
from tests.structures.worlds import BASE, NOW, attach, person, siret, structure


RIVALS = 8


def at_once(engine: Engine, act: Callable[[Session, int], object]) -> Counter[str]:
    """Let every rival go at one moment; what each was told, or « won »."""
    barrier, told = threading.Barrier(RIVALS), list[str]()

    def run(number: int) -> None:
        with Session(engine) as session:
            barrier.wait()
            try:
                act(session, number)
                session.commit()
            except DomainError as refused:
                told.append(type(refused).__name__)
            else:
                told.append("won")

    rivals = [threading.Thread(target=run, args=(number,)) for number in range(RIVALS)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert len(told) == RIVALS, "a rival failed without a sentence"
    return Counter(told)


def people(engine: Engine) -> list[int]:
    with Session(engine) as session, session.begin():
        return [person(session).id for _ in range(RIVALS)]


def test_one_structure_is_declared_once(engine: Engine) -> None:
    users = people(engine)
    what = Declaration(siret().digits, "Société", Nature.PRIVATE)
    told = at_once(engine, lambda s, n: declare(s, s.get_one(User, users[n]), what, now=NOW))
    assert told == Counter({"won": 1, "AlreadyKnown": RIVALS - 1})
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Structure)) == 1
        assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_one_request_is_made_once_and_decided_once(engine: Engine) -> None:
    users = people(engine)
    with Session(engine) as session, session.begin():
        known = structure(session)
        for user in users[1:]:
            attach(session, session.get_one(User, user), known, "principal")  # type: ignore[arg-type]
        number = known.siret

    def ask(session: Session, _: int) -> object:
        user = session.get_one(User, users[0])
        return attaching.request_attachment(session, user, number, base_url=BASE, now=NOW)

    assert at_once(engine, ask) == Counter({"won": 1, "AlreadyAttached": RIVALS - 1})
    with Session(engine) as session:
        waiting = Membership.state == MembershipState.PENDING
        request = session.scalars(select(Membership.id).where(waiting)).one()

    def answer(session: Session, rival: int) -> object:
        user = session.get_one(User, users[max(1, rival)])
        verb = attaching.accept if rival % 2 else attaching.refuse
        return verb(session, user, request, base_url=BASE, now=NOW)

    assert at_once(engine, answer) == Counter({"won": 1, "AlreadyDecided": RIVALS - 1})


def test_one_file_sent_by_several_is_taken_once(engine: Engine) -> None:
    at_once(engine, lambda s, _: take(s, story(), base_url=BASE, now=NOW))
    with Session(engine) as session:
        for table, count in ((IntakeEvent, 9), (StatusChange, 7), (Structure, 2), (Event, 13)):
            assert session.scalar(select(func.count()).select_from(table)) == count, table


def test_the_limit_of_guests_holds(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "IN_ALL", 3)
    told = at_once(engine, lambda s, n: practice.open_practice(s, client=f"c{n}", now=NOW))
    assert told == Counter({"won": 3, "TooManyPractices": RIVALS - 3})
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(PracticeSet)) == 3
