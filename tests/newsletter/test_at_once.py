"""Two hosts send one issue, two people press at once: each reader gets it once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.newsletter import sending
from communaute.domain.newsletter.errors import NotNow
from communaute.domain.newsletter.sending import RECEIVED
from communaute.extensions import db
from communaute.models import Delivery, DeliveryState, Sending
from communaute.wiring import letter_desk
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import LETTER
from tests.newsletter.test_sending import NO_LIMIT, ask, counted, row, subscribers


HOSTS = 3


def at_once(app: Flask, act: str) -> list[object]:
    """Each host does the same, with a session of its own."""
    given = letter_desk.context()
    db.session.remove()

    def host(_number: int) -> object:
        with Session(db.engine) as session:
            here = replace(given, session=session, now=clock.now())
            if act == "queue":
                return sending.queue_due(here, NO_LIMIT)
            found = sending.ask(here, LETTER, due=here.now).id
            session.commit()
            return found

    def inside(number: int) -> object:
        with app.app_context():
            return host(number)

    with ThreadPoolExecutor(HOSTS) as pool:
        return list(pool.map(inside, range(HOSTS)))


def test_hosts_that_queue_one_issue_queue_each_reader_once(
    letter_app: Flask, here: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 7)
    subscribers(60)
    number = ask(here)
    queued = at_once(letter_app, "queue")
    assert sum(queued) == 60  # type: ignore[arg-type]
    found = Counter(db.session.scalars(select(Delivery.recipient)))
    assert (len(found), set(found.values())) == (60, {1})
    assert counted(number).everybody == 60


def test_asked_for_at_once_it_is_one_sending(letter_app: Flask, here: Moments) -> None:
    assert len(set(at_once(letter_app, "ask"))) == 1
    assert db.session.scalar(select(func.count()).select_from(Sending)) == 1


def test_a_correction_asked_for_again_waits_for_the_first(letter_app: Flask, here: Moments) -> None:
    subscribers(3)
    first = ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    for one in db.session.scalars(select(Delivery)).all():
        one.state = DeliveryState.SENT
    row(first)
    sending.stop(here.context, first)
    db.session.commit()
    again = ask(here, to=RECEIVED)
    with pytest.raises(NotNow):
        ask(here, to=RECEIVED)
    assert row(again).number == 1
