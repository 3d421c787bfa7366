"""Organisers: who is told before anything changes, and what a move or a call-off does."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select

from communaute.domain.trainings import changing, overview, registrants
from communaute.domain.trainings.errors import (
    AlreadyCancelled,
    InvalidCapacity,
    InvalidDates,
    PairClosed,
    PairUnknown,
)
from communaute.domain.trainings.planning import SessionTimes
from communaute.models.trainings import Registration, RegistrationState
from tests.trainings.people import CLASS, School


def later(school: School, pair: int, **by: float) -> list[SessionTimes]:
    shift = timedelta(**by)
    return [
        SessionTimes(starts_at=each.starts_at + shift, ends_at=each.ends_at + shift)
        for each in school.view_of(pair).sessions
    ]


def move(school: School, pair: int, times: list[SessionTimes], url: str = CLASS) -> int:
    told = changing.move_pair(school.context, pair, times, class_url=url)
    school.session.commit()
    return told


def cancel(school: School, pair: int, reason: str = "") -> int:
    told = changing.cancel_pair(school.context, pair, reason=reason)
    school.session.commit()
    return told


def test_a_preview_says_who_and_what_and_changes_nothing(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea", "bob")
    school.sign_up(pair, "ana")
    before = school.view_of(pair)
    preview = changing.preview_move(
        school.context, pair, later(school, pair, days=1), class_url=CLASS
    )
    assert preview.count == 3
    assert preview.mail is not None
    assert preview.mail.template == "training-moved"
    assert "mardi 8" in str(preview.mail.context["sessions"])
    assert "/inscription/" not in str(preview.mail.context["link"]), "nobody's own link"
    school.session.commit()
    assert school.view_of(pair) == before
    preview = changing.preview_cancel(school.context, pair, reason="Intervenant malade")
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
    preview = changing.preview_move(
        school.context, pair, later(school, pair, days=0), class_url=CLASS
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
        changing.set_capacity(school.context, pair, 1)
    changing.set_capacity(school.context, pair, 2)
    school.session.commit()
    assert school.view_of(pair).left == 0


def test_seats_at_a_glance(school: School) -> None:
    pair, other = school.pairs(3, 2)
    school.placed(pair, "lea")
    school.sign_up(pair, "ana")
    school.do("cannot_come", "lea", school.view().sessions[1].id, absent=True)
    one, two = overview.summaries(school.context)
    assert (one.pair.id, one.confirmed, one.held, one.absences, one.pair.left) == (pair, 1, 1, 1, 1)
    assert (two.pair.id, two.confirmed) == (other, 0)
    month = f"{one.pair.starts_at:%Y-%m}"
    assert overview.summaries(school.context, overview.Chosen(month=month))[0].pair.id == pair
    assert overview.summaries(school.context, overview.Chosen(month="2031-01")) == ()
    assert overview.summaries(school.context, overview.Chosen(past=True)) == ()
    school.now = one.pair.ends_at
    (done,) = overview.summaries(school.context, overview.Chosen(past=True))
    assert done.attendance_to_note


def test_the_desk_opens_on_the_next_session_that_is_kept(school: School) -> None:
    assert overview.next_start(school.context) is None
    pair, other = school.pairs(3, 2)
    first, second = school.view_of(pair).sessions[0], school.view_of(other).sessions[0]
    assert overview.next_start(school.context) == min(first.starts_at, second.starts_at)
    cancel(school, pair)
    assert overview.next_start(school.context) == second.starts_at
    school.now = second.starts_at + timedelta(seconds=1)
    assert overview.next_start(school.context) == school.view_of(other).sessions[1].starts_at


def test_a_page_of_the_table_and_how_many_in_all(school: School) -> None:
    pairs = list(school.pairs(3, 2))
    assert overview.count(school.context) == 2
    seen = [
        row.pair.id
        for number in (1, 2, 3)
        for row in overview.summaries(school.context, page=number, per_page=1)
    ]
    assert seen == pairs
    assert overview.count(school.context, overview.Chosen(past=True)) == 0


@pytest.mark.slow
def test_the_desk_asks_as_much_of_a_hundred_thousand_registrations(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea")
    model = school.session.scalars(select(Registration)).one()
    columns = {c.name for c in Registration.__table__.columns} - {"id"}
    values = {name: getattr(model, name) for name in columns}
    values["state"] = RegistrationState.EXPIRED
    for start in range(0, 100_000, 10_000):
        numbers = range(start, start + 10_000)
        rows = [{**values, "reference": f"{number:032}"} for number in numbers]
        school.session.execute(insert(Registration), rows)
    asked: list[str] = []
    event.listen(school.session.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert overview.summaries(school.context)[0].confirmed == 1
    assert registrants.unreached(school.session) == 0
    assert len(asked) <= 15


def test_one_pair_with_its_people_and_needs(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, "lea", accessibility="Sous-titres", accessibility_consent=True)
    school.do("confirm")
    school.sign_up(pair, "ana")
    details = overview.pair_details(school.context, pair)
    (lea,) = details.registrants
    assert (lea.accessibility, lea.hopes, details.confirmed) == ("Sous-titres", "", 1)
    assert any("confirmé" in line.words for line in details.log)
    (ana,) = registrants.in_line(school.session, "factures-simples")
    assert (ana.rank, ana.email) == (1, "ana@exemple.example")
    with pytest.raises(PairUnknown):
        overview.pair_details(school.context, 999)
