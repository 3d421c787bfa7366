"""A scanner that opens every link of every mail changes nothing, and the reader's click works."""

import pytest
from flask import Flask
from sqlalchemy import update

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import Role, User
from tests.accounts.people import Person
from tests.mailing import robot
from tests.mailing.test_messages import templates_of


def every_mail_of_accounts(app: Flask) -> None:
    """What people do, so that each mail of accounts is asked for; none of them is opened."""
    Person(app).sign_up()
    person = Person(app).with_second_factor().granted(Role.EDITOR)
    Person(app, email=person.email).sign_up()
    person.sign_in(to="/compte/code.*")
    person.moves("/compte/code", "/compte/", code=person.code())
    thief = Person(app, email=person.email)
    thief.sign_in(to="/compte/code")
    for _ in range(5):
        thief.post("/compte/code", 422, code="000000")
    person.post("/compte/mot-de-passe-oublie", 200, form="/compte/profil", courriel=person.email)
    other = Person(app).signed_in()
    moved = "nouvelle-" + other.email
    other.post("/compte/adresse", 200, courriel=moved)
    other.moves(other.mailed("confirm-new-address", moved), "/compte/.*")
    other.moves("/compte/contact", "/compte/", courriel="contact-" + other.email)
    new = "encore un autre mot de passe"
    other.moves(
        "/compte/mot-de-passe", "/compte/", mot_de_passe=other.password, nouveau_mot_de_passe=new
    )
    other.post("/compte/adresse", 200, courriel="autre-" + other.email)
    leaving = Person(app).signed_in()
    leaving.post("/compte/effacer", 200, certain="y")
    someone = Person(app)
    someone.with_account().post("/compte/mot-de-passe-oublie", 200, courriel=someone.email)


def test_every_mail_of_accounts_withstands_a_scanner(accounts_app: Flask) -> None:
    every_mail_of_accounts(accounts_app)
    links = robot.scan(accounts_app, again=True)
    assert {link.template for link in links} == templates_of("accounts")


def test_the_scanner_sees_a_link_that_acts(
    accounts_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check can fail: a page that confirms on GET is caught."""
    Person(accounts_app).sign_up()

    def acts(token: str) -> str:
        db.session.execute(update(User).values(confirmed_at=clock.now()))
        db.session.commit()
        return token

    monkeypatch.setitem(accounts_app.view_functions, "accounts.confirm", acts)
    with pytest.raises(AssertionError, match="a visit changed something"):
        robot.scan(accounts_app, again=True)
