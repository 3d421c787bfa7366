"""Ticks, attestations, three questions, figures, addresses that mails do not reach."""

from typing import Any

import pytest
from sqlalchemy import update

from communaute.domain.trainings import attendance, overview, own, registrants, statistics
from communaute.domain.trainings.errors import (
    AlreadyAnswered,
    InvalidAnswer,
    NoAttestation,
    NoPlace,
    SessionUnknown,
    TooEarly,
)
from communaute.models import Delivery
from tests.trainings.people import WORKS, School


def over(school: School, *people: str, **given: Any) -> int:
    """A pair that is over, with its people."""
    pair = school.pair(max(len(people), 1), **given)
    school.placed(pair, *people)
    school.now = school.view_of(pair).ends_at
    return pair


def tick(school: School, pair: int, *present: tuple[str, ...]) -> None:
    sessions = school.view_of(pair).sessions
    marks = {
        each.id: {school.row(who).id for who in people}
        for each, people in zip(sessions, present, strict=False)
    }
    attendance.note_attendance(school.context, pair, marks)
    school.session.commit()


def test_an_attestation_speaks_only_of_what_was_seen(school: School) -> None:
    pair = over(school, "lea", "bob")
    tick(school, pair, ("lea", "bob"), ("lea",))
    lea = attendance.attestation(school.context, school.token())
    assert (lea.name, lea.minutes, len(lea.sessions)) == ("Léa Martin", 180, 2)
    assert [len(each.sessions) for each in attendance.attestations(school.session, pair)] == [2, 1]
    assert school.view().has_attestation


def test_a_tick_taken_back_takes_the_attestation_back(school: School) -> None:
    pair = over(school, "lea")
    tick(school, pair, ("lea",), ("lea",))
    tick(school, pair, (), ())
    with pytest.raises(NoAttestation, match="aucune séance"):
        attendance.attestation(school.context, school.token())


def test_why_there_is_no_attestation(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair)

    def refused() -> str:
        with pytest.raises(NoAttestation) as error:
            attendance.attestation(school.context, school.token())
        return str(error.value)

    assert "demande une place confirmée" in refused()
    school.do("confirm")
    assert "après la formation" in refused()
    school.now = school.view_of(pair).ends_at
    assert "pas encore noté" in refused()


def test_nobody_is_ticked_before_the_session_or_in_another(school: School) -> None:
    pair, other = school.pairs(1, 2)
    school.placed(pair, "lea")
    with pytest.raises(TooEarly):
        tick(school, pair, ("lea",))
    stranger = school.view_of(other).sessions[0].id
    with pytest.raises(SessionUnknown):
        attendance.note_attendance(school.context, pair, {stranger: ()})


def test_one_session_noted_is_not_the_whole_pair(school: School) -> None:
    pair = over(school, "lea")
    tick(school, pair, ("lea",))
    assert overview.pair_details(school.context, pair).attendance_noted_at is None
    tick(school, pair, ("lea",), ())
    assert overview.pair_details(school.context, pair).attendance_noted_at == school.now


def answer(school: School, expectations: int = 4, autonomy: int = 3, comment: str = "") -> None:
    attendance.give_satisfaction(
        school.context,
        school.token(),
        expectations=expectations,
        autonomy=autonomy,
        comment=comment,
    )
    school.session.commit()


def test_three_questions_are_answered_once(school: School) -> None:
    over(school, "lea")
    assert school.view().can_answer_satisfaction
    for wrong in ({"expectations": 0}, {"autonomy": 5}, {"comment": "x" * 1001}):
        with pytest.raises(InvalidAnswer):
            answer(school, **wrong)
    answer(school, comment=" Plus d’exercices ")
    with pytest.raises(AlreadyAnswered):
        answer(school)
    (row,) = statistics.statistics(school.session).satisfaction
    assert (row.answers, row.expectations, row.comments) == (1, 4.0, ("Plus d’exercices",))


def test_questions_are_for_who_came_to_the_end(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair)
    with pytest.raises(NoPlace):
        answer(school)
    school.do("confirm")
    with pytest.raises(TooEarly):
        answer(school)


def test_figures_by_theme_and_month(school: School) -> None:
    pair = over(school, "lea", "bob")
    tick(school, pair, ("lea",), ("lea",))
    works = school.pair(5, page=WORKS)
    school.placed(works, "ana")
    figures = statistics.statistics(school.session)
    bills, later = figures.months
    assert (bills.theme, bills.month, bills.confirmed, bills.attended) == (
        "Factures",
        "2026-12",
        2,
        1,
    )
    assert (bills.pairs, bills.capacity, bills.minutes) == (1, 2, 180)
    assert (later.theme, later.confirmed) == ("Travaux", 1)
    assert statistics.statistics(school.session, since="2027-02").months == ()
    school.sign_up(school.pair(1), "un")
    school.sign_up(school.row("un").pair_id or 0, "deux")
    assert statistics.statistics(school.session).waiting == {"Factures": 1}


def test_who_came_to_one_session_did_not_come_to_all(school: School) -> None:
    pair = over(school, "lea", "bob", "ana")
    tick(school, pair, ("lea", "bob"), ("lea", "ana"))
    (bills,) = statistics.statistics(school.session).months
    assert (bills.confirmed, bills.attended) == (3, 1)


def test_registrants_as_rows(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair, accessibility="Secret", accessibility_consent=True)
    school.do("confirm")
    school.do("cannot_come", "lea", school.view().sessions[1].id, absent=True)
    header, row = registrants.csv_rows(school.context, pair)
    assert header[-2:] == ["Séance 1", "Séance 2"]
    assert len(header) == len(row)
    assert row[0] == "Léa Martin"
    assert row[-1] == "a dit ne pas pouvoir venir"
    assert "Secret" not in str(row)


def test_addresses_that_mails_do_not_reach_are_listed(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea", "bob", "cid")
    settle(school, "lea", "sent", "failed")
    settle(school, "bob", "failed", "sent")
    settle(school, "cid", "sent", "failed", said="too late to be of use")
    (one,) = registrants.undeliverable(school.session, pair_id=pair)
    assert (one.email, one.said) == ("lea@exemple.example", "550 no such user")
    assert registrants.undeliverable(school.session) == (one,)
    (summary,) = overview.summaries(school.context)
    assert summary.undeliverable == 1
    shown = {
        each.email: each.undeliverable
        for each in overview.pair_details(school.context, pair).registrants
    }
    assert shown["lea@exemple.example"] == "550 no such user"
    assert shown["bob@exemple.example"] == ""


def settle(school: School, who: str, *states: str, said: str = "550 no such user") -> None:
    """What became of somebody's mails, in order."""
    for mail, state in zip(school.mails(who), states, strict=True):
        school.move(seconds=1)
        settled = update(Delivery).where(Delivery.id == mail.id)
        school.session.execute(
            settled.values(
                state=state, outcome=said if state == "failed" else "250", settled_at=school.now
            )
        )
    school.session.commit()


def test_a_view_never_shows_the_class_to_who_has_no_place(school: School) -> None:
    pair = school.pair(1)
    school.placed(pair, "lea")
    school.sign_up(pair, "ana")
    school.do("cancel")
    for who in ("lea", "ana"):
        view = own.view(school.context, school.token(who))
        assert "classe.example" not in repr(view)
