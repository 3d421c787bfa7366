"""The second factor: set up, asked for, never skipped."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from communaute.models import Role
from tests.accounts.people import Person


Someone = Callable[[], Person]
# What opens to somebody whose password was right and whose second factor is awaited.
OPEN_HALF_WAY = {
    *("sign_in", "passkey_alone", "sign_up", "signed_up", "confirm_again", "forgotten"),
    *("code", "code_by_passkey", "recovery"),
}
TO_SET_UP = {"sign_in", "passkey_alone", "sign_up", "signed_up", "confirm_again", "forgotten"} | {
    *("factor", "first_code", "passkeys_page", "add_passkey", "remove_passkey"),
}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE")
# What a proxy, htmx or a clever visitor may add.
HEADERS = {
    "HX-Request": "true",
    "HX-Current-URL": "http://localhost/compte/",
    "X-HTTP-Method-Override": "GET",
    "X-Original-URL": "/compte/connexion",
    "X-Rewrite-URL": "/compte/connexion",
}


def doors(app: Flask) -> Iterator[tuple[str, str]]:
    """Every address of one's space and of management, with its endpoint."""
    for rule in app.url_map.iter_rules():
        room, _, name = rule.endpoint.partition(".")
        if room in ("accounts", "backoffice"):
            yield re.sub(r"<(\w+:)?\w+>", "1", rule.rule), name if room == "accounts" else room


def test_a_second_factor_is_set_up_then_asked_for_at_each_sign_in(someone: Someone) -> None:
    person = someone().with_second_factor()
    assert person.mails()[-1] == "second-factor-changed"
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    person.sign_in(to="/compte/code.*")
    assert not person.is_in()
    page = person.post("/compte/code", 422, code="000000")
    assert "Ce code ne convient pas" in page.text
    person.moves("/compte/code", "/compte/", code=person.code())
    assert person.is_in()


def test_a_code_serves_once(someone: Someone) -> None:
    person = someone().with_second_factor()
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    person.sign_in(to="/compte/code.*")
    code = person.code()
    person.moves("/compte/code", "/compte/", code=code)
    thief = Person(person.app, email=person.email)
    thief.sign_in(to="/compte/code.*")
    thief.post("/compte/code", 422, code=code)
    assert not thief.is_in()


def test_a_recovery_code_replaces_the_application_once(someone: Someone) -> None:
    person = someone().with_second_factor()
    page = person.post("/compte/codes-de-secours", 200)
    codes = [code.get_text() for code in page.select(".codes code")]
    assert len(codes) == 8
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    person.sign_in(to="/compte/code.*")
    person.get("/compte/code")
    person.post("/compte/secours", 422, code="faux")
    person.moves("/compte/secours", "/compte/", code=codes[0])
    assert person.is_in()
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    person.sign_in(to="/compte/code.*")
    person.post("/compte/secours", 422, code=codes[0])


@pytest.mark.parametrize(("state", "opens"), [("half", OPEN_HALF_WAY), ("to set up", TO_SET_UP)])
def test_no_address_typed_by_hand_skips_the_second_factor(
    someone: Someone, state: str, opens: set[str]
) -> None:
    """Whatever the method, the headers and the fields, the token being right."""
    if state == "half":
        person = someone().with_second_factor()
        person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
        person.sign_in(to="/compte/code.*")
    else:
        person = someone().with_account().granted(Role.ADMINISTRATOR)
        person.sign_in(to="/compte/second-facteur")
    fields = {"courriel": person.email, "mot_de_passe": person.password, "code": "000000"}
    fields |= {"certain": "y", "nom": "x", "setup": "authenticator", "next": "/gestion/"}
    found = list(doors(person.app))
    assert len(found) > 40
    for address, name in found:
        for method, path in (*((one, address) for one in METHODS), ("GET", f"{address}/")):
            data = fields | {"csrf_token": person.token()} if method == "POST" else None
            answer = person.raw(method, path, data=data, headers=HEADERS)
            said = f"{method} {path}: {answer.status_code}"
            assert answer.status_code < 500, said
            assert method == "OPTIONS" or answer.status_code != 200 or name in opens, said
        assert not person.is_in(), address


def test_who_has_a_role_must_set_up_a_second_factor_to_sign_in(someone: Someone) -> None:
    person = someone().with_account().granted(Role.EDITOR)
    person.sign_in(to="/compte/second-facteur")
    assert not person.is_in()
    person.set_up_factor()
    assert person.is_in()


def test_who_has_a_role_cannot_take_the_second_factor_away(someone: Someone) -> None:
    person = someone().at_work_as(Role.ORGANISER)
    assert "Retirer" not in person.get("/compte/second-facteur").text
    person.post("/compte/second-facteur", 422, setup="disable")
    user = person.user()
    assert user is not None
    assert user.has_second_factor


def test_who_has_no_role_may_take_it_away(someone: Someone) -> None:
    person = someone().with_second_factor()
    person.moves("/compte/second-facteur", "/compte/.*", setup="disable")
    assert person.raw("GET", "/compte/codes-de-secours").location == "/compte/"
    assert "est retirée" in person.get("/compte/").text
    user = person.user()
    assert user is not None
    assert not user.has_second_factor


def test_a_wrong_first_code_keeps_the_drawing(someone: Someone) -> None:
    """Another drawing would make useless what is already in the application."""
    person = someone().signed_in()
    page = person.post("/compte/second-facteur", 200, setup="authenticator")
    shown, form = page.select_one("code.key"), page.select_one("main form")
    assert shown is not None
    assert form is not None
    path, person.key = str(form["action"]), shown.get_text()
    data = {"csrf_token": person.token("/compte/profil"), "code": "000000"}
    again = person.checked(person.raw("POST", path, data=data), 422, path)
    assert "Ce code ne convient pas" in again.text
    assert person.key in again.text
    data["code"] = person.code()
    assert person.raw("POST", path, data=data).status_code == 302
    user = person.user()
    assert user is not None
    assert user.has_second_factor


def test_opening_the_code_page_by_hand_signs_nobody_out(someone: Someone) -> None:
    person = someone().signed_in()
    assert person.raw("GET", "/compte/code").status_code == 302
    assert person.is_in()


def test_codes_cannot_be_guessed(someone: Someone) -> None:
    person = someone().with_second_factor()
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    thief = Person(person.app, email=person.email)
    thief.sign_in(to="/compte/code.*")
    for _ in range(5):
        thief.post("/compte/code", 422, code="000000")
    response = thief.send("/compte/code", code=person.code())
    assert response.status_code == 429
    assert not thief.is_in()
