"""Send: once each, in batches, paused, resumed, stopped; four counts that always add up."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from communaute.domain import clock
from communaute.domain.newsletter import audience, sending, watching
from communaute.domain.newsletter.audience import Reach
from communaute.domain.newsletter.errors import NotNow
from communaute.domain.newsletter.pace import Pace, Rates
from communaute.domain.newsletter.sending import MISSED, RECEIVED, Counts, Letter
from communaute.domain.newsletter.subscribers import held, packed
from communaute.extensions import db
from communaute.models import Delivery, DeliveryState, Rhythm, Sending, SendingState, Subscriber
from communaute.wiring import letter_desk, post_office
from communaute.wiring.current import Site
from tests.mailing.memory import MemoryTransport
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import LETTER, Reader


NO_LIMIT = Rates()


def subscribers(count: int, themes: tuple[str, ...] = ("travaux",), first: int = 0) -> None:
    """So many people who have confirmed."""
    for number in range(first, first + count):
        one = held(db.session(), f"p{number}@exemple.example")
        one.themes, one.confirmed_at = packed(themes), clock.now()
    db.session.commit()


def ask(here: Moments, letter: Letter = LETTER, **more: object) -> int:
    """Ask for a sending, now; its number."""
    asked = sending.ask(here.context, letter, due=here.now, **more)  # type: ignore[arg-type]
    db.session.commit()
    return asked.id


def row(number: int) -> Sending:
    """The sending, as the database has it."""
    db.session.rollback()
    return db.session.get_one(Sending, number)


def counted(number: int) -> Counts:
    """The counts, now."""
    return sending.counts(db.session(), row(number), clock.today())


def deliver(app: Flask) -> MemoryTransport:
    """Send what is due."""
    transport = MemoryTransport()
    site: Site = app.extensions["communaute"]
    sender = post_office.sender(app, site.settings)
    sender.transport, sender.clock = transport, clock.now
    db.session.remove()
    sender.run()
    return transport


def settle(state: DeliveryState, count: int) -> None:
    """So many of the mails that wait come to this state."""
    waiting = select(Delivery).where(Delivery.state == DeliveryState.WAITING).limit(count)
    for one in db.session.scalars(waiting).all():
        one.state, one.settled_at = state, clock.now()
    db.session.commit()


def test_each_receives_it_once_however_often_it_is_asked(
    letter_app: Flask, here: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 3)
    subscribers(7)
    first = ask(here)
    assert counted(first) == Counts(0, 0, 0, 7)
    assert sending.queue_due(here.context, NO_LIMIT) == 7
    assert ask(here) == first
    assert sending.queue_due(here.context, NO_LIMIT) == 0
    mails = deliver(letter_app).sent
    assert sorted(str(mail["To"]) for mail in mails) == [f"p{n}@exemple.example" for n in range(7)]
    assert sending.finish(here.context) == 1
    assert counted(first) == Counts(7, 0, 0, 0)


def test_a_batch_rolled_back_is_queued_again_and_nobody_gets_two(
    here: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 3)
    subscribers(5)
    number = ask(here)
    assert sending.queue_batch(here.context, number, NO_LIMIT) == 3
    # As if the process died before the cursor was written down: keys keep doubles away.
    row(number).cursor = 0
    db.session.commit()
    while sending.queue_batch(here.context, number, NO_LIMIT) is not None:
        pass
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 5


def test_the_audience_is_counted_by_the_rule_that_sends(here: Moments) -> None:
    subscribers(2)
    subscribers(1, ("developpeur",), first=10)
    rows = {
        name: held(db.session(), f"{name}@exemple.example")
        for name in ("asked", "left", "paused", "rhythm")
    }
    for name, one in rows.items():
        one.themes = packed(("travaux",))
        one.confirmed_at = None if name == "asked" else here.now
    rows["left"].left_at, rows["rhythm"].rhythm = here.now, Rhythm.ARTICLES
    rows["paused"].paused_until = clock.today() + timedelta(days=1)
    db.session.commit()
    found = audience.of_letter(
        db.session(), Reach(themes=LETTER.themes, rhythm=LETTER.rhythm), clock.today()
    )
    assert (found.receives, sum(found.left_out.values())) == (2, 5)
    assert set(found.left_out) == {"left", "asked", "paused", "rhythm", "themes"}
    ask(here)
    assert sending.queue_due(here.context, NO_LIMIT) == found.receives


@pytest.mark.parametrize("queued", [0, 3, 7])
def test_paused_at_any_moment_nothing_leaves_until_resumed(
    letter_app: Flask, here: Moments, monkeypatch: pytest.MonkeyPatch, queued: int
) -> None:
    monkeypatch.setattr(sending, "BATCH", 3)
    subscribers(7)
    number = ask(here)
    for _ in range(-(-queued // 3)):
        sending.queue_batch(here.context, number, NO_LIMIT)
    sending.pause(here.context, number)
    db.session.commit()
    assert sending.queue_due(here.context, NO_LIMIT) == 0
    assert deliver(letter_app).sent == []
    assert counted(number) == Counts(0, 0, 0, 7)
    sending.resume(here.context, number, NO_LIMIT)
    db.session.commit()
    sending.queue_due(here.context, NO_LIMIT)
    assert len(deliver(letter_app).sent) == 7


def test_stopped_for_good_then_the_rest_and_a_correction(letter_app: Flask, here: Moments) -> None:
    subscribers(5)
    first = ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    settle(DeliveryState.SENT, 2)
    with pytest.raises(NotNow):
        sending.ask(here.context, LETTER, due=here.now, to=RECEIVED)
    db.session.rollback()
    sending.stop(here.context, first)
    db.session.commit()
    assert counted(first) == Counts(2, 0, 0, 3, withdrawn=3)
    for verb in (sending.pause, sending.stop):
        with pytest.raises(NotNow):
            verb(here.context, first)
        db.session.rollback()
    correction = ask(here, to=RECEIVED)
    assert sending.queue_due(here.context, NO_LIMIT) == 2
    assert counted(correction).everybody == 2
    deliver(letter_app)
    sending.finish(here.context)
    rest = ask(here, to=MISSED)
    assert sending.queue_due(here.context, NO_LIMIT) == 3
    assert row(rest).number == 2


def test_the_four_counts_add_up_whatever_becomes_of_each(here: Moments) -> None:
    subscribers(10)
    which = ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    for state, count in (
        (DeliveryState.SENT, 3),
        (DeliveryState.FAILED, 2),
        (DeliveryState.UNCERTAIN, 1),
    ):
        settle(state, count)
    found = counted(which)
    assert found == Counts(3, 2, 1, 4)
    assert found.everybody == 10


def test_more_than_5_percent_of_failures_pause_it_and_it_is_told_once(here: Moments) -> None:
    subscribers(100)
    which = ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    here.later(minutes=1)
    settle(DeliveryState.SENT, 57)
    settle(DeliveryState.FAILED, 3)
    assert watching.watch(here.context, str) == [], "5 % exactly"
    settle(DeliveryState.FAILED, 1)
    assert watching.watch(here.context, str) == [which]
    assert watching.watch(here.context, str) == []
    assert row(which).state == SendingState.PAUSED
    sending.resume(here.context, which, NO_LIMIT)
    db.session.commit()
    assert watching.watch(here.context, str) == [], "what was seen is not counted again"


def test_who_leaves_meanwhile_does_not_receive_it(
    letter_app: Flask, here: Moments, reader: Reader
) -> None:
    reader.subscribed("travaux")
    subscribers(1)
    which = ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    reader.post(reader.leaving())
    assert [str(mail["To"]) for mail in deliver(letter_app).sent] == ["p0@exemple.example"]
    assert counted(which) == Counts(1, 0, 0, 1, withdrawn=1)


def test_an_hour_to_come_is_waited_for(here: Moments) -> None:
    subscribers(1)
    sending.ask(here.context, LETTER, due=here.now + timedelta(hours=2))
    db.session.commit()
    assert sending.queue_due(here.context, NO_LIMIT) == 0
    here.later(hours=2)
    assert sending.queue_due(here.context, NO_LIMIT) == 1


def test_a_domain_is_not_written_to_faster_than_it_is_said() -> None:
    now = clock.now()
    pace = Pace(Rates(to_a_domain=60), now)
    moments = [pace.next(f"p{n}@{'grande' if n % 2 else f'd{n}'}.example") for n in range(8)]
    large = [moment for n, moment in enumerate(moments) if n % 2]
    assert [round((moment - now).total_seconds()) for moment in large] == [0, 1, 2, 3]
    assert all(moment == now for n, moment in enumerate(moments) if not n % 2)
    again = Pace.kept(Rates(to_a_domain=60), now, pace.to_keep())
    assert round((again.next("x@grande.example") - now).total_seconds()) == 4


def test_an_issue_leaves_by_the_command_twice_and_once_each(
    letter_app: Flask, here: Moments
) -> None:
    subscribers(3)
    db.session.remove()
    runner = letter_app.test_cli_runner()
    for _ in range(2):
        result = runner.invoke(args=["newsletter", "send", "2020-automne"])
        assert result.exit_code == 0, result.output
        assert "not yet: 3" in result.output
    here.later(seconds=1)  # six hundred a minute to one domain
    mails = deliver(letter_app).sent
    assert len(mails) == 3
    assert "4\u202f950\u202f724" in letter_desk.part_of(mails[0], "plain")
    assert runner.invoke(args=["newsletter", "send", "inconnu"]).exit_code == 2
    assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 3
    assert letter_desk.run_due()["ended"] == 1
