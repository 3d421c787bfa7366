"""The list: in order, one offer at a time, never the same twice, each explained."""

import pytest

from communaute.domain.trainings import changing
from communaute.domain.trainings.errors import NothingOffered, NotInList, OfferExpired
from tests.trainings.people import School


def full(school: School, *waiting: str, capacity: int = 1) -> int:
    """A pair full of confirmed people, and who waits."""
    pair = school.pair(capacity)
    school.placed(pair, *(f"assis{n}" for n in range(capacity)))
    for who in waiting:
        school.sign_up(pair, who)
    return pair


def test_an_offer_is_accepted_by_one_button(school: School) -> None:
    pair = full(school, "ana", "bea")
    school.do("cancel", "assis0")
    mail = school.mails("ana")[-1]
    assert (mail.template, mail.useless_after) == ("training-offer", school.row("ana").until)
    assert mail.context["link"].endswith("/proposition")
    view = school.do("accept_offer", "ana")
    assert view.state == "confirmed"
    school.do("accept_offer", "ana")
    assert school.templates("ana") == ["list", "offer", "place"]
    assert (school.view("bea").rank, school.taken(pair)) == (1, 1)


def test_declining_serves_the_next_and_keeps_ones_rank(school: School) -> None:
    pair = full(school, "ana", "bea", "cid")
    school.do("cancel", "assis0")
    view = school.do("decline_offer", "ana")
    assert (view.state, view.rank) == ("waiting", 1)
    assert school.states("bea", "cid") == ["offered", "waiting"]
    assert [school.view(who).rank for who in ("ana", "bea", "cid")] == [1, 2, 3]
    assert school.taken(pair) == 1


def test_the_same_date_is_never_offered_twice_and_it_is_explained(school: School) -> None:
    full(school, "ana", "bea")
    school.do("cancel", "assis0")
    school.do("decline_offer", "ana")
    school.do("decline_offer", "bea")
    assert school.states("ana", "bea") == ["waiting", "waiting"], "the place stays free"
    assert school.log("bea").count("Vous avez décliné") == 1
    assert "vous aviez décliné cette date" in school.log("ana")
    school.sign_up(school.view("ana").choices[0].id, "dan")
    school.do("cancel", "dan")
    assert school.templates("ana") == ["list", "offer"]


def test_without_an_answer_in_a_day_the_next_is_served(school: School) -> None:
    full(school, "ana", "bea")
    school.do("cancel", "assis0")
    school.move(hours=24)
    with pytest.raises(OfferExpired, match="Le délai pour répondre est passé"):
        school.do("accept_offer", "ana")
    school.settle()
    assert school.states("ana", "bea") == ["waiting", "offered"]
    assert "restée sans réponse" in school.log("ana")


def test_two_offers_without_an_answer_end_the_wait(school: School) -> None:
    first = school.pairs(1, 3)
    for number, pair in enumerate(first):
        school.placed(pair, f"assis{number}")
    school.sign_up(first[0], "ana")
    for number in range(2):
        school.do("cancel", f"assis{number}")
        school.move(hours=24)
        school.settle()
    assert school.states("ana") == ["left"]
    assert school.templates("ana")[-1] == "list-left"
    assert "vous sortez de la liste" in school.log("ana")


def test_leaving_the_list_is_final_and_closes_the_gap(school: School) -> None:
    full(school, "ana", "bea", "cid")
    school.do("leave_list", "bea")
    school.do("leave_list", "bea")
    assert [school.view(who).rank for who in ("ana", "bea", "cid")] == [1, None, 2]
    with pytest.raises(NotInList):
        school.do("leave_list", "assis0")


def test_leaving_while_offered_serves_the_next(school: School) -> None:
    pair = full(school, "ana", "bea")
    school.do("cancel", "assis0")
    school.do("leave_list", "ana")
    assert school.states("ana", "bea") == ["cancelled", "offered"]
    assert school.taken(pair) == 1


def test_nothing_is_offered_to_who_was_offered_nothing(school: School) -> None:
    full(school, "ana")
    for verb in ("accept_offer", "decline_offer"):
        with pytest.raises(NothingOffered):
            school.do(verb, "ana")


def test_a_new_pair_is_offered_in_order_before_anybody_takes_it(school: School) -> None:
    full(school, "ana", "bea", "cid")
    new = school.pair(2, days=30)
    assert school.states("ana", "bea", "cid") == ["offered", "offered", "waiting"]
    assert school.sign_up(new, "dan").rank == 4


def test_more_places_are_offered_at_once(school: School) -> None:
    pair = full(school, "ana", "bea")
    changing.set_capacity(school.context, pair, 2)
    school.session.commit()
    assert school.states("ana", "bea") == ["offered", "waiting"]


def test_who_let_a_free_date_pass_is_offered_it_once_it_has_been_full(school: School) -> None:
    full(school, "ana")
    other = school.pair(1, days=30)
    school.do("decline_offer", "ana")
    school.sign_up(school.view_of(other).id, "bob")
    # Bea waits for the first date while the second is full, then a place of it is freed.
    school.do("confirm", "bob")
    first = school.view("assis0").pair
    assert first is not None
    school.sign_up(first.id, "bea")
    school.do("cancel", "bob")
    assert school.states("ana", "bea") == ["waiting", "offered"]


def test_no_place_is_offered_when_no_time_is_left_to_answer(school: School) -> None:
    pair = full(school, "ana")
    starts = school.view_of(pair).starts_at
    school.move(hours=(starts - school.now).total_seconds() / 3600 - 1)
    school.do("cancel", "assis0")
    assert school.states("ana") == ["waiting"]
    assert school.taken(pair) == 0


def test_an_offer_ends_before_the_session_begins(school: School) -> None:
    pair = full(school, "ana")
    starts = school.view_of(pair).starts_at
    school.move(hours=(starts - school.now).total_seconds() / 3600 - 5)
    school.do("cancel", "assis0")
    assert school.row("ana").until == starts


def test_the_list_is_one_for_all_dates_of_a_training(school: School) -> None:
    first, second = school.pairs(1, 2)
    school.placed(first, "un")
    school.placed(second, "deux")
    school.sign_up(second, "ana")
    school.sign_up(first, "bea")
    assert [school.view(who).rank for who in ("ana", "bea")] == [1, 2]
    school.do("cancel", "un")
    assert school.states("ana", "bea") == ["offered", "waiting"]
