"""One line to the server for a few mails, several for many; each mail once."""

import pytest
from sqlalchemy.orm import Session

from communaute.mailing import sending
from communaute.mailing.sending import Postman, Sender
from communaute.mailing.transports import Transport, Unreachable
from communaute.models import DeliveryState
from tests.mailing.conftest import Clock, MakeSender, post_many
from tests.mailing.memory import MemoryTransport
from tests.mailing.test_outbox import states


LINES = 4


class Lines:
    """Makes senders, each with a transport of its own."""

    def __init__(self, make: MakeSender, transport: type[MemoryTransport]) -> None:
        self.make, self.transport = make, transport
        self.opened: list[MemoryTransport] = []

    def __call__(self) -> Sender:
        self.opened.append(self.transport())
        line: Transport = self.opened[-1]
        return self.make(line)


@pytest.mark.parametrize(("waiting", "lines"), [(1, 1), (9, 1), (10, LINES), (60, LINES)])
def test_so_many_lines_for_so_many_mails(
    session: Session,
    clock: Clock,
    sender_with: MakeSender,
    monkeypatch: pytest.MonkeyPatch,
    waiting: int,
    lines: int,
) -> None:
    monkeypatch.setattr(sending, "MANY", 10)
    post_many(session, waiting, clock())
    made = Lines(sender_with, MemoryTransport)
    assert Postman(made, clock, LINES).wake() == waiting
    assert len(made.opened) == lines
    taken = [str(mail["Message-ID"]) for line in made.opened for mail in line.sent]
    assert len(taken) == len(set(taken)) == waiting
    assert set(states(session)) == {DeliveryState.SENT}


class Down(MemoryTransport):
    """A server that cannot be reached."""

    def send(self, mail: object) -> str:
        raise Unreachable("no route")


def test_a_server_that_is_down_is_left_alone_for_a_while(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 3, clock())
    post = Postman(Lines(sender_with, Down), clock, LINES)
    post.wake()
    clock.move(minutes=0.3)
    assert post.wake() == 0
    assert set(states(session)) == {DeliveryState.WAITING}
