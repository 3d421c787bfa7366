"""Getting back in, and what must be proved again: never a way around the second factor."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from communaute.domain import clock
from tests.accounts.people import Person
from tests.accounts.test_attacks import half_signed_in, send_code, together


Someone = Callable[[], Person]
SENSITIVE = (
    "/compte/adresse",
    "/compte/contact",
    "/compte/second-facteur",
    "/compte/cles",
    "/compte/codes-de-secours",
    "/compte/effacer",
)


def new_codes(person: Person) -> list[str]:
    """New recovery codes, as the page shows them."""
    page = person.post("/compte/codes-de-secours", 200)
    return [code.get_text() for code in page.select(".codes code")]


def test_a_reset_leaves_the_second_factor_in_place(someone: Someone) -> None:
    person = someone().with_second_factor()
    other = Person(person.app, email=person.email, password="un tout autre mot de passe")
    other.post("/compte/mot-de-passe-oublie", 200, courriel=person.email)
    link = other.mailed("reset-password")
    other.moves(link, "/compte/connexion", mot_de_passe=other.password)
    assert not other.is_in()
    other.sign_in(to="/compte/code")
    assert not other.is_in()


def test_twelve_at_once_use_one_code_once(someone: Someone) -> None:
    person = someone().with_second_factor()
    code = new_codes(person)[0]
    waiting = half_signed_in(person, 12)
    together(12, lambda n: send_code(waiting[n], "/compte/secours", code))
    assert sum(each.is_in() for each, _ in waiting) == 1
    user = person.user()
    assert user is not None
    assert len(user.recovery_codes or []) == 7


def test_what_is_kept_of_recovery_codes_is_hashed(someone: Someone) -> None:
    person = someone().with_second_factor()
    codes = new_codes(person)
    user = person.user()
    assert user is not None
    kept = user.recovery_codes or []
    assert len(set(codes)) == len(kept) == 8
    assert all(one.startswith("$argon2id$") for one in kept)
    assert not any(code in one for code in codes for one in kept)
    assert all(re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}", code) for code in codes), "48 bits"


def test_new_codes_make_the_old_ones_useless(someone: Someone) -> None:
    person = someone().with_second_factor()
    old, new = new_codes(person)[0], new_codes(person)[0]
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    person.sign_in(to="/compte/code")
    person.post("/compte/secours", 422, code=old)
    person.moves("/compte/secours", "/compte/", code=f" {new.upper()} ")


@pytest.mark.parametrize("path", SENSITIVE)
def test_what_touches_the_account_asks_for_the_password_again(
    someone: Someone, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    person = someone().with_second_factor()
    token, later = person.token("/compte/profil"), clock.now() + timedelta(minutes=41)
    monkeypatch.setattr(clock, "now", lambda: later)
    for method in ("GET", "POST"):
        data = {"csrf_token": token, "certain": "y"} if method == "POST" else None
        answer = person.raw(method, path, data=data)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/compte/verifier")


def test_a_form_opened_in_time_may_be_sent_a_little_later(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = someone().signed_in()
    token, later = person.token("/compte/contact"), clock.now() + timedelta(minutes=35)
    monkeypatch.setattr(clock, "now", lambda: later)
    data = {"csrf_token": token, "courriel": "contact-" + person.email}
    assert person.raw("POST", "/compte/contact", data=data).location == "/compte/"


def test_a_half_way_sign_in_is_dead_once_the_password_has_changed(someone: Someone) -> None:
    """A thief with the password waits at the code; the owner changes the password."""
    person = someone().with_second_factor()
    [(thief, token)] = half_signed_in(person, 1)
    person.moves(
        "/compte/mot-de-passe",
        "/compte/",
        mot_de_passe=person.password,
        nouveau_mot_de_passe="un tout autre mot de passe",
    )
    answer = send_code((thief, token), "/compte/code", person.code())
    assert answer.location == "/compte/connexion"
    assert not thief.is_in()


def test_cycling_through_changes_sends_no_more_mails(someone: Someone) -> None:
    """Whoever ends what they have begun, to begin again, writes no more often to a stranger."""
    person, target = someone().signed_in(), someone()
    for _ in range(3):
        person.send("/compte/contact", courriel=target.email)
        person.moves("/compte/deconnexion-partout", "/compte/connexion", form="/compte/")
        person.sign_in()
    assert target.mails() == ["confirm-contact"]


def test_a_reset_may_be_asked_for_after_a_change_of_password(someone: Someone) -> None:
    person = someone().signed_in()
    for number in range(2):
        other = Person(person.app, email=person.email)
        other.post("/compte/mot-de-passe-oublie", 200, courriel=person.email)
        new = f"un tout autre mot de passe {number}"
        person.moves(
            "/compte/mot-de-passe",
            "/compte/",
            mot_de_passe=person.password,
            nouveau_mot_de_passe=new,
        )
        person.password = new
    assert person.mails().count("reset-password") == 2
