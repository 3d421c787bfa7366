"""Answers are kept fifteen minutes under a random address, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from communaute.domain.retention import RULES, purge
from communaute.domain.signatures.report_wire import from_wire
from communaute.domain.signatures.results import expect_result, find_result, keep_result
from communaute.domain.signatures.serve.engine import Report
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.values import DocumentReport, Error
from communaute.domain.signatures.verifier import SignatureEngine


NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def report(trust: LoadedTrust) -> Report:
    return SignatureEngine(trust).failure("0" * 64, 5, Error.TIMEOUT)


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def report_at(session: Session, address: str, now: datetime) -> DocumentReport | None:
    found = find_result(session, address, now)
    assert found is not None
    return found.report


def test_an_answer_is_found_at_its_address(session: Session, report: Report) -> None:
    keep_result(session, "address", report, NOW)

    assert report_at(session, "address", minutes(14.9)) == from_wire(report)
    assert find_result(session, "another", NOW) is None


def test_an_answer_is_gone_after_fifteen_minutes(session: Session, report: Report) -> None:
    keep_result(session, "address", report, NOW)

    assert find_result(session, "address", minutes(15)) is None
    assert purge(session, minutes(15), RULES)["signature_results"] == 1


def test_an_awaited_answer_is_said_to_be_awaited_then_found(
    session: Session, report: Report
) -> None:
    expect_result(session, "address", NOW)
    assert report_at(session, "address", minutes(1)) is None

    keep_result(session, "address", report, minutes(1))
    assert report_at(session, "address", minutes(2)) == from_wire(report)


def test_an_answer_that_came_first_is_not_awaited_again(session: Session, report: Report) -> None:
    keep_result(session, "address", report, NOW)
    expect_result(session, "address", NOW)

    assert report_at(session, "address", minutes(1)) == from_wire(report)


def test_an_answer_that_does_not_come_is_overdue(session: Session) -> None:
    expect_result(session, "address", NOW)
    awaited = find_result(session, "address", minutes(5))

    assert awaited is not None
    assert awaited.is_overdue(minutes(5))
    assert not awaited.is_overdue(minutes(4))


def test_what_is_no_report_is_not_kept(session: Session) -> None:
    with pytest.raises(ValueError, match="not a report"):
        keep_result(session, "address", {"verdict": "GREEN"}, NOW)
