"""The demonstration: coherent, the same each time, safe to run twice."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute import create_app
from communaute.domain.accounts import users
from communaute.domain.structures import demo, demo_plan, lifecycle, listing
from communaute.domain.structures.numbers import DEMO
from communaute.domain.structures.timeline import timeline
from communaute.extensions import db
from communaute.models import Invoice, Nature, StatusChange, Structure, User
from tests.conftest import settings_for
from tests.structures.worlds import NOW, TODAY


def test_thirty_structures_and_four_hundred_invoices(session: Session) -> None:
    assert demo.load(session, TODAY, NOW) == {"structures": 30, "factures": 400}
    assert demo.load(session, TODAY, NOW) == {"structures": 0, "factures": 0}
    assert session.scalar(select(func.count()).select_from(Structure)) == 30
    assert session.scalar(select(func.count()).select_from(Invoice)) == 400
    assert not demo.is_empty(session)


def test_the_same_day_plans_the_same(session: Session) -> None:
    assert demo.is_empty(session)
    assert list(demo_plan.invoices(TODAY)) == list(demo_plan.invoices(TODAY))
    statuses = [
        Counter(one.steps[-1][0] for one in demo_plan.invoices(day))
        for day in (TODAY, TODAY + timedelta(days=200))
    ]
    assert statuses[0] == statuses[1]


def test_every_invoice_goes_as_the_table_says(session: Session) -> None:
    for one in demo_plan.invoices(TODAY):
        codes = [status for status, _, _ in one.steps]
        assert codes[0] in lifecycle.FIRST
        assert all(lifecycle.giver(a, b) for a, b in pairwise(codes))
        moments = [at for _, at, _ in one.steps]
        assert moments == sorted(moments)
        assert moments[-1] < NOW
        for status, _, reason in one.steps:
            assert reason or not lifecycle.status(status).reason_required
    ended = {one.steps[-1][0] for one in demo_plan.invoices(TODAY)}
    assert len(ended) >= 10


def test_nothing_of_it_looks_like_somebody(session: Session) -> None:
    for one in demo_plan.structures():
        assert one.siret.digits.startswith(DEMO)
        assert "ficti" in one.name.lower()
    assert len({one.siret for one in demo_plan.structures()}) == 30
    for invoice in demo_plan.invoices(TODAY):
        by_siret = {one.siret: one for one in demo_plan.structures()}
        assert by_siret[invoice.recipient].nature is Nature.PUBLIC
        assert invoice.sender != invoice.recipient
    assert all(person.email.endswith("@demo.example") for person in demo_plan.PEOPLE)


def test_people_are_attached_and_see_their_invoices(session: Session) -> None:
    demo.load(session, TODAY, NOW)
    assert demo.load_people(session, "hash", NOW) == len(demo_plan.PEOPLE)
    assert demo.load_people(session, "hash", NOW) == 0
    chief = users.find(session, "gestionnaire@demo.example")
    assert chief is not None
    mine = listing.structures_of(session, chief)
    assert [one.is_manager for one in mine] == [True, True]
    assert sum(one.waiting for one in mine) == 1
    found = listing.invoices_of(session, chief, mine[0].structure.id)
    assert found.total > 0
    assert timeline(session, chief, found.lines[0].id).steps
    told = select(func.count(func.distinct(StatusChange.invoice_id)))
    assert session.scalar(told) == 400


def test_the_command_makes_structures_invoices_and_people_once(tmp_path: Path) -> None:
    app: Flask = create_app(settings_for(tmp_path), TESTING=True)
    with app.app_context():
        db.create_all()
    runner = app.test_cli_runner()
    first = runner.invoke(args=["demo", "load", "--if-empty"])
    assert first.exit_code == 0, first.output
    assert "structures: 30, factures: 400" in first.output
    assert runner.invoke(args=["demo", "load", "--if-empty"]).output == ""
    assert "factures: 0" in runner.invoke(args=["demo", "load"]).output
    file = tmp_path / "demo-comptes.txt"
    with app.app_context():
        people = db.session.scalars(select(User)).all()
        assert len(people) == len(demo_plan.PEOPLE)
        db.engine.dispose()
    told = {line.split("\t")[0]: line for line in file.read_text(encoding="utf-8").splitlines()}
    assert "organise les formations" in told["formations@demo.example"]
    assert "/gestion/recherches" in told["redaction@demo.example"]
    assert all(one.may for one in demo_plan.PEOPLE)
    assert file.stat().st_mode & 0o077 == 0


def test_the_command_makes_nothing_in_production(tmp_path: Path) -> None:
    given = {"environment": "production", "secret_key": "k" * 32, "smtp_url": "none"}
    settings = settings_for(tmp_path, base_url="https://communaute.example", **given)
    app: Flask = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    refused = app.test_cli_runner().invoke(args=["demo", "load"])
    assert refused.exit_code == 2
    assert "production" in refused.output
    assert not (tmp_path / "demo-comptes.txt").exists()
    with app.app_context():
        assert not db.session.scalars(select(User)).all()
        db.engine.dispose()
