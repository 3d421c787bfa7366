"""Reminders and thanks: each once, at its hour, never late; places freed in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import sessionmaker

from communaute.domain.trainings import attendance, changing, reminders
from communaute.domain.trainings.planning import SessionTimes
from communaute.mailing.sending import Sender
from communaute.wiring import post_office
from communaute.wiring.current import Site
from tests.mailing.memory import MemoryTransport
from tests.trainings.people import CLASS, School


def remind(school: School) -> dict[str, int]:
    counts = reminders.send_reminders(school.context)
    return {name: count for name, count in counts.items() if count}


def before(school: School, pair: int, number: int = 1, **by: float) -> None:
    """Go to so long before a session."""
    starts = school.view_of(pair).sessions[number - 1].starts_at
    school.now = starts - timedelta(**by)


def test_two_reminders_before_each_session_each_once(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea", "bob")
    seen: list[dict[str, int]] = []
    for number in (1, 2):
        for hours in (49, 48, 47, 3, 2, 1):
            before(school, pair, number, hours=hours)
            seen.append(remind(school))
    first = {"reminder_48h": 2}
    again, last, done = {"already": 2}, {"reminder_2h": 2}, {"already": 2}
    assert seen == [{}, first, again, again, last, done] * 2
    assert school.templates() == ["confirm", "place"] + ["reminder"] * 4
    mail = school.mails()[-1]
    assert mail.context["class_url"] == CLASS
    assert mail.useless_after == school.view_of(pair).sessions[1].starts_at


def test_a_past_reminder_is_dropped_not_sent_late(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    before(school, pair, hours=23)
    assert remind(school) == {"too_late": 1}
    before(school, pair, minutes=-1)
    assert remind(school) == {"too_late": 1}
    assert school.templates() == ["confirm", "place"]


def test_a_reminder_that_waited_for_the_server_is_not_sent_late(
    shared_app: Flask, school: School
) -> None:
    """Posted in time, picked up after the session has begun: the sender drops it."""
    pair = school.pair()
    school.placed(pair, "lea")
    before(school, pair, hours=2)
    remind(school)
    school.now = school.view_of(pair).starts_at
    school.session.rollback()
    transport = MemoryTransport()
    site: Site = shared_app.extensions["communaute"]
    sessions = sessionmaker(school.session.get_bind(), expire_on_commit=False)
    renderer = post_office.renderer(shared_app, site.settings)
    Sender(sessions, renderer, transport, lambda: school.now).run()
    assert not any("commence bientôt" in str(m["Subject"]) for m in transport.sent)
    assert school.mails()[-1].outcome == "too late to be of use"


def test_who_learnt_the_date_after_the_hour_of_a_reminder_gets_none(school: School) -> None:
    pair = school.pair()
    before(school, pair, hours=30)
    school.placed(pair, "lea")
    assert remind(school) == {}
    before(school, pair, hours=2)
    assert remind(school) == {"reminder_2h": 1}


def test_only_confirmed_places_are_reminded(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea", "bob")
    school.do("cancel", "bob")
    before(school, pair, hours=48.5)
    school.sign_up(pair, "held")
    before(school, pair, hours=47.9)
    assert remind(school) == {"reminder_48h": 1}


def test_a_session_that_moves_is_reminded_at_its_new_hour(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    before(school, pair, hours=48)
    assert remind(school) == {"reminder_48h": 1}
    times = [
        SessionTimes(
            starts_at=s.starts_at + timedelta(days=3), ends_at=s.ends_at + timedelta(days=3)
        )
        for s in school.view_of(pair).sessions
    ]
    changing.move_pair(school.context, pair, times, class_url=CLASS)
    school.session.commit()
    assert "reminder" not in school.templates("lea", waiting_only=True), "withdrawn, not sent"
    before(school, pair, hours=48)
    assert remind(school) == {"reminder_48h": 1}


def test_a_session_called_off_is_not_reminded(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    changing.cancel_pair(school.context, pair, reason="")
    school.session.commit()
    before(school, pair, hours=48)
    assert remind(school) == {}


@pytest.mark.parametrize(
    "change", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
)
def test_a_reminder_is_two_real_days_before_across_the_clock_change(
    school: School, change: datetime
) -> None:
    school.now = change - timedelta(days=13)
    pair = school.pair(days=14)
    school.placed(pair, "lea")
    before(school, pair, hours=48, seconds=-1)
    assert remind(school) == {"reminder_48h": 1}


def note(school: School, pair: int, *present: str) -> None:
    ids = {school.row(who).id for who in present}
    marks: dict[int, Any] = {each.id: ids for each in school.view_of(pair).sessions}
    attendance.note_attendance(school.context, pair, marks)
    school.session.commit()


def test_thanks_go_once_the_organiser_has_noted_who_came(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea", "bob")
    school.now = school.view_of(pair).ends_at
    assert "thanks" not in remind(school)
    note(school, pair, "lea")
    assert remind(school)["thanks"] == 1
    assert remind(school)["already"] == 1
    mail = school.mails("lea")[-1]
    assert (mail.template, mail.context["noted"]) == ("training-thanks", True)
    assert mail.context["satisfaction"].endswith("/avis")
    assert "thanks" not in school.templates("bob")


def test_who_came_to_a_session_of_dates_called_off_is_not_thanked_for_others(
    school: School,
) -> None:
    first, second = school.pairs(count=2)
    school.placed(first, "lea")
    school.placed(second, "bob")
    begun = school.view_of(first).sessions[0]
    school.now = begun.ends_at
    seen = {begun.id: [school.row("lea").id]}
    attendance.note_attendance(school.context, first, seen)
    changing.cancel_pair(school.context, first, reason="Panne")
    school.session.commit()
    school.do("accept_offer", "lea")
    school.now = school.view_of(second).ends_at
    note(school, second, "bob")
    assert remind(school)["thanks"] == 1
    assert "thanks" not in school.templates("lea")


def test_thanks_go_without_the_attestation_when_nobody_notes_who_came(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    school.now = school.view_of(pair).ends_at + timedelta(hours=48)
    assert remind(school) == {"thanks": 1}
    assert school.mails("lea")[-1].context["noted"] is False
    note(school, pair, "lea")
    assert remind(school) == {"already": 1}
    school.move(days=31)
    assert remind(school) == {}


def test_places_are_freed_in_time_and_the_list_served_once(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, "ana")
    school.sign_up(pair, "bea")
    school.now += timedelta(hours=24)
    assert reminders.release_expired(school.context) == {
        "holds_released": 1,
        "offers_lapsed": 0,
        "offers_made": 1,
    }
    assert not any(reminders.release_expired(school.context).values())
    assert school.states("ana", "bea") == ["expired", "offered"]
