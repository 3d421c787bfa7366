"""Answers are kept fifteen minutes under a random address, and no longer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from communaute.domain.retention import RULES, purge
from communaute.domain.signatures.engine import SignatureEngine
from communaute.domain.signatures.report import DocumentReport, from_wire
from communaute.domain.signatures.results import expect_result, find_result, keep_result
from communaute.domain.signatures.serve.engine import Report
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.vocabulary import Error
from communaute.instance_folder import host_name


NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def report(trust: LoadedTrust) -> Report:
    return SignatureEngine(trust).failure("0" * 64, 5, Error.TIMEOUT)


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


HOST = "one-host"


def report_at(session: Session, address: str, now: datetime) -> DocumentReport | None:
    found = find_result(session, address, now, HOST)
    assert found is not None
    return found.report


def test_an_answer_is_found_at_its_address(session: Session, report: Report) -> None:
    keep_result(session, "address", report, NOW)

    assert report_at(session, "address", minutes(14.9)) == from_wire(report)
    assert find_result(session, "another", NOW, HOST) is None


def test_an_answer_is_gone_after_fifteen_minutes(session: Session, report: Report) -> None:
    keep_result(session, "address", report, NOW)

    assert find_result(session, "address", minutes(15), HOST) is None
    assert purge(session, minutes(15), RULES)["signature_results"] == 1


def test_an_awaited_answer_is_said_to_be_awaited_then_found(
    session: Session, report: Report
) -> None:
    expect_result(session, "address", NOW, HOST)
    assert report_at(session, "address", minutes(1)) is None

    keep_result(session, "address", report, minutes(1))
    assert report_at(session, "address", minutes(2)) == from_wire(report)


def test_an_answer_that_came_first_is_not_awaited_again(session: Session, report: Report) -> None:
    keep_result(session, "address", report, NOW)
    expect_result(session, "address", NOW, HOST)

    assert report_at(session, "address", minutes(1)) == from_wire(report)


def test_an_answer_that_does_not_come_is_overdue(session: Session) -> None:
    expect_result(session, "address", NOW, HOST)
    awaited = find_result(session, "address", minutes(5), HOST)

    assert awaited is not None
    assert awaited.is_overdue(minutes(5))
    assert not awaited.is_overdue(minutes(4))


def test_what_is_no_report_is_not_kept(session: Session) -> None:
    with pytest.raises(ValueError, match="not a report"):
        keep_result(session, "address", {"verdict": "GREEN"}, NOW)


def test_another_host_s_document_is_not_ours_whatever_the_machines_are_called(
    session: Session, tmp_path: Path
) -> None:
    names = [host_name(tmp_path / folder) for folder in ("one", "two")]
    expect_result(session, "address", NOW, names[0])
    seen = [find_result(session, "address", NOW, name) for name in names]
    assert [found is not None and found.is_ours for found in seen] == [True, False]
    assert host_name(tmp_path / "one") == names[0]
