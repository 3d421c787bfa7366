"""What people do with an account, page by page."""

from collections.abc import Callable

import pytest
from flask import Flask

from communaute.models import Role
from tests.accounts.people import Person


Someone = Callable[[], Person]


def test_a_newcomer_opens_an_account_and_signs_in(someone: Someone) -> None:
    person = someone().sign_up()
    person.get("/compte/inscription/suite")
    page = person.post(
        "/compte/connexion", 422, courriel=person.email, mot_de_passe=person.password
    )
    assert "Confirmez d’abord" in page.text
    link = person.mailed("confirm-address")
    assert "Confirmer mon adresse" in person.get(link).text
    person.moves(link, "/compte/connexion")
    assert "C’est déjà fait" in person.get(link).text
    person.sign_in()
    assert person.email in person.get("/compte/").text
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    assert not person.is_in()


def test_one_signs_out_from_every_page_of_one_s_space(someone: Someone) -> None:
    person = someone().signed_in()
    paths = (
        "",
        "profil",
        "adresse",
        "contact",
        "mot-de-passe",
        "second-facteur",
        "cles",
        "appareils",
    )
    for path in (*paths, "effacer", "notifications", "verifier"):
        page = person.get(f"/compte/{path}")
        assert len(page.select("form[action='/compte/deconnexion'] button")) == 1, path
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/profil")
    assert not person.is_in()


def test_a_scanner_that_follows_every_link_changes_nothing(someone: Someone) -> None:
    person, robot = someone().sign_up(), someone()
    link = person.mailed("confirm-address")
    for method in ("GET", "HEAD", "GET", "OPTIONS"):
        robot.raw(method, link)
    user = person.user()
    assert user is not None
    assert user.confirmed_at is None
    person.moves(link, "/compte/connexion")
    person.sign_in()
    new_address = "nouvelle-" + person.email
    person.post("/compte/adresse", 200, courriel=new_address)
    moving = person.mailed("confirm-new-address", new_address)
    robot.raw("GET", moving)
    robot.raw("HEAD", moving)
    assert person.user() is not None, "the address has not changed"
    person.moves(moving, "/compte/.*")
    assert person.mails()[-1] == "address-changed", "the old address is told"
    person.email = new_address
    assert person.user() is not None
    assert "C’est déjà fait" in person.get(moving).text


def test_every_password_page_says_what_is_wrong(someone: Someone) -> None:
    person = someone()
    page = person.post("/compte/inscription", 422, courriel="pas une adresse", mot_de_passe="court")
    assert "Cette adresse n’est pas complète" in page.text
    assert "au moins 12 caractères" in page.text
    field = page.select_one("#email, #courriel")
    assert field is not None
    assert field["value"] == "pas une adresse"
    page = person.post("/compte/inscription", 422)
    assert "Saisissez votre adresse" in page.text
    assert "Saisissez votre mot de passe" in page.text
    person.post("/compte/connexion", 422)


def test_a_forgotten_password_is_replaced_and_the_link_serves_once(someone: Someone) -> None:
    person = someone().signed_in()
    elsewhere = Person(person.app, email=person.email)
    elsewhere.post("/compte/mot-de-passe-oublie", 200, courriel=person.email)
    link = elsewhere.mailed("reset-password")
    elsewhere.get(link)
    assert person.is_in(), "opening the page changes nothing"
    assert "12 caractères" in elsewhere.post(link, 422, mot_de_passe="court").text
    elsewhere.password = "un tout autre mot de passe"
    elsewhere.moves(link, "/compte/connexion", mot_de_passe=elsewhere.password)
    assert not person.is_in(), "other devices are signed out"
    assert "déjà servi" in elsewhere.get(link, 410).text
    elsewhere.sign_in()
    assert elsewhere.mails()[-1] == "password-changed"


