"""Rates and their interval, the worst first, what is mended, what is read; the pages of both."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import clock, retention
from communaute.domain.errors import OutOfReach
from communaute.domain.opinions import figures, readings, repairs
from communaute.domain.opinions.figures import Rate
from communaute.domain.opinions.giving import give_opinion
from communaute.domain.search import note_use
from communaute.extensions import db
from communaute.models import PageRead, PageRepair
from communaute.models.accounts import Role
from tests.accounts.conftest import application
from tests.accounts.people import Person
from tests.pages import Pages


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 23)
GUIDE, OTHER, FEW = "/guides/deposer-une-facture", "/guides/pieces-jointes", "/contact"


def judged(session: Session, page: str, yes: int, no: int, at: datetime = NOW) -> None:
    for helpful, count in ((True, yes), (False, no)):
        for _ in range(count):
            give_opinion(session, page=page, helpful=helpful, reason="perime", comment="", now=at)
    session.commit()


@given(total=st.integers(1, 400), data=st.data())
def test_the_interval_holds_the_rate_and_narrows(total: int, data: st.DataObject) -> None:
    helpful = data.draw(st.integers(0, total))
    low, high = Rate(total, helpful).interval
    assert 0 <= low <= helpful / total <= high <= 1
    wider = Rate(total * 4, helpful * 4).interval
    assert wider[1] - wider[0] < high - low


def test_the_interval_is_wilson_s() -> None:
    low, high = Rate(10, 8).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Rate().interval == (0.0, 1.0)


def test_the_worst_come_first_and_those_with_few_answers_last(session: Session) -> None:
    judged(session, GUIDE, 9, 3)
    judged(session, OTHER, 2, 10)
    judged(session, FEW, 0, 9)
    found = figures.worst_pages(session, limit=10)
    assert [row.page for row in found] == [OTHER, GUIDE, FEW]
    assert dict(found[0].reasons) == {"perime": 10}
    assert figures.overall(session) == Rate(33, 11)
    assert figures.worst_pages(session, limit=1, offset=1)[0].page == GUIDE


def test_months_are_those_of_paris(session: Session) -> None:
    judged(session, GUIDE, 1, 0, datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    judged(session, GUIDE, 1, 1, NOW)
    assert figures.by_month(session, GUIDE) == {"2026-11": Rate(3, 2)}


def test_an_edit_is_noted_once_and_the_first_sight_is_none(session: Session) -> None:
    assert readings.note_edits(session, {GUIDE: "a"}, DAY) == 0
    assert readings.note_edits(session, {GUIDE: "a"}, DAY + timedelta(1)) == 0
    assert readings.note_edits(session, {GUIDE: "b"}, DAY + timedelta(2)) == 1
    assert readings.edits_of(session, GUIDE) == [DAY + timedelta(2)]


def test_readings_add_up_by_day_and_are_erased_in_time(session: Session) -> None:
    for day in (DAY, DAY, DAY - timedelta(1), DAY - timedelta(800)):
        readings.note_read(session, GUIDE, day)
    session.commit()
    assert readings.reads_since(session, DAY - timedelta(30)) == 3
    assert readings.most_read(session, DAY, 5) == [(GUIDE, 2)]
    assert set(PageRead.__table__.columns.keys()) == {"id", "page", "day", "count"}
    assert retention.purge(session, NOW)["readings and repairs"] == 1


def test_a_browser_counts_a_page_and_nobody_else_s(app: Flask, session: Session) -> None:
    pages = Pages(app)
    send = {"data": {"page": GUIDE}}
    assert pages.response("POST", "/lecture", **send).status_code == 204
    elsewhere = {"headers": {"Sec-Fetch-Site": "cross-site"}}
    assert pages.response("POST", "/lecture", **send, **elsewhere).status_code == 403
    assert pages.response("POST", "/lecture", data={"page": "/nulle-part"}).status_code == 404
    assert readings.reads_since(session, clock.today()) == 1


@pytest.fixture
def editor(tmp_path: Path) -> Person:
    app = next(application(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path))
    return Person(app).at_work_as(Role.EDITOR)


def test_a_line_becomes_a_task_and_the_page_says_it_is_mended(editor: Person) -> None:
    with editor.app.app_context():
        judged(db.session(), GUIDE, 1, 9)
        readings.note_edits(db.session(), {GUIDE: "a"}, date(2026, 11, 1))
        readings.note_edits(db.session(), {GUIDE: "b"}, date(2026, 11, 12))
        db.session.commit()
    overview = editor.get("/gestion/avis")
    assert "10 %" in overview.text
    where = f"/gestion/avis/page?adresse={GUIDE}"
    page = editor.get(where)
    assert "modifiée le 12" in page.select_one(".chart").text  # type: ignore[union-attr]
    task = str(page.select_one("table a[href*='avis=']")["href"])  # type: ignore[index]
    begun = editor.get(task.partition("#")[0])
    assert begun.select_one("input[name=quoi]")["value"] == "C'est faux ou périmé"  # type: ignore[index]
    me = str(begun.select_one("select[name=responsable] option")["value"])  # type: ignore[index]
    blank = editor.send("/gestion/avis/page", where, page=GUIDE, quoi="", responsable=me)
    assert blank.status_code == 422
    number = {"page": GUIDE, "quoi": "La capture est ancienne", "responsable": me, "avis": "1"}
    editor.moves("/gestion/avis/page", "/gestion/avis/page.*", where, **number)
    assert "La capture est ancienne" in editor.get("/gestion/avis").text
    close = "/gestion/avis/taches/1"
    assert editor.send(close, where, dit="", acte="corriger").status_code == 422
    editor.moves(
        close, "/gestion/avis/page.*", where, dit="La capture est refaite.", acte="corriger"
    )
    form = editor.get(f"/outils/avis?page={GUIDE}")
    assert "grâce à vous : La capture est refaite." in form.text.replace("\u00a0", " ")
    assert "La capture" not in editor.get(f"/outils/avis?page={OTHER}").text
    assert "1 correction" in editor.get("/chiffres").text.replace("\u00a0", " ")


@pytest.mark.parametrize("number", ["1" + "0" * 10, "9" * 30, "9" * 5_000, "٣", "-1"])
def test_an_opinion_s_number_that_no_row_has_is_no_opinion(editor: Person, number: str) -> None:
    where = f"/gestion/avis/page?adresse={GUIDE}"
    begun = editor.get(f"{where}&avis={number}")
    assert begun.select_one("input[name=quoi]")["value"] == ""  # type: ignore[index]
    me = str(begun.select_one("select[name=responsable] option")["value"])  # type: ignore[index]
    form = {"page": GUIDE, "quoi": "La capture est ancienne", "responsable": me, "avis": number}
    editor.moves("/gestion/avis/page", "/gestion/avis/page.*", where, **form)
    with editor.app.app_context():
        assert db.session.scalars(select(PageRepair)).one().opinion_id is None


def test_who_is_no_editor_owns_nothing_and_sees_nothing(editor: Person) -> None:
    stranger = Person(editor.app).signed_in()
    assert stranger.raw("GET", "/gestion/avis").status_code == 403
    assert Person(editor.app).raw("GET", "/gestion/avis/page").status_code == 302
    with editor.app.app_context():
        with pytest.raises(repairs.RepairRefused):
            repairs.open_repair(db.session(), page=GUIDE, what="x", owner=999, now=NOW)
        with pytest.raises(OutOfReach):
            repairs.close(db.session(), 999, told="x", today=DAY, now=NOW)


def test_a_task_is_closed_once_and_leaves_with_its_owner_s_name(session: Session) -> None:
    session.add(PageRepair(page=GUIDE, what="x", opened_at=NOW))
    session.commit()
    repairs.close(session, 1, told="", today=DAY, now=NOW, dropped=True)
    with pytest.raises(repairs.RepairRefused):
        repairs.close(session, 1, told="x", today=DAY, now=NOW)
    assert repairs.mended(session, GUIDE, DAY) == []


def test_public_figures_show_only_words_that_the_site_says(found_app: Flask) -> None:
    with found_app.app_context():
        for text in ("facture rejetée", "madame zbigniewska facture"):
            for day in range(4):
                note_use(db.session(), text, key="k", today=DAY + timedelta(day))
        db.session.commit()
    page = Pages(found_app).get("/chiffres")
    assert "facture rejetée" in page.text
    assert "zbigniewska" not in page.text
