"""A place held, a rank, or a clear refusal."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from communaute.domain.errors import FilledTrap
from communaute.domain.trainings.errors import (
    InvalidSignUp,
    PairClosed,
    PairUnknown,
)
from communaute.domain.trainings.signing_up import SignUpKind
from communaute.french.dates import weekday_in_words
from communaute.models import AccessibilityNeed, Registration
from tests.trainings.people import WORKS, School


def test_a_place_is_held_for_a_day_and_a_mail_leads_to_its_button(school: School) -> None:
    pair = school.pair(3)
    outcome = school.sign_up(pair)
    assert outcome.kind == SignUpKind.HELD
    assert outcome.until == school.now + timedelta(hours=24)
    assert (school.view_of(pair).left, school.taken(pair)) == (2, 1)
    (mail,) = school.mails()
    assert mail.template == "training-confirm"
    assert mail.useless_after == outcome.until
    assert mail.context["link"].startswith("https://site.example/outils/inscription/")
    assert "gardée" in school.log()


@pytest.mark.parametrize(("days", "hours"), [(3.5, 24), (3, 2), (1, 2)])
def test_a_place_is_held_two_hours_when_the_session_is_near(
    school: School, days: float, hours: float
) -> None:
    pair = school.pair()
    starts = school.view_of(pair).starts_at
    school.now = starts - timedelta(days=days) - timedelta(microseconds=1)
    outcome = school.sign_up(pair)
    assert outcome.until == school.now + timedelta(hours=hours)


def test_a_place_is_never_held_past_the_start(school: School) -> None:
    pair = school.pair()
    starts = school.view_of(pair).starts_at
    school.now = starts - timedelta(minutes=30)
    assert school.sign_up(pair).until == starts


def test_who_comes_too_late_is_ranked_and_told_why(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, "ana")
    first, second = school.sign_up(pair, "bea"), school.sign_up(pair, "cid")
    assert [first.kind, second.kind] == [SignUpKind.WAITING] * 2
    assert [first.rank, second.rank, school.view("cid").list_length] == [1, 2, 2]
    assert "2e sur la liste d’attente" in school.log("cid")
    assert school.templates("cid") == ["list"]
    assert school.taken(pair) == 1
    assert school.view("cid").rank == 2


def test_who_waits_is_told_of_the_dates_that_have_places(school: School) -> None:
    full, free = school.pair(1), school.pair(5, days=21)
    school.sign_up(full, "ana")
    outcome = school.sign_up(full, "bea")
    assert outcome.kind == SignUpKind.WAITING, "a date is not pushed on who chose another"
    (day, _) = school.view_of(free).sessions
    assert (
        f"Des places restent à choisir, sans attendre : le {weekday_in_words(day.starts_at)}"
        in (school.log("bea"))
    )
    assert school.taken(free) == 0


@pytest.mark.parametrize(
    "again",
    ["lea@exemple.example", "LEA@Exemple.example", "lea+formation@exemple.example", "Lea+x@EXEMPLE.EXAMPLE"],
)  # fmt: skip
def test_one_person_has_one_place_whatever_the_spelling(school: School, again: str) -> None:
    pair = school.pair(5)
    school.sign_up(pair, "lea@exemple.example")
    outcome = school.sign_up(pair, again)
    assert outcome.kind == SignUpKind.ALREADY
    assert school.taken(pair) == 1
    assert outcome.until == school.now + timedelta(hours=24), "what an unknown address is told"


def test_a_known_address_is_told_of_a_full_pair_what_a_stranger_would_be(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, "ana")
    known, stranger = school.sign_up(pair, "ana"), school.sign_up(pair, "bea")
    assert (known.kind, known.rank, known.until) == (SignUpKind.ALREADY, 1, None)
    assert (stranger.kind, stranger.rank) == (SignUpKind.WAITING, known.rank)


def test_dots_count_except_where_they_are_known_not_to(school: School) -> None:
    pair = school.pair(9)
    assert school.sign_up(pair, "l.m@gmail.com").kind == SignUpKind.HELD
    assert school.sign_up(pair, "lm@googlemail.com").kind == SignUpKind.ALREADY
    assert school.sign_up(pair, "l.m@exemple.example").kind == SignUpKind.HELD
    assert school.sign_up(pair, "lm@exemple.example").kind == SignUpKind.HELD


def test_an_address_is_kept_as_mail_servers_write_it(school: School) -> None:
    pair = school.pair(9)
    domain = "mairie-éloïse.example".encode("idna").decode()
    assert school.sign_up(pair, "lea@mairie-éloïse.example").kind == SignUpKind.HELD
    assert school.row(f"lea@{domain}").state == "held"
    assert school.sign_up(pair, f"lea@{domain}").kind == SignUpKind.ALREADY
    with pytest.raises(InvalidSignUp, match="accentuées"):
        school.sign_up(pair, "léa@exemple.example")


def test_another_pair_of_the_same_training_is_no_second_place(school: School) -> None:
    first, second = school.pairs(5, 2)
    school.sign_up(first)
    assert school.sign_up(second).kind == SignUpKind.ALREADY
    assert school.taken(second) == 0
    assert school.sign_up(school.pair(5, page=WORKS)).kind == SignUpKind.HELD


def test_fifty_sign_ups_for_one_address_are_one_place_and_two_mails(school: School) -> None:
    pair = school.pair(40)
    outcomes = []
    for _ in range(50):
        outcomes.append(school.sign_up(pair).kind)
        school.move(seconds=1)
    assert outcomes == [SignUpKind.HELD] + [SignUpKind.ALREADY] * 49
    assert school.taken(pair) == 1
    assert school.templates() == ["confirm", "again"]


def test_who_waits_may_take_a_free_place_elsewhere_by_the_form(school: School) -> None:
    full, free = school.pair(1), school.pair(1, days=21)
    school.sign_up(full, "ana")
    school.sign_up(full, "bea")
    assert school.sign_up(free, "bea").kind == SignUpKind.HELD
    school.move(hours=25)
    school.sign_up(full, "cid")
    assert school.view("bea").rank == 1, "a hold not confirmed leaves the rank as it was"


def test_a_hold_not_confirmed_serves_the_next(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, "ana")
    school.sign_up(pair, "bea")
    school.move(hours=24)
    school.sign_up(pair, "cid")
    assert school.states("ana", "bea", "cid") == ["expired", "offered", "waiting"]
    assert "n’a pas été confirmée" in school.log("ana")
    assert school.templates("bea") == ["list", "offer"]


def test_who_let_a_hold_go_may_sign_up_again(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair)
    school.move(hours=25)
    assert school.sign_up(pair).kind == SignUpKind.HELD
    assert school.taken(pair) == 1


def test_who_followed_a_training_may_follow_it_again(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    school.move(days=40)
    assert school.sign_up(school.pair()).kind == SignUpKind.HELD
    old = school.session.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert old == ["past", "held"]


def test_a_robot_is_told_what_to_do(school: School) -> None:
    pair = school.pair()
    with pytest.raises(FilledTrap, match="doit rester vide"):
        school.sign_up(pair, trap="https://spam.example")
    assert school.taken(pair) == 0


@pytest.mark.parametrize("pair_id", [-1, 999, 2**31, 10**30])
def test_no_such_pair(school: School, pair_id: int) -> None:
    school.pair()
    with pytest.raises(PairUnknown, match="Choisissez"):
        school.sign_up(pair_id)


def test_a_form_without_its_pair_is_refused_beside_the_dates(school: School) -> None:
    with pytest.raises(InvalidSignUp, match="Choisissez") as refused:
        school.sign_up(0, name="")
    assert set(refused.value.faults) == {"pair_id", "name"}


def test_a_pair_that_has_begun_is_closed(school: School) -> None:
    pair = school.pair()
    school.now = school.view_of(pair).starts_at
    with pytest.raises(PairClosed, match="déjà commencé"):
        school.sign_up(pair)


def test_every_wrong_field_has_its_sentence(school: School) -> None:
    pair = school.pair()
    wrong = {
        "name": " \u200b ",
        "organisation": "",
        "siret": "123",
        "telephone": "appelez-moi",
        "hopes": "x" * 1001,
        "accessibility": "Une boucle magnétique",
        "consent": False,
    }
    with pytest.raises(InvalidSignUp) as refused:
        school.sign_up(pair, "pas-une-adresse@", **wrong)
    fields = {*wrong, "email", "accessibility_consent"} - {"accessibility"}
    assert set(refused.value.faults) == fields
    assert school.session.scalar(select(func.count(Registration.id))) == 0


def test_what_is_typed_is_kept_tidy_with_the_wording_agreed_to(school: School) -> None:
    pair = school.pair()
    school.sign_up(
        pair,
        name="  Léa\n Martin\u202e ",
        siret="732 829 320 00074",
        telephone="+33 (0)1 23.45.67.89",
        hopes="Envoyer\n\nune facture",
        accessibility="Un sous-titrage",
        accessibility_consent=True,
    )
    row = school.row()
    assert (row.name, row.siret, row.telephone) == (
        "Léa Martin",
        "73282932000074",
        "+33 (0)1 23.45.67.89",
    )
    assert row.hopes == "Envoyer\n\nune facture"
    assert "douze mois" in row.consent
    need = school.session.scalars(select(AccessibilityNeed)).one()
    assert (need.need, "trente jours" in need.consent) == ("Un sous-titrage", True)


def test_nothing_typed_reaches_an_address_not_yet_confirmed(school: School) -> None:
    """A form that mails what strangers type is a way to send spam."""
    school.sign_up(school.pair(), name="Achetez sur spam.example", hopes="spam.example")
    assert "spam.example" not in str(school.mails()[0].context)
