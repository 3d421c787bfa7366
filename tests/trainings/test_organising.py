"""Organisers: who is told before anything changes, and what a move or a call-off does."""

from datetime import timedelta

import pytest

from communaute.domain.trainings import organising, overview
from communaute.domain.trainings.errors import (
    AlreadyCancelled,
    InvalidCapacity,
    InvalidDates,
    PairClosed,
    PairUnknown,
)
from communaute.domain.trainings.values import SessionTimes
from tests.trainings.people import CLASS, DESK, School


def later(school: School, pair: int, **by: float) -> list[SessionTimes]:
    shift = timedelta(**by)
    return [
        SessionTimes(starts_at=each.starts_at + shift, ends_at=each.ends_at + shift)
        for each in school.view_of(pair).sessions
    ]


def move(school: School, pair: int, times: list[SessionTimes], url: str = CLASS) -> int:
    told = organising.move_pair(
        school.session, pair, times, class_url=url, desk=DESK, now=school.now
    )
    school.session.commit()
    return told


def cancel(school: School, pair: int, reason: str = "") -> int:
    told = organising.cancel_pair(school.session, pair, reason=reason, desk=DESK, now=school.now)
    school.session.commit()
    return told


def test_a_preview_says_who_and_what_and_changes_nothing(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea", "bob")
    school.sign_up(pair, "ana")
    before = school.view_of(pair)
    preview = organising.preview_move(
        school.session,
        pair,
        later(school, pair, days=1),
        class_url=CLASS,
        desk=DESK,
        now=school.now,
    )
    assert preview.count == 3
    assert preview.mail is not None
    assert preview.mail.template == "training-moved"
    assert "mardi 8" in str(preview.mail.context["sessions"])
    assert "/inscription/" not in str(preview.mail.context["link"]), "nobody's own link"
    school.session.commit()
    assert school.view_of(pair) == before
    preview = organising.preview_cancel(
        school.session, pair, reason="Intervenant malade", desk=DESK, now=school.now
    )
    assert preview.count == 3
    assert preview.mail is not None
    assert preview.mail.context["reason"] == "Intervenant malade"
    assert {each.name for each in preview.people} == {"Léa Martin"}
    assert school.templates() == ["confirm", "place"]


def test_a_move_tells_everybody_and_takes_nothing_away(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea")
    school.sign_up(pair, "ana")
    assert move(school, pair, later(school, pair, days=2)) == 2
    assert school.states("lea", "ana") == ["confirmed", "held"]
    assert school.templates("lea")[-1] == "moved"
    assert school.templates("ana", waiting_only=True) == ["confirm"], "asked again, with new dates"
    assert "vous gardez votre place" in school.log()


def test_what_does_not_change_tells_nobody(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea")
    assert move(school, pair, later(school, pair, days=0)) == 0
    preview = organising.preview_move(
        school.session,
        pair,
        later(school, pair, days=0),
        class_url=CLASS,
        desk=DESK,
        now=school.now,
    )
    assert preview.count == 0
    assert move(school, pair, later(school, pair, days=0), CLASS + "2") == 1


def test_a_hold_never_outlives_a_session_that_comes_nearer(school: School) -> None:
    pair = school.pair(3)
    school.sign_up(pair)
    sooner = later(school, pair, days=-13.5)
    move(school, pair, sooner)
    assert school.row().until == sooner[0].starts_at


def test_a_pair_called_off_puts_its_people_first_in_line_in_their_order(school: School) -> None:
    pair, other = school.pairs(3, 2)
    for number in range(3):
        school.placed(other, f"assis{number}")
    school.placed(pair, "lea", "bob", "cid")
    school.sign_up(other, "ana")
    assert cancel(school, pair, "Panne") == 3
    ranks = [school.view(who).rank for who in ("lea", "bob", "cid", "ana")]
    assert ranks == [1, 2, 3, 4]
    assert school.templates()[-1] == "called-off"
    assert school.mails()[-1].context["reason"] == "Panne"
    assert school.taken(pair) == 0
    school.do("cancel", "assis0")
    assert school.states("lea") == ["offered"]
    assert "en tête de la liste" in school.log()


def test_holds_and_offers_of_a_pair_called_off(school: School) -> None:
    pair = school.pair(2)
    school.placed(pair, "lea")
    school.sign_up(pair, "held")
    school.sign_up(pair, "ana")
    school.do("cancel")
    assert school.states("held", "ana") == ["held", "offered"]
    assert cancel(school, pair) == 2
    assert school.states("held", "ana") == ["expired", "waiting"]
    assert not school.mails("held")[-1].attachments, "nothing to take out of a calendar"
    assert school.view("ana").rank == 1


def test_what_is_over_or_called_off_does_not_change(school: School) -> None:
    pair = school.pair()
    cancel(school, pair)
    with pytest.raises(AlreadyCancelled):
        cancel(school, pair)
    done = school.pair()
    times = later(school, done, days=1)
    school.now = school.view_of(done).ends_at
    with pytest.raises(PairClosed):
        cancel(school, done)
    with pytest.raises(PairClosed):
        move(school, done, times)
    with pytest.raises(PairUnknown):
        cancel(school, 999)


def test_a_session_that_has_taken_place_stays_where_it_was(school: School) -> None:
    pair = school.pair()
    first, second = school.view_of(pair).sessions
    school.now = first.ends_at
    with pytest.raises(InvalidDates, match="a déjà eu lieu"):
        move(school, pair, later(school, pair, days=1))
    school.session.rollback()
    kept = SessionTimes(starts_at=first.starts_at, ends_at=first.ends_at)
    put_off = SessionTimes(
        starts_at=second.starts_at + timedelta(days=1), ends_at=second.ends_at + timedelta(days=1)
    )
    move(school, pair, [kept, put_off])
    assert school.view_of(pair).sessions[1].starts_at == put_off.starts_at


def test_a_capacity_never_falls_below_the_places_taken(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea", "bob")
    with pytest.raises(InvalidCapacity, match="2 places sont déjà prises"):
        organising.set_capacity(school.session, pair, 1, desk=DESK, now=school.now)
    organising.set_capacity(school.session, pair, 2, desk=DESK, now=school.now)
    school.session.commit()
    assert school.view_of(pair).left == 0


def test_seats_at_a_glance(school: School) -> None:
    pair, other = school.pairs(3, 2)
    school.placed(pair, "lea")
    school.sign_up(pair, "ana")
    school.do("cannot_come", "lea", school.view().sessions[1].id, absent=True)
    one, two = organising.summaries(school.session, school.now)
    assert (one.pair.id, one.confirmed, one.held, one.absences, one.pair.left) == (pair, 1, 1, 1, 1)
    assert (two.pair.id, two.confirmed) == (other, 0)
    month = f"{one.pair.starts_at:%Y-%m}"
    assert organising.summaries(school.session, school.now, month=month)[0].pair.id == pair
    assert organising.summaries(school.session, school.now, month="2031-01") == ()
    assert organising.summaries(school.session, school.now, past=True) == ()
    school.now = one.pair.ends_at
    (done,) = organising.summaries(school.session, school.now, past=True)
    assert done.attendance_to_note


def test_one_pair_with_its_people_and_needs(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, "lea", accessibility="Sous-titres", accessibility_consent=True)
    school.do("confirm")
    school.sign_up(pair, "ana")
    details = organising.pair_details(school.session, pair, school.now)
    (lea,) = details.registrants
    assert (lea.accessibility, lea.hopes, details.confirmed) == ("Sous-titres", "", 1)
    assert any("confirmé" in line.words for line in details.log)
    (ana,) = overview.waiting_list(school.session, "factures-simples")
    assert (ana.rank, ana.email) == (1, "ana@exemple.example")
    with pytest.raises(PairUnknown):
        organising.pair_details(school.session, 999, school.now)
