"""Tables, reports and kept calculations, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from communaute.blueprints.tariffs.calculators.interpreting import interpreting_sheet
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import UnknownName
from communaute.domain.tariffs.interpreting import interpret
from communaute.domain.tariffs.loading import Loaded, load_tariffs
from communaute.domain.tariffs.reports import (
    REPORTS_KEPT,
    EmptyMessage,
    MessageTooLong,
    WrongSource,
    open_reports,
    purge_reports,
    report_tariff,
)
from communaute.domain.tariffs.sheets import keep_calculation, kept_calculation
from communaute.editorial.tariffs import read_tariffs
from communaute.models.tariffs import SavedCalculation, Tariff, TariffPeriod


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROW = "interpretation-heure-20090301"


def test_the_tables_are_filled_once_however_often_they_are_loaded(
    session: Session, catalogue: Catalogue
) -> None:
    assert load_tariffs(session, catalogue, NOW) == Loaded(added=727)
    assert load_tariffs(session, catalogue, NOW) == Loaded(unchanged=727)
    stored = session.get_one(TariffPeriod, ROW)
    assert str(stored.amount).rstrip("0").rstrip(".") == "30"
    assert stored.tariff == session.get_one(Tariff, "interpretation-heure")


def test_a_row_that_changes_is_changed_and_one_that_goes_is_withdrawn_not_erased(
    session: Session, catalogue: Catalogue
) -> None:
    load_tariffs(session, catalogue, NOW)
    first, *others = read_tariffs(Path(__file__).parents[2] / "site/content/tarifs").rows
    fewer = replace(catalogue, rows=(replace(others[0], unit="par heure"), *others[1:]))

    assert load_tariffs(session, fewer, NOW) == Loaded(changed=1, withdrawn=1, unchanged=725)
    assert session.get_one(TariffPeriod, first.id).withdrawn_at == NOW
    assert load_tariffs(session, fewer, NOW).withdrawn == 0
    assert load_tariffs(session, catalogue, NOW).changed == 2


def test_a_kept_calculation_answers_the_same_euro_when_the_tariff_changes(
    session: Session, catalogue: Catalogue
) -> None:
    start = datetime.fromisoformat("2019-06-01T22:00")
    mission = interpret(catalogue, date(2019, 5, 20), start, start + timedelta(hours=2))
    sheet = interpreting_sheet(mission)
    token = keep_calculation(session, catalogue, sheet, {"debut": "2019-06-01T22:00"}, NOW)
    session.commit()
    session.get_one(TariffPeriod, ROW).amount = None
    session.commit()

    kept = kept_calculation(session, token)
    assert kept.sheet == sheet
    assert (kept.sheet.total, kept.saved_at) == ("102.00", NOW)
    assert kept.question == {"debut": "2019-06-01T22:00"}


def test_a_kept_calculation_outlives_the_rows_it_rests_on(
    session: Session, catalogue: Catalogue
) -> None:
    start = datetime.fromisoformat("2019-06-01T22:00")
    mission = interpret(catalogue, date(2019, 5, 20), start, start + timedelta(hours=2))
    token = keep_calculation(session, catalogue, interpreting_sheet(mission), {}, NOW)
    used = {row.id for row in mission.rows}
    left = replace(catalogue, rows=tuple(row for row in catalogue.rows if row.id not in used))
    assert load_tariffs(session, left, NOW).withdrawn == len(used)
    session.commit()

    kept = kept_calculation(session, token).sheet
    assert kept == interpreting_sheet(mission)
    assert "majoration de nuit" in " ".join(kept.lines[0].extras)


def test_a_calculation_kept_before_the_sheets_said_more_still_answers(
    session: Session, catalogue: Catalogue
) -> None:
    start = datetime.fromisoformat("2019-06-01T22:00")
    mission = interpret(catalogue, date(2019, 5, 20), start, start + timedelta(hours=2))
    token = keep_calculation(session, catalogue, interpreting_sheet(mission), {}, NOW)
    session.commit()
    old = ("label", "sum", "amount", "tariffs", "text", "to_confirm")
    stored = session.get_one(SavedCalculation, token)
    lines = [{name: line[name] for name in old} for line in stored.answer["lines"]]
    stored.answer = {**stored.answer, "lines": lines}
    session.commit()

    kept = kept_calculation(session, token).sheet
    assert (kept.total, kept.lines[0].amount, kept.lines[0].extras) == ("102.00", "57.00", ())


def test_a_link_that_leads_nowhere_is_said(session: Session) -> None:
    with pytest.raises(UnknownName, match="aucun calcul"):
        kept_calculation(session, "rien")


def test_a_report_is_kept_with_its_row_and_listed_until_it_is_handled(
    session: Session, catalogue: Catalogue
) -> None:
    source = "https://www.legifrance.gouv.fr/"
    report = report_tariff(session, catalogue, period=ROW, message=" 31 € ", source=source, now=NOW)
    session.commit()
    assert [(r.message, r.source, r.period_id) for r in open_reports(session)] == [
        ("31 €", source, ROW)
    ]
    report.handled_at = NOW
    session.commit()
    assert open_reports(session) == []


@pytest.mark.parametrize(
    ("message", "source", "refused"),
    [
        ("  ", "", EmptyMessage),
        ("x" * 2001, "", MessageTooLong),
        ("faux", "http://exemple.fr", WrongSource),
        ("faux", "javascript:alert(1)", WrongSource),
        ("faux", "https://" + "x" * 600, WrongSource),
    ],
)
def test_a_report_that_says_nothing_or_leads_nowhere_is_refused(
    session: Session, catalogue: Catalogue, message: str, source: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        report_tariff(session, catalogue, period="", message=message, source=source, now=NOW)


def test_a_report_on_a_row_that_does_not_exist_is_refused(
    session: Session, catalogue: Catalogue
) -> None:
    with pytest.raises(UnknownName):
        report_tariff(session, catalogue, period="rien", message="faux", source="", now=NOW)


def test_reports_are_erased_after_two_years(session: Session, catalogue: Catalogue) -> None:
    report_tariff(session, catalogue, period="", message="faux", source="", now=NOW)
    session.commit()
    assert purge_reports(session, NOW + REPORTS_KEPT) == 0
    assert purge_reports(session, NOW + REPORTS_KEPT + timedelta(seconds=1)) == 1
