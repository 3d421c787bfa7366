"""Accounts made before November 2026, by the library that kept them then, still open."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import update

from communaute.domain.accounts import passwords, second_factor
from communaute.extensions import db
from communaute.models import User
from tests.accounts.people import Person


Someone = Callable[[], Person]
# A row as Flask-Security 5.9.2 made it under the key `test`: argon2id of the NFKD form, passlib's
# wallet around the authenticator's secret, Fernet around two recovery codes.
PASSWORD = "quatre mots faciles à retenir"
HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$nDOGMIYQwthbq5US4tz7Pw"
    "$8LO3LSuJOVyRJUNlWlfKWd/hwzODXRevdxjxXRudluU"
)
SEALED = (
    '{"enckey":{"c":14,"k":"HWYX45THZCLJIAOZJJT2DTXT2TKROTHP","s":"Q6YLN5T6Z64ROIWEXB3Q",'
    '"t":"1","v":1},"type":"totp","v":1}'
)
KEY = "4DONX677T4ZWMDCBNBGQSYKMNEGQDYB4"
CODES = {
    "ab12-cd34-ef56": "gAAAAABrC0EdtfSdX_5ElggY8tKZcWDxVbsKVEvCKEphlRtMiEYUZCoQJupKhOSFUpRkJZY-"
    "XQsfjZN5AZBynTmS5W023MwdLA==",
    "0011-2233-4455": "gAAAAABrC0EdukS0ntvw623As_xWv-qX8FxbhV_seFSvsm6Th90YHvAXXHkK_yM_MTLVRD-"
    "bdWMhap1UWZ_fMneRE5tJ2c7fSg==",
}


@pytest.fixture
def old_timer(someone: Someone, accounts_app: Flask) -> Person:
    """Somebody whose row is of before."""
    person = someone().with_account()
    person.password, person.key = PASSWORD, KEY
    row = {"password": HASH, "totp_secret": SEALED, "tf_primary_method": "authenticator"}
    with accounts_app.app_context():
        own = update(User).where(User.email == person.email)
        db.session.execute(own.values(**row, recovery_codes=list(CODES.values())))
        db.session.commit()
    return person


def row_of(person: Person) -> User:
    user = person.user()
    assert user is not None
    return user


def test_the_password_and_the_authenticator_of_before_open_the_account(old_timer: Person) -> None:
    old_timer.sign_in(to="/compte/code")
    wrong = old_timer.post("/compte/code", 422, code="000000")
    assert "Ce code ne convient pas" in wrong.text
    old_timer.moves("/compte/code", "/compte/", code=old_timer.code())
    assert old_timer.is_in()


def test_what_is_kept_is_written_again_in_today_s_form(old_timer: Person) -> None:
    old_timer.sign_in(to="/compte/code")
    old_timer.moves("/compte/code", "/compte/", code=old_timer.code())
    user = row_of(old_timer)
    assert user.password
    assert user.password != HASH
    assert not passwords.hasher.check_needs_rehash(user.password)
    assert user.totp_secret
    assert not user.totp_secret.startswith("{")
    assert second_factor.unseal("test", user.totp_secret) == KEY
    again = Person(old_timer.app, email=old_timer.email, password=PASSWORD, key=KEY)
    again.last_counter = old_timer.last_counter
    again.sign_in(to="/compte/code")
    again.moves("/compte/code", "/compte/", code=again.code())


def test_the_recovery_codes_of_before_serve_once(old_timer: Person) -> None:
    for code in CODES:
        old_timer.sign_in(to="/compte/code")
        old_timer.moves("/compte/secours", "/compte/", code=code)
        old_timer.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    old_timer.sign_in(to="/compte/code")
    old_timer.post("/compte/secours", 422, code="ab12-cd34-ef56")
    assert not row_of(old_timer).recovery_codes


@pytest.mark.parametrize("typed", ["àb12-cd34-ef56", "\x00", "١٢٣٤", "🔑"])
def test_what_is_no_code_is_refused_with_a_sentence(old_timer: Person, typed: str) -> None:
    old_timer.sign_in(to="/compte/code")
    for path in ("/compte/secours", "/compte/code"):
        old_timer.post(path, 422, code=typed)


def test_a_hash_of_other_parameters_is_made_again_at_sign_in(old_timer: Person) -> None:
    other = PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    with old_timer.app.app_context():
        own = update(User).where(User.email == old_timer.email)
        db.session.execute(own.values(password=other.hash(passwords.normal(PASSWORD))))
        db.session.commit()
    wrong = {"courriel": old_timer.email, "mot_de_passe": "un autre mot de passe"}
    old_timer.post("/compte/connexion", 422, **wrong)
    assert passwords.hasher.check_needs_rehash(row_of(old_timer).password or "")
    old_timer.sign_in(to="/compte/code")
    assert not passwords.hasher.check_needs_rehash(row_of(old_timer).password or "")


def test_what_another_key_has_sealed_opens_nothing() -> None:
    with pytest.raises(second_factor.Unreadable):
        second_factor.unseal("another", second_factor.seal("test", "secret"))
