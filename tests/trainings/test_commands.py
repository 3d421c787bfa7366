"""The command and the periodic task: what is due, counted, once."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from communaute import tasks
from communaute.domain import clock, retention
from communaute.domain.trainings import planning, registration, signing_up
from communaute.domain.trainings.planning import PairPlan, SessionTimes
from communaute.extensions import db
from communaute.models import Registration
from communaute.wiring import current
from tests.trainings.people import BILLS, a_request


def counted(app: Flask) -> dict[str, int]:
    result = app.test_cli_runner().invoke(args=["trainings", "send-reminders"])
    assert result.exit_code == 0, result.output
    return {line.split(": ")[0]: int(line.split(": ")[1]) for line in result.output.splitlines()}


def test_reminders_are_asked_for_once_whoever_asks(app: Flask) -> None:
    session = db.session()
    starts = clock.now() + timedelta(hours=47)
    plan = PairPlan(
        sessions=(SessionTimes(starts_at=starts, ends_at=starts + timedelta(minutes=90)),)
    )
    long_ago = clock.now() - timedelta(days=9)
    context = replace(current.training_context(), now=long_ago)
    (pair,) = planning.create_pairs(context, BILLS, [plan], capacity=3)
    signing_up.sign_up(context, a_request(pair))
    token = context.token(session.query(Registration).one().reference)
    registration.confirm(context, token)
    session.commit()
    assert counted(app)["reminder_48h"] == 1
    again = counted(app)
    assert (again["reminder_48h"], again["already"], again["holds_released"]) == (0, 1, 0)


def test_places_are_looked_after_every_minute() -> None:
    names = {type(task).__name__ for task in tasks.huey._registry.periodic_tasks}
    assert "attend_to_trainings" in names


def test_what_people_write_is_in_the_retention_table() -> None:
    names = {rule.name for rule in retention.RULES}
    assert {"training_needs", "training_registrations"} <= names