def test_a_password_is_changed_and_other_devices_are_signed_out(someone: Someone) -> None:
    person = someone().signed_in()
    other = Person(person.app, email=person.email)
    other.sign_in()
    page = person.post(
        "/compte/mot-de-passe", 422, mot_de_passe="faux", nouveau_mot_de_passe="encore un autre mot"
    )
    assert "ne convient pas" in page.text
    person.moves(
        "/compte/mot-de-passe",
        "/compte/",
        mot_de_passe=person.password,
        nouveau_mot_de_passe="encore un autre mot",
    )
    assert person.is_in()
    assert not other.is_in()


def test_signing_out_everywhere_closes_every_session(someone: Someone) -> None:
    person = someone().signed_in()
    other = Person(person.app, email=person.email)
    other.sign_in()
    person.moves("/compte/deconnexion-partout", "/compte/connexion", form="/compte/")
    assert not person.is_in()
    assert not other.is_in()


@pytest.mark.parametrize("way", ["deconnexion", "deconnexion-partout"])
def test_the_browser_forgets_the_pages_it_showed(someone: Someone, way: str) -> None:
    person = someone().signed_in()
    left = person.raw("POST", f"/compte/{way}", data={"csrf_token": person.token("/compte/")})
    assert left.headers["Clear-Site-Data"] == '"cache"'


def test_the_operator_closes_somebody_s_sessions_or_all(someone: Someone) -> None:
    person, other = someone().signed_in(), someone().signed_in()
    run = person.app.test_cli_runner().invoke
    assert run(args=["accounts", "sign-out"]).exit_code == 2
    assert run(args=["accounts", "sign-out", "personne@exemple.example"]).exit_code == 2
    assert run(args=["accounts", "sign-out", person.email]).exit_code == 0
    assert not person.is_in()
    assert other.is_in()
    assert run(args=["accounts", "sign-out", "--everybody"]).exit_code == 0
    assert not other.is_in()


def test_a_stolen_cookie_opens_nothing_after_signing_out(
    someone: Someone, accounts_app: Flask
) -> None:
    person = someone().signed_in()
    cookie = person.client.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    thief = Person(accounts_app)
    thief.client.set_cookie("session", cookie.value)
    assert thief.is_in()
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    thief.client.set_cookie("session", cookie.value)
    assert not thief.is_in()


def test_the_session_changes_on_sign_in_and_on_a_new_role(someone: Someone) -> None:
    person = someone().with_account()
    before = person.token()
    person.sign_in()
    assert person.token("/compte/") != before
    person.granted(Role.EDITOR)
    assert not person.is_in()


def test_the_name_and_the_contact_address(someone: Someone) -> None:
    person = someone().signed_in()
    person.moves("/compte/profil", "/compte/", nom="Camille Essai")
    assert "Camille Essai" in person.get("/compte/").text
    contact = "contact-" + person.email
    person.moves("/compte/contact", "/compte/", courriel=contact)
    link = person.mailed("confirm-contact", contact)
    visitor = someone()
    visitor.get(link)
    user = person.user()
    assert user is not None
    assert user.contact_address == person.email
    visitor.post(link, 200)
    assert "C’est fait" in visitor.get(link).text
    user = person.user()
    assert user is not None
    assert (user.email, user.contact_address) == (person.email, contact)
    person.moves("/compte/contact/oublier", "/compte/", form="/compte/contact")


def test_my_data_and_the_end_of_my_account(someone: Someone) -> None:
    person = someone().signed_in()
    data = person.raw("GET", "/compte/mes-donnees.json")
    assert data.json is not None
    assert data.json["compte"]["adresse_de_connexion"] == person.email
    assert "confirm" in str(data.json["courriels"]).lower()
    assert "password" not in data.text
    assert "Ce qui reste" in person.get("/compte/effacer").text
    assert "Cochez la case" in person.post("/compte/effacer", 422).text
    assert "effacé" in person.post("/compte/effacer", 200, certain="y").text
    assert person.user() is None
    assert not person.is_in()
    assert person.mails()[-1] == "account-erased"
