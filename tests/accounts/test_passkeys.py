"""Passkeys: made, asked for, never forged, replayed or lent."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from communaute import create_app
from communaute.blueprints.accounts import presence
from communaute.domain import clock
from communaute.extensions import db
from communaute.models import Role
from tests.accounts.passkey_maker import SoftwareKey
from tests.accounts.people import Person
from tests.conftest import settings_for


Someone = Callable[[], Person]
ALONE = "/compte/connexion/cle"


def options_of(page: BeautifulSoup) -> dict[str, Any]:
    """What the page asks the browser for."""
    form = page.select_one("form[data-passkey]")
    assert form is not None
    found: dict[str, Any] = json.loads(str(form["data-options"]))
    return found


def send(person: Person, page: BeautifulSoup, path: str, answer: str, status: int = 302) -> str:
    """Send a browser's answer from the page that asked for it; where it leads."""
    token = page.select_one("form[data-passkey] input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), "reponse": answer}
    response = person.raw("POST", path, data=data)
    if status == 302:
        assert response.status_code == 302, response.text[-3000:]
    else:
        person.checked(response, status, path)
    return response.location or ""


def add(person: Person, key: SoftwareKey, name: str = "Téléphone", *, alone: bool = False) -> None:
    """Add a passkey to an account that is signed in."""
    fields = {"nom": name} | ({"seule": "y"} if alone else {})
    page = person.post("/compte/cles", 200, **fields)
    send(person, page, "/compte/cles/ajouter", key.made(options_of(page)))


def out(person: Person) -> None:
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")


def at_the_code(person: Person) -> BeautifulSoup:
    """With the password given, before the page that asks for the second factor."""
    person.sign_in(to="/compte/code")
    return person.get("/compte/code")


def begun(person: Person) -> BeautifulSoup:
    """Before the page that asks for a passkey alone."""
    return person.post(ALONE, 200, form="/compte/connexion")


def test_a_passkey_is_the_second_factor(someone: Someone) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key)
    assert "second-factor-changed" in person.mails()
    assert "Téléphone" in person.get("/compte/cles").text
    out(person)
    page = at_the_code(person)
    assert not person.is_in()
    assert "six chiffres" not in page.text, "who has no application is asked for no code"
    assert send(person, page, "/compte/code/cle", key.signed(options_of(page))) == "/compte/"
    assert person.is_in()


def test_a_passkey_alone_opens_the_account_of_who_wants(someone: Someone) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    out(person)
    page = begun(person)
    assert send(person, page, ALONE, key.signed(options_of(page))) == "/compte/"
    assert person.is_in()
    person.get("/compte/effacer")


def test_a_passkey_that_is_a_second_factor_only_opens_nothing_alone(someone: Someone) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key)
    out(person)
    page = begun(person)
    send(person, page, ALONE, key.signed(options_of(page)), 422)
    assert not person.is_in()


def test_alone_it_must_have_asked_for_a_pin_or_a_finger(someone: Someone) -> None:
    person, lazy = someone().signed_in(), SoftwareKey(verifies=False)
    page = person.post("/compte/cles", 200, nom="Clé", seule="y")
    send(person, page, "/compte/cles/ajouter", lazy.made(options_of(page)), 422)
    key = SoftwareKey()
    add(person, key, alone=True)
    out(person)
    key.flags = lazy.flags
    page = begun(person)
    send(person, page, ALONE, key.signed(options_of(page)), 422)
    assert not person.is_in()


def test_what_a_passkey_signed_serves_once(someone: Someone) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    out(person)
    page = begun(person)
    answer = key.signed(options_of(page))
    send(person, page, ALONE, answer)
    out(person)
    page = begun(person)
    send(person, page, ALONE, answer, 422)
    thief = Person(person.app)
    send(thief, begun(thief), ALONE, answer, 422)
    assert not thief.is_in()


def test_a_copied_passkey_is_found_by_its_count(someone: Someone) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    out(person)
    for _ in range(2):
        page = begun(person)
        send(person, page, ALONE, key.signed(options_of(page)))
        out(person)
    key.uses = 0
    page = begun(person)
    send(person, page, ALONE, key.signed(options_of(page)), 422)
    assert not person.is_in()


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost.pirate.example"},
        {"origin": "https://localhost"},
        {"host": "pirate.example"},
    ],
)
def test_an_answer_given_to_another_site_opens_nothing(
    someone: Someone, lie: dict[str, str]
) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    out(person)
    page = begun(person)
    send(person, page, ALONE, key.signed(options_of(page), **lie), 422)
    assert not person.is_in()


def test_a_passkey_of_mine_is_no_second_factor_of_yours(someone: Someone) -> None:
    victim, thief = someone().signed_in(), someone().signed_in()
    key, other = SoftwareKey(), SoftwareKey()
    add(victim, key)
    add(thief, other, alone=True)
    attacker = Person(victim.app, email=victim.email)
    page = at_the_code(attacker)
    send(attacker, page, "/compte/code/cle", other.signed(options_of(page)), 422)
    assert not attacker.is_in()


def test_a_passkey_known_already_is_added_to_no_other_account(someone: Someone) -> None:
    owner, thief, key = someone().signed_in(), someone().signed_in(), SoftwareKey()
    add(owner, key)
    page = thief.post("/compte/cles", 200, nom="La sienne")
    send(thief, page, "/compte/cles/ajouter", key.made(options_of(page)), 422)


