"""« Mon inscription »: confirm, change, cancel, say one cannot come; and links that open nothing."""

import re

import pytest
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.trainings import own, personal_data, registration
from communaute.domain.trainings.errors import (
    AlreadyElsewhere,
    BadLink,
    DeadLink,
    HoldExpired,
    NoPlace,
    PairClosed,
    PairFull,
    PairUnknown,
    SamePair,
    SessionUnknown,
)
from communaute.models import RegistrationState
from tests.trainings.people import CLASS, WORKS, School, a_context


def test_confirming_gives_the_place_its_dates_and_its_class(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair)
    view = school.do("confirm")
    assert view.state == RegistrationState.CONFIRMED
    assert [each.class_url for each in view.sessions] == [CLASS, CLASS]
    mail = school.mails()[-1]
    assert mail.template == "training-place"
    assert [part.parameters["method"] for part in school.calendar()] == ["REQUEST", "REQUEST"]
    assert school.taken(pair) == 1


def test_looking_changes_nothing(school: School) -> None:
    school.sign_up(school.pair())
    before = school.row().state, len(school.mails())
    for _ in range(3):
        assert school.view().can_confirm
    assert (school.row().state, len(school.mails())) == before
    assert not school.view().sessions[0].class_url, "the class is for who has confirmed"


def test_confirming_twice_is_confirming_once(school: School) -> None:
    school.placed(school.pair(), "lea")
    school.do("confirm")
    assert school.templates() == ["confirm", "place"]
    assert school.row().sequence == 0


def test_a_confirmation_that_comes_too_late_is_refused_in_words(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair)
    school.move(hours=24)
    assert school.view().state == RegistrationState.EXPIRED
    with pytest.raises(HoldExpired, match="n’a pas été confirmée à temps"):
        school.do("confirm")
    view = school.do("change_pair", "lea", pair)
    assert view.state == RegistrationState.CONFIRMED, "without typing anything again"
    assert school.taken(pair) == 1


def test_cancelling_twice_frees_one_place(school: School) -> None:
    pair = school.pair(2)
    school.placed(pair, "lea", "bob")
    for _ in range(2):
        view = school.do("cancel")
        assert view.state == RegistrationState.CANCELLED
    assert school.taken(pair) == 1
    assert school.templates() == ["confirm", "place", "cancelled"]
    assert [part.parameters["method"] for part in school.calendar()] == ["CANCEL", "CANCEL"]


def test_a_place_given_back_goes_to_the_first_in_line(school: School) -> None:
    pair = school.pair(1)
    school.placed(pair, "lea")
    school.sign_up(pair, "ana")
    school.sign_up(pair, "bea")
    school.do("cancel")
    assert school.states("lea", "ana", "bea") == ["cancelled", "offered", "waiting"]
    assert school.taken(pair) == 1


def test_changing_pair_takes_the_new_place_and_gives_the_old_one_back(school: School) -> None:
    first, second = school.pairs(1, 2)
    school.placed(first, "lea")
    school.sign_up(first, "ana")
    view = school.do("change_pair", "lea", second)
    assert view.pair is not None
    assert (view.pair.id, school.taken(first), school.taken(second)) == (second, 1, 1)
    assert school.states("ana") == ["offered"]
    mail = school.mails()[-1]
    assert [part.parameters["method"] for part in school.calendar()] == [
        "CANCEL",
        "CANCEL",
        "REQUEST",
        "REQUEST",
    ]
    assert "nouvelle date" in mail.subject
    title, _, day = mail.subject.partition(" : ")[2].rpartition(", ")
    assert title
    assert re.fullmatch(r"\d{1,2}(er)?\s\w+\s\d{4}", day)


def test_when_the_new_pair_is_full_the_old_place_is_kept(school: School) -> None:
    first, second = school.pairs(1, 2)
    school.placed(first, "lea")
    school.placed(second, "bob")
    with pytest.raises(PairFull, match="Votre place actuelle ne change pas"):
        school.do("change_pair", "lea", second)
    assert school.states("lea", "bob") == ["confirmed", "confirmed"]
    assert (school.taken(first), school.taken(second)) == (1, 1)


