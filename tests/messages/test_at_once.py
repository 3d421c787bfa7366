"""Two browsers, several hosts, one message: nothing leaves twice, and recalled it does not leave."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.messages import drafts, preparing, sending
from communaute.domain.messages.errors import MessageRefused
from communaute.models import Delivery, Message, MessageReceipt, MessageState, Structure, User
from tests.messages.worlds import ALL, NOON, supplier, town
from tests.structures import worlds


RECIPIENTS = 500


def prepared(engine: Engine, recipients: int) -> tuple[int, int, int]:
    """A message prepared for so many structures: its sender, structure and number."""
    with Session(engine) as session:
        user, commune = town(session)
        for _ in range(recipients):
            supplier(session, commune)
        draft = drafts.begin(session, user, commune.id, ALL, NOON)
        preparing.prepare(session, user, commune.id, draft.id, draft.version, NOON)
        session.commit()
        return user.id, commune.id, draft.id


def send(engine: Engine, minutes: int) -> dict[str, int]:
    with Session(engine) as session:
        now = NOON + timedelta(minutes=minutes)
        return sending.send_due(Context(session, now, worlds.BASE, "secret"))


def all_at_once(count: int, act: object) -> list[str]:
    """What each of so many threads came to, begun together."""
    barrier, said = threading.Barrier(count), []

    def run(number: int) -> None:
        barrier.wait()
        said.append(act(number))  # type: ignore[operator]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return said


def recall(engine: Engine, who: int, structure: int, number: int, minutes: int) -> str:
    with Session(engine) as session:
        try:
            user = session.get_one(User, who)
            now = NOON + timedelta(minutes=minutes)
            preparing.recall(session, user, structure, number, now)
            session.commit()
        except MessageRefused as refused:
            session.rollback()
            return "gone" if "parti :" in str(refused) else "already"
        return "recalled"


def told(engine: Engine) -> Counter[str]:
    with Session(engine) as session:
        return Counter(session.scalars(select(Delivery.recipient)))


@pytest.mark.slow
def test_recalled_at_the_ninth_minute_from_two_browsers_nothing_leaves(engine: Engine) -> None:
    who, structure, number = prepared(engine, RECIPIENTS)
    with Session(engine) as session:
        frozen = select(func.count()).select_from(MessageReceipt)
        assert session.scalar(frozen) == RECIPIENTS
    assert send(engine, 9) == {}
    said = all_at_once(2, lambda _n: recall(engine, who, structure, number, 9))
    assert sorted(said) == ["already", "recalled"]
    assert send(engine, 11) == {}
    assert told(engine) == {}
    with Session(engine) as session:
        assert session.get_one(Message, number).state == MessageState.DRAFT
        assert session.scalar(select(func.count()).select_from(MessageReceipt)) == 0


@pytest.mark.slow
def test_at_the_eleventh_minute_each_is_told_once_whoever_sends(engine: Engine) -> None:
    prepared(engine, RECIPIENTS)
    all_at_once(3, lambda _n: str(send(engine, 11)))
    assert len(told(engine)) == RECIPIENTS
    assert set(told(engine).values()) == {1}


def test_recalled_as_it_leaves_one_of_the_two_wins(engine: Engine) -> None:
    who, structure, number = prepared(engine, 20)

    def act(which: int) -> str:
        return str(send(engine, 11)) if which else recall(engine, who, structure, number, 11)

    said = all_at_once(2, act)
    with Session(engine) as session:
        state = session.get_one(Message, number).state
        assert session.get_one(Structure, structure).active
    left = 20 if state == MessageState.SENT else 0
    assert len(told(engine)) == left
    assert ("recalled" in said) is (left == 0)