@pytest.mark.parametrize(
    "answer",
    [
        *("", "{", "[]", "null", '{"id": 3}', "x" * 30_000, '{"id": "a"}'),
        *("[" * 19_000, '{"id": ' * 2_000, r'{"id": "\u0000"}', r'{"id": "\ud800"}', "{\x00}"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(someone: Someone, answer: str) -> None:
    person = someone().signed_in()
    page = person.post("/compte/cles", 200, nom="Clé")
    send(person, page, "/compte/cles/ajouter", answer, 422)
    out(person)
    page = begun(person)
    token = page.select_one("form[data-passkey] input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), "reponse": answer}
    assert person.raw("POST", ALONE, data=data).status_code == (422 if answer else 200)
    assert not person.is_in()


@pytest.mark.parametrize("public", [[1], {1: 2}, {1: 2, 3: -7}, {1: [], 3: {}}, {3: -257, 1: 3}])
def test_a_public_key_that_is_none_is_refused_with_a_sentence(
    someone: Someone, public: object
) -> None:
    person, forged = someone().signed_in(), SoftwareKey()
    forged.public = public
    page = person.post("/compte/cles", 200, nom="Clé")
    send(person, page, "/compte/cles/ajouter", forged.made(options_of(page)), 422)


@pytest.mark.parametrize("form", ["packed", "tpm", "apple", "fido-u2f", "android-key", "x", 3])
@pytest.mark.parametrize("statement", [{}, {"alg": "x", "sig": 1, "x5c": [b"x"]}, []])
def test_an_attestation_that_cannot_be_read_is_refused_with_a_sentence(
    someone: Someone, form: object, statement: object
) -> None:
    person, forged = someone().signed_in(), SoftwareKey()
    forged.attestation = {"fmt": form, "attStmt": statement}
    page = person.post("/compte/cles", 200, nom="Clé")
    send(person, page, "/compte/cles/ajouter", forged.made(options_of(page)), 422)


def test_a_passkey_whose_name_no_authenticator_would_give_is_refused(someone: Someone) -> None:
    """WebAuthn level 3, 4: a credential's identifier has 1023 bytes at most."""
    person, forged = someone().signed_in(), SoftwareKey()
    forged.id = bytes(1024)
    page = person.post("/compte/cles", 200, nom="Clé")
    send(person, page, "/compte/cles/ajouter", forged.made(options_of(page)), 422)


def test_a_challenge_ends(someone: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    out(person)
    page = begun(person)
    answer, later = key.signed(options_of(page)), clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    person.raw("POST", ALONE, data={"csrf_token": person.token(), "reponse": answer})
    assert not person.is_in()


def test_several_are_named_and_removed_one_by_one(someone: Someone) -> None:
    person, keys = someone().signed_in(), [SoftwareKey(), SoftwareKey()]
    for key, name in zip(keys, ("Téléphone", "Clé du bureau"), strict=True):
        add(person, key, name)
    page = person.get("/compte/cles")
    doors = [str(form["action"]) for form in page.select("li form")]
    assert len(doors) == 2
    stranger = someone().signed_in()
    stranger.send(doors[0], "/compte/profil")
    assert "Téléphone" in person.get("/compte/cles").text
    person.moves(doors[0], "/compte/cles", form="/compte/cles")
    page = person.get("/compte/cles")
    assert "Téléphone" not in " ".join(one.text for one in page.select("ul.rows"))
    out(person)
    page = at_the_code(person)
    send(person, page, "/compte/code/cle", keys[0].signed(options_of(page)), 422)
    assert not person.is_in()
    send(person, page, "/compte/code/cle", keys[1].signed(options_of(page)))
    assert person.is_in()


def test_who_has_a_role_keeps_one_factor(someone: Someone) -> None:
    person, key = someone().with_account().granted(Role.EDITOR), SoftwareKey()
    person.sign_in(to="/compte/second-facteur")
    page = person.post("/compte/cles", 200, nom="Clé du bureau")
    to = send(person, page, "/compte/cles/ajouter", key.made(options_of(page)))
    assert to == "/compte/codes-de-secours"
    assert person.is_in(), "a passkey may be the first factor of a role"
    person.get("/gestion/")
    door = str(person.get("/compte/cles").select("li form")[0]["action"])
    person.moves(door, "/compte/cles", form="/compte/cles")
    assert "Votre rôle demande" in person.get("/compte/cles").text
    user = person.user()
    assert user is not None
    assert len(user.passkeys) == 1


def test_passkeys_cannot_be_guessed(someone: Someone) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key)
    thief, forged = Person(person.app, email=person.email), SoftwareKey()
    forged.id = key.id
    page = at_the_code(thief)
    for _ in range(5):
        send(thief, page, "/compte/code/cle", forged.signed(options_of(page)), 422)
    send(thief, page, "/compte/code/cle", key.signed(options_of(page)), 429)
    assert not thief.is_in()


def test_a_passkey_alone_is_given_again_before_what_matters(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert person.raw("GET", "/compte/effacer").status_code == 302
    assert "Utiliser une clé d’accès" in person.get("/compte/verifier").text
    page = person.post(ALONE, 200, form="/compte/verifier")
    send(person, page, ALONE, key.signed(options_of(page)))
    person.get("/compte/effacer")


def test_a_public_site_is_known_to_passkeys_by_its_public_address(tmp_path: Path) -> None:
    """Behind a proxy that ends TLS and rewrites the host, the browser still sees that address."""
    app = create_app(settings_for(tmp_path, base_url="https://communaute.example"), TESTING=True)
    with app.app_context():
        db.create_all()
    visitor = Person(app)
    assert options_of(begun(visitor))["rpId"] == "communaute.example"
    with app.test_request_context():
        assert presence.place().origin == "https://communaute.example"
