"""Who finds no place waits in the order they came, and nobody holds a place by being silent."""

import pytest

from communaute.domain.signatures.serve.jobs import (
    AWAKE_SECONDS,
    CALLED_SECONDS,
    KEPT_SECONDS,
    MOST,
    Board,
    Capacity,
    Job,
    Line,
)
from communaute.domain.signatures.serve.protocol import Upload


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(clock: Clock) -> Line:
    return Line(clock)


def joined(line: Line, ticket: str | None = None) -> str:
    held = line.join(ticket)
    assert held is not None
    return held


def test_tickets_keep_the_order_they_came_in(line: Line) -> None:
    first, second = joined(line), joined(line)
    assert (line.before(first), line.before(second), line.before(None)) == (0, 1, 2)
    assert joined(line, first) == first


def test_a_silent_ticket_lets_the_others_pass_and_keeps_its_rank(line: Line, clock: Clock) -> None:
    first, second = joined(line), joined(line)
    clock.now = AWAKE_SECONDS
    joined(line, second)
    assert line.before(second) == 0
    joined(line, first)
    assert line.before(second) == 1


def test_a_ticket_without_news_is_forgotten(line: Line, clock: Clock) -> None:
    first = joined(line)
    clock.now = KEPT_SECONDS
    assert joined(line, first) != first


def test_a_called_ticket_that_does_not_come_loses_its_place(line: Line, clock: Clock) -> None:
    first, second = joined(line), joined(line)
    line.call(first)
    for clock.now in range(0, int(CALLED_SECONDS) + 1, 5):
        joined(line, second)
        if clock.now < CALLED_SECONDS:
            joined(line, first)
    assert line.before(second) == 0


def test_a_called_ticket_keeps_its_place_while_its_document_comes(line: Line, clock: Clock) -> None:
    first, second = joined(line), joined(line)
    line.call(first)
    clock.now = CALLED_SECONDS - 1
    joined(line, second)
    assert line.before(second) == 1


def test_a_full_line_gives_no_ticket(line: Line) -> None:
    for _ in range(MOST):
        joined(line)
    assert line.join(None) is None


def upload() -> Upload:
    return Upload.of(b"a document", None, None)


def board(places: int) -> Board:
    return Board(Capacity(running=1, waiting=places - 1))


def over(board: Board, job: Job) -> None:
    board.finish(job, {})


def test_a_place_left_goes_to_the_first_in_line() -> None:
    full = board(1)
    (job,) = full.admit([upload()])
    first, second = full.wait_in_line(None), full.wait_in_line(None)
    assert [place["rank"] for place in (first, second)] == [1, 2]
    assert full.admit([upload()], first["ticket"]) == []
    over(full, job)
    assert full.wait_in_line(second["ticket"])["come"] is False
    assert full.wait_in_line(first["ticket"])["come"] is True
    assert full.admit([upload()]) == []
    assert full.admit([upload()], second["ticket"]) == []
    assert full.admit([upload()], first["ticket"]) != []
    assert full.wait_in_line(second["ticket"])["rank"] == 1


def test_an_invented_ticket_is_worth_none() -> None:
    full = board(1)
    (job,) = full.admit([upload()])
    full.wait_in_line(None)
    over(full, job)
    assert full.admit([upload()], "invented") == []


def test_documents_that_come_together_hold_one_place_until_the_last() -> None:
    small = board(2)
    jobs = small.admit([upload() for _ in range(20)])
    assert len(small.admit([upload()])) == 1
    over(small, jobs[0])
    assert small.admit([upload()]) == []
    for job in jobs[1:]:
        over(small, job)
    assert len(small.admit([upload()])) == 1