def test_what_cannot_be_changed_to(school: School) -> None:
    pair, other = school.pair(3), school.pair(3, page=WORKS)
    school.placed(pair, "lea")
    with pytest.raises(SamePair):
        school.do("change_pair", "lea", pair)
    for unknown in (other, 999, -1):
        with pytest.raises(PairUnknown):
            school.do("change_pair", "lea", unknown)
    later = school.pair(3, days=60)
    school.now = school.view_of(pair).starts_at
    with pytest.raises(PairClosed, match="déjà commencé"):
        school.do("change_pair", "lea", later)


def test_an_old_link_does_not_make_a_second_place(school: School) -> None:
    pair = school.pair(3)
    school.placed(pair, "lea")
    school.do("cancel")
    old = school.token()
    school.placed(pair, "lea")
    with pytest.raises(AlreadyElsewhere):
        registration.change_pair(school.context, old, pair)
    school.session.rollback()
    assert school.taken(pair) == 1


def test_who_waits_may_choose_a_free_pair_themselves(school: School) -> None:
    full, free = school.pair(1), school.pair(2, days=21)
    school.sign_up(full, "ana")
    school.sign_up(full, "bea")
    assert [pair.id for pair in school.view("bea").choices] == [free]
    view = school.do("change_pair", "bea", free)
    assert (view.state, view.rank) == (RegistrationState.CONFIRMED, None)


def test_one_says_that_one_will_not_come_to_the_second_session(school: School) -> None:
    school.placed(school.pair(), "lea")
    second = school.view().sessions[1].id
    view = school.do("cannot_come", "lea", second, absent=True)
    assert [each.announced_absent for each in view.sessions] == [False, True]
    assert "ne pourrez pas venir" in school.log()
    view = school.do("cannot_come", "lea", second, absent=False)
    assert not view.sessions[1].announced_absent
    assert view.state == RegistrationState.CONFIRMED
    with pytest.raises(SessionUnknown):
        school.do("cannot_come", "lea", 999, absent=True)


def test_nothing_is_announced_without_a_place_or_once_it_has_begun(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair)
    first = school.view().sessions[0].id
    with pytest.raises(NoPlace):
        school.do("cannot_come", "lea", first, absent=True)
    school.do("confirm")
    school.now = school.view_of(pair).starts_at
    with pytest.raises(PairClosed):
        school.do("cannot_come", "lea", first, absent=True)


def test_nothing_is_cancelled_once_it_is_over(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    school.now = school.view_of(pair).ends_at
    with pytest.raises(PairClosed, match="terminées"):
        school.do("cancel")
    assert school.taken(pair) == 1


def forged(token: str) -> list[str]:
    other = a_context(Session(), secret="autre").token("x")
    body, signature = token.rsplit(".", 1)
    return [
        "",
        "x",
        ".",
        token[:-3],
        token[3:],
        f"{body}.{signature[::-1]}",
        other,
        token * 9,
        "é\x00",
    ]


def test_a_forged_or_cut_link_opens_nothing_and_says_what_to_do(school: School) -> None:
    school.sign_up(school.pair())
    for token in forged(school.token()):
        for verb in (own.view, registration.confirm, registration.cancel):
            with pytest.raises(BadLink, match="incomplet ou abîmé"):
                verb(school.context, token)


def test_a_link_opens_nothing_once_erased(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    token = school.token()
    personal_data.erase(school.context, token)
    school.session.commit()
    with pytest.raises(DeadLink, match="expiré"):
        own.view(school.context, token)
    assert school.taken(pair) == 0


def test_no_link_leads_to_somebody_else(school: School) -> None:
    school.sign_up(school.pair(), "ana")
    school.sign_up(school.pair(page=WORKS), "bea")
    assert school.view("ana").email == "ana@exemple.example"
    assert school.token("ana") != school.token("bea")


def test_every_refusal_is_a_french_sentence(school: School) -> None:
    school.sign_up(school.pair(1), "ana")
    school.move(hours=30)
    for verb in ("confirm", "accept_offer", "decline_offer", "leave_list"):
        with pytest.raises(DomainError) as refused:
            school.do(verb, "ana")
        assert str(refused.value).endswith(".")


def test_a_moment_is_shown_in_paris_whatever_the_season(school: School) -> None:
    school.sign_up(school.pair(days=14))
    assert (
        "de 9\u00a0h\u00a030 à 11\u00a0h\u00a000"
        in school.mails()[0].context["sessions"][0]["when"]
    )
    assert school.view_of(school.view().pair.id).starts_at.hour == 8  # type: ignore[union-attr]
