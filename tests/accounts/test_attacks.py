"""Attacks that somebody patient would try, each as they would make it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import Role, User
from tests.accounts.people import PASSWORD, Person
from tests.pages import soup_of


Someone = Callable[[], Person]


def copy_of(person: Person) -> Person:
    """A thief with the very cookies of somebody."""
    thief = Person(person.app, email=person.email)
    cookie = person.client.get_cookie("session")
    assert cookie is not None
    thief.client.set_cookie("session", cookie.value)
    return thief


def test_a_pending_set_up_kept_aside_replaces_no_factor_in_place(someone: Someone) -> None:
    """The password alone, and a cookie from the day the role was given."""
    person = someone().with_account().granted(Role.EDITOR)
    thief = Person(person.app, email=person.email)
    thief.sign_in(to="/compte/second-facteur")
    person.sign_in(to="/compte/second-facteur")
    person.set_up_factor()
    before = person.user()
    assert before is not None
    assert thief.raw("GET", "/compte/second-facteur").status_code == 302
    token = thief.token("/compte/connexion")
    thief.raw(
        "POST", "/compte/second-facteur", data={"csrf_token": token, "setup": "authenticator"}
    )
    assert not thief.is_in()
    after = person.user()
    assert after is not None
    assert after.totp_secret == before.totp_secret


def test_a_pending_set_up_at_its_last_step_replaces_no_factor_in_place(someone: Someone) -> None:
    person = someone().with_account().granted(Role.EDITOR)
    thief = Person(person.app, email=person.email)
    thief.sign_in(to="/compte/second-facteur")
    page = thief.post("/compte/second-facteur", 200, setup="authenticator")
    shown = page.select_one("code.key")
    assert shown is not None
    thief.key = shown.get_text()
    person.sign_in(to="/compte/second-facteur")
    person.set_up_factor()
    token = page.select_one("main input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), "code": thief.code()}
    assert thief.raw("POST", "/compte/code", data=data).status_code == 302
    assert not thief.is_in()


def test_a_pending_sign_in_is_not_kept_for_later(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = someone().with_second_factor()
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    person.sign_in(to="/compte/code.*")
    token = person.token("/compte/code")
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = person.raw("POST", "/compte/code", data={"csrf_token": token, "code": person.code()})
    assert answer.status_code == 302
    assert answer.location == "/compte/connexion"
    assert not person.is_in()


def test_a_set_up_begun_on_one_account_ends_on_no_other(someone: Someone) -> None:
    """The thief's own set-up link, sent with the victim's stolen session."""
    victim, thief = someone().signed_in(), someone().signed_in()
    page = thief.post("/compte/second-facteur", 200, setup="authenticator")
    form, key = page.select_one("main form"), page.select_one("code.key")
    assert form is not None
    assert key is not None
    thief.key = key.get_text()
    data = {"csrf_token": victim.token("/compte/profil"), "code": thief.code()}
    victim.raw("POST", str(form["action"]), data=data)
    user = victim.user()
    assert user is not None
    assert not user.has_second_factor


def test_a_reset_link_sent_to_the_old_address_dies_with_it(someone: Someone) -> None:
    person = someone().signed_in()
    stranger = Person(person.app, email=person.email)
    stranger.post("/compte/mot-de-passe-oublie", 200, courriel=person.email)
    link = stranger.mailed("reset-password")
    new_address = "nouvelle-" + person.email
    person.post("/compte/adresse", 200, courriel=new_address)
    person.moves(person.mailed("confirm-new-address", new_address), "/compte/.*")
    assert person.is_in(), "who confirms in the same browser stays there"
    assert "Lien non valable" in stranger.get(link, 410).text


def test_a_change_of_address_closes_other_sessions(someone: Someone) -> None:
    person = someone().signed_in()
    other = Person(person.app, email=person.email)
    other.sign_in()
    new_address = "nouvelle-" + person.email
    person.post("/compte/adresse", 200, courriel=new_address)
    moving = person.mailed("confirm-new-address", new_address)
    person.moves(moving, "/compte/.*")
    assert not other.is_in()
    assert "C’est déjà fait" in person.get(moving).text


def test_an_older_change_of_address_is_dead_after_another(someone: Someone) -> None:
    person = someone().signed_in()
    first, second = "premiere-" + person.email, "seconde-" + person.email
    for address in (first, second):
        person.post("/compte/adresse", 200, courriel=address)
    person.moves(person.mailed("confirm-new-address", second), "/compte/.*")
    person.get(person.mailed("confirm-new-address", first), 410)


def test_a_confirmation_link_is_dead_for_an_erased_account(someone: Someone) -> None:
    person = someone().signed_in()
    link = person.mailed("confirm-address")
    person.post("/compte/effacer", 200, certain="y")
    assert "Lien non valable" in person.get(link, 410).text


def together(count: int, act: Callable[[int], TestResponse]) -> list[TestResponse]:
    """So many requests, let go at the same moment."""
    gate = Barrier(count)

    def one(number: int) -> TestResponse:
        gate.wait(30)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def accounts_with(app: Flask, email: str) -> int:
    with app.app_context():
        found = (
            select(func.count()).select_from(User).where(func.lower(User.email) == email.lower())
        )
        return db.session.scalar(found) or 0


@pytest.mark.parametrize("same_case", [True, False])
def test_one_address_signed_up_at_once_is_one_account(someone: Someone, same_case: bool) -> None:
    email = someone().email
    people = [someone() for _ in range(6)]
    tokens = [person.token("/compte/inscription") for person in people]

    def sign_up(number: int) -> TestResponse:
        typed = email if same_case or number % 2 else email.upper()
        data = {"csrf_token": tokens[number], "courriel": typed, "mot_de_passe": PASSWORD}
        return people[number].raw("POST", "/compte/inscription", data=data)

    answers = together(6, sign_up)
    assert [(a.status_code, a.location) for a in answers] == [
        (302, "/compte/inscription/suite")
    ] * 6
    assert accounts_with(people[0].app, email) == 1


def test_a_link_opened_twice_at_once_confirms_once(someone: Someone) -> None:
    person = someone().sign_up()
    link = person.mailed("confirm-address")
    people = [Person(person.app) for _ in range(4)]
    tokens = [each.token(link) for each in people]
    answers = together(4, lambda n: people[n].raw("POST", link, data={"csrf_token": tokens[n]}))
    assert {a.status_code for a in answers} <= {200, 302}
    person.sign_in()


def test_two_accounts_move_to_one_address_at_once(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, wanted = [], "partagee-" + someone().email
    links, tokens = [], []
    for _ in range(2):
        people.append(person := someone().signed_in())
        person.post("/compte/adresse", 200, courriel=wanted)
        links.append(person.mailed("confirm-new-address", wanted))
        tokens.append(person.token(links[-1]))
        moment = clock.now() + timedelta(minutes=61)  # one mail an hour to an address
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
    assert links[0] != links[1]
    answers = together(2, lambda n: people[n].raw("POST", links[n], data={"csrf_token": tokens[n]}))
    assert {a.status_code for a in answers} <= {302, 410}
    assert accounts_with(people[0].app, wanted) == 1


def half_signed_in(person: Person, count: int) -> list[tuple[Person, str]]:
    """So many browsers that have given the password and wait at the code."""
    found = []
    for _ in range(count):
        each = Person(person.app, email=person.email)
        each.sign_in(to="/compte/code.*")
        found.append((each, each.token("/compte/code")))
    return found


def test_one_code_sent_many_times_at_once_opens_one_session(someone: Someone) -> None:
    person = someone().with_second_factor()
    waiting, code = half_signed_in(person, 4), person.code()
    together(4, lambda n: send_code(waiting[n], "/compte/code", code))
    assert sum(each.is_in() for each, _ in waiting) == 1


def test_one_recovery_code_sent_many_times_at_once_opens_one_session(someone: Someone) -> None:
    person = someone().with_second_factor()
    page = person.post("/compte/codes-de-secours", 200)
    shown = page.select_one(".codes code")
    assert shown is not None
    waiting = half_signed_in(person, 4)
    together(4, lambda n: send_code(waiting[n], "/compte/secours", shown.get_text()))
    assert sum(each.is_in() for each, _ in waiting) == 1


def send_code(waiting: tuple[Person, str], path: str, code: str) -> TestResponse:
    person, token = waiting
    return person.raw("POST", path, data={"csrf_token": token, "code": code})


ELSEWHERE = (
    "https://pirate.example/",
    "//pirate.example",
    "///pirate.example",
    "/\\pirate.example",
    "\\\\pirate.example",
    "https:pirate.example",
    "https:/pirate.example",
    "javascript:alert(1)",
    "/\t/pirate.example",
    "\x01//pirate.example",
    " //pirate.example",
    "http://localhost@pirate.example/",
    "/%2F/pirate.example",
    "data:text/html,x",
    "/compte/\r\nSet-Cookie: a=b",
)


def test_signing_in_leads_to_no_other_site(someone: Someone) -> None:
    owner = someone().with_account()
    for elsewhere in ELSEWHERE:
        for path in ("/compte/connexion", f"/compte/connexion?next={quote(elsewhere)}"):
            person = Person(owner.app, email=owner.email)
            fields = {"courriel": owner.email, "mot_de_passe": owner.password, "next": elsewhere}
            answer = person.send(path, form="/compte/connexion", **fields)
            assert answer.status_code == 302, elsewhere
            assert safe(answer.headers.get("Location", "/")), elsewhere


def safe(place: str) -> bool:
    """Whether a browser stays on this site: a path, with no second slash of any kind."""
    cleaned = "".join(c for c in place if c > " ").replace("\\", "/")
    there = urlsplit(urljoin("http://localhost/compte/connexion", cleaned))
    return (there.scheme, there.netloc) == ("http", "localhost") and "\n" not in place


PASSWORDS = (
    "   douze espaces   ",
    "🔑 clé 鍵 ñandú ключ",
    "zèbre cuivre lampadaire" + "x" * 50 + "fin",
    "fenouil trottoir balise " + "é" * 232,
    "avec\x00un nul au milieu",
    "مرحبا كلمة مرور طويلة",
)


def test_any_password_serves_whole(someone: Someone) -> None:
    for password in PASSWORDS:
        person = someone()
        person.password = password
        person.with_account().sign_in()
        assert person.is_in()
        other = Person(person.app, email=person.email)
        other.post("/compte/connexion", 422, courriel=person.email, mot_de_passe=password[:-1])
        assert not other.is_in()


def test_too_long_a_password_is_refused_with_a_sentence(someone: Someone) -> None:
    page = someone().post(
        "/compte/inscription", 422, courriel="a@exemple.example", mot_de_passe="x" * 257
    )
    assert "256" in page.text


ADDRESSES: dict[str, int] = {
    "prenom.nom+essai@exemple.example": 302,
    "o'brien@exemple.example": 302,
    "a@caf\u00e9.example": 302,
    "pr\u00e9nom@exemple.example": 422,
    "A" * 64 + "@exemple.example": 302,
    "A" * 65 + "@exemple.example": 422,
    "a@" + "x" * 250 + ".example": 422,
    "a@localhost": 422,
    "a@[127.0.0.1]": 422,
    "a b@exemple.example": 422,
    '"a b"@exemple.example': 422,
    "a@exemple.example\r\nBcc: b@exemple.example": 422,
    "a@exemple.example, b@exemple.example": 422,
    "Nom <a@exemple.example>": 422,
    "a\x00": 422,
    "a@exemple..example": 422,
    "\u202ea\u200b@exemple.example": 302,
}


def test_addresses_of_every_kind(someone: Someone) -> None:
    for typed, wanted in ADDRESSES.items():
        person = someone()
        answer = person.send("/compte/inscription", courriel=typed, mot_de_passe=PASSWORD)
        assert answer.status_code == wanted, typed
        if wanted == 422:
            page = person.checked(answer, 422, typed)
            said = page.select_one(".fr-error-text")
            assert said is not None
            assert "adresse" in said.text, typed


def test_a_name_is_kept_without_what_cannot_be_shown(someone: Someone) -> None:
    person = someone().signed_in()
    person.moves("/compte/profil", "/compte/", nom="Zo\x00é \x1b[31mEssai\u202e")
    user = person.user()
    assert user is not None
    assert user.name == "Zoé [31mEssai"


def headers_of(answer: TestResponse) -> dict[str, Any]:
    """What an answer says besides its text, without what is random in it."""
    kept = {name: value for name, value in answer.headers if name != "Set-Cookie"}
    for random in ("Content-Length", "X-Request-ID"):
        kept.pop(random, None)
    cookies = [c.split("=")[0] for c in answer.headers.getlist("Set-Cookie")]
    return {**kept, "cookies": sorted(cookies)}


def test_headers_and_cookies_tell_nobody_who_has_an_account(someone: Someone) -> None:
    known, waiting = someone().with_account(), someone().sign_up()
    for path, fields in (
        ("/compte/connexion", {"mot_de_passe": "un faux mot de passe"}),
        ("/compte/inscription", {"mot_de_passe": "un bon mot de passe"}),
        ("/compte/mot-de-passe-oublie", {}),
        ("/compte/confirmation", {}),
    ):
        found = []
        for email in (known.email, waiting.email, someone().email):
            visitor = someone()
            answer = visitor.send(path, courriel=email, **fields)
            follow = visitor.raw("GET", answer.location or path)
            shown = soup_of(follow.text).get_text(" ", strip=True)
            found.append((headers_of(answer), headers_of(follow), shown))
        assert found[0] == found[1] == found[2], path


def test_the_last_password_typed_at_sign_up_is_the_one_that_serves(someone: Someone) -> None:
    """Who signs up twice before confirming has forgotten the first one; a stranger's is gone too."""
    person = someone().sign_up()
    person.password = "un second mot de passe"
    person.with_account().sign_in()
    assert person.is_in()


@pytest.mark.parametrize("path", ["/compte/connexion", "/compte/", "/compte/profil", "/gestion/"])
def test_nothing_personal_is_kept_by_a_cache(someone: Someone, path: str) -> None:
    person = someone().signed_in()
    assert person.raw("GET", path).headers["Cache-Control"] == "no-store"
