"""Two requests for one account, the second in the midst of the first: an owner and a thief, or two tabs."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from communaute.extensions import db
from communaute.models import Role
from tests.accounts.passkey_maker import SoftwareKey
from tests.accounts.people import Person
from tests.accounts.test_borrowed_addresses import later
from tests.accounts.test_passkeys import add, begun, options_of


Someone = Callable[[], Person]
Act = Callable[[], TestResponse]
NEW = "un tout autre mot de passe"


@contextmanager
def in_the_midst(app: Flask, statement: str, act: Act) -> Iterator[list[Future[TestResponse]]]:
    """`act` happens whole before somebody executes a statement, unless a lock keeps it until after."""
    with ThreadPoolExecutor(1) as pool, app.app_context():
        happened: list[Future[TestResponse]] = []

        def meet(_connection: Any, _cursor: Any, said: str, *_rest: Any) -> None:
            if said.startswith(statement) and not happened:
                happened.append(pool.submit(act))
                wait(happened, timeout=1)

        engine = db.engine
        event.listen(engine, "before_cursor_execute", meet)
        try:
            yield happened
        finally:
            event.remove(engine, "before_cursor_execute", meet)


def both(app: Flask, statement: str, first: Act, second: Act) -> list[TestResponse]:
    """What each is answered: no error of ours, whoever comes first."""
    with in_the_midst(app, statement, second) as happened:
        answers = [first()]
    assert happened, f"{statement}: never said"
    answers.append(happened[0].result())
    assert all(answer.status_code < 500 for answer in answers), answers
    return answers


def about_to_set_up(person: Person, means: str) -> Act:
    """The last form of a set-up, ready to be sent."""
    person.sign_in(to="/compte/second-facteur")
    if means == "passkey":
        page = person.post("/compte/cles", 200, nom="Clé")
        path, answer = "/compte/cles/ajouter", {"reponse": SoftwareKey().made(options_of(page))}
    else:
        page = person.post("/compte/second-facteur", 200, setup="authenticator")
        shown = page.select_one("code.key")
        assert shown is not None
        person.key = shown.get_text()
        path, answer = "/compte/second-facteur/code", {"code": person.code()}
    token = page.select_one("main input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), **answer}
    return lambda: person.raw("POST", path, data=data)


@pytest.mark.parametrize(
    "statement", ["UPDATE account_step SET done_at", "UPDATE account_step SET ends_at"]
)
@pytest.mark.parametrize("thief_s", ["passkey", "authenticator"])
@pytest.mark.parametrize("owner_s", ["passkey", "authenticator"])
def test_of_an_owner_and_a_thief_who_set_up_a_first_factor_one_is_in(
    someone: Someone, owner_s: str, thief_s: str, statement: str
) -> None:
    """Both have the password, and the role has just been given: whoever comes first is the account's."""
    owner = someone().with_account().granted(Role.EDITOR)
    thief = Person(owner.app, email=owner.email)
    both(owner.app, statement, about_to_set_up(owner, owner_s), about_to_set_up(thief, thief_s))
    assert [owner.is_in(), thief.is_in()].count(True) == 1
    user = owner.user()
    assert user is not None
    assert len(user.passkeys) + bool(user.totp_secret) == 1


@pytest.mark.parametrize("first", ["passkey", "authenticator"])
def test_who_has_a_role_and_removes_both_factors_at_once_keeps_one(
    someone: Someone, first: str
) -> None:
    person = someone().with_account().granted(Role.EDITOR)
    person.sign_in(to="/compte/second-facteur")
    person.set_up_factor()
    key = SoftwareKey()
    add(person, key)
    other = Person(person.app, email=person.email)
    other.sign_in(to="/compte/code")
    other.moves("/compte/code", "/compte/", code=person.code())
    door = str(person.get("/compte/cles").select("li form")[0]["action"])
    tokens = [each.token("/compte/profil") for each in (person, other)]

    def removes_passkey() -> TestResponse:
        return person.raw("POST", door, data={"csrf_token": tokens[0]})

    def removes_authenticator() -> TestResponse:
        data = {"csrf_token": tokens[1], "setup": "disable"}
        return other.raw("POST", "/compte/second-facteur", data=data)

    if first == "passkey":
        both(person.app, "DELETE FROM passkey", removes_passkey, removes_authenticator)
    else:
        both(person.app, "UPDATE user_account SET", removes_authenticator, removes_passkey)
    user = person.user()
    assert user is not None
    assert user.has_second_factor


def about_to_reset(owner: Person) -> Act:
    """The form of a reset, ready to be sent from another browser."""
    other = Person(owner.app, email=owner.email)
    other.post("/compte/mot-de-passe-oublie", 200, courriel=owner.email)
    link = other.mailed("reset-password")
    data = {"csrf_token": other.token(link), "mot_de_passe": NEW}
    return lambda: other.raw("POST", link, data=data)


def test_a_sign_in_under_way_while_the_password_changes_opens_nothing(someone: Someone) -> None:
    owner = someone().with_account()
    thief = Person(owner.app, email=owner.email)
    data = {"csrf_token": thief.token(), "courriel": owner.email, "mot_de_passe": owner.password}
    both(
        owner.app,
        "UPDATE user_account SET last_seen_at",
        lambda: thief.raw("POST", "/compte/connexion", data=data),
        about_to_reset(owner),
    )
    assert not thief.is_in()
    owner.password = NEW
    owner.sign_in()


def test_a_code_under_way_while_the_password_changes_opens_nothing(someone: Someone) -> None:
    """The thief looks over the owner's shoulder at their telephone."""
    owner = someone().with_second_factor()
    thief = Person(owner.app, email=owner.email)
    thief.sign_in(to="/compte/code")
    data = {"csrf_token": thief.token("/compte/code"), "code": owner.code()}
    both(
        owner.app,
        "SELECT user_account.id",
        lambda: thief.raw("POST", "/compte/code", data=data),
        about_to_reset(owner),
    )
    assert not thief.is_in()


def test_a_role_given_while_somebody_signs_in_is_not_opened_by_the_password_alone(
    someone: Someone,
) -> None:
    person = someone().with_account()
    data = {"csrf_token": person.token(), "courriel": person.email, "mot_de_passe": person.password}

    def granted() -> TestResponse:
        person.granted(Role.EDITOR)
        return TestResponse([], "200", {}, None)  # type: ignore[arg-type]

    both(
        person.app,
        "UPDATE user_account SET last_seen_at",
        lambda: person.raw("POST", "/compte/connexion", data=data),
        granted,
    )
    assert not person.is_in()


def test_what_a_passkey_signed_once_opens_one_session(someone: Someone) -> None:
    """Many passkeys count no uses: the challenge alone tells that the answer has served."""
    person, key = someone().signed_in(), SoftwareKey()
    add(person, key, alone=True)
    page = begun(someone_else := Person(person.app))
    key.uses = -1
    answer = key.signed(options_of(page))
    copy = Person(person.app)
    cookie = someone_else.client.get_cookie("session")
    assert cookie is not None
    copy.client.set_cookie("session", cookie.value)
    token = page.select_one("form[data-passkey] input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), "reponse": answer}
    both(
        person.app,
        "INSERT INTO sign_in",
        *(
            lambda each=each: each.raw("POST", "/compte/connexion/cle", data=data)
            for each in (someone_else, copy)
        ),
    )
    assert [someone_else.is_in(), copy.is_in()].count(True) == 1


def test_two_links_of_a_forgotten_password_used_at_once_choose_one(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner and whoever reads their mailbox, an hour apart: one chooses, the other is told."""
    owner = someone().with_account()
    first = about_to_reset(owner)
    later(monkeypatch, timedelta(minutes=61))
    second = about_to_reset(owner)
    answers = both(owner.app, "UPDATE user_account SET password", first, second)
    said = {answer.location for answer in answers}
    assert "/compte/connexion" in said
    assert len(said) == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE account_step SET done_at", "UPDATE user_account SET"]
)
def test_a_contact_confirmed_while_the_password_changes_is_no_error(
    someone: Someone, statement: str
) -> None:
    owner, mailbox = someone().signed_in(), someone().email
    owner.send("/compte/contact", courriel=mailbox)
    link = owner.mailed("confirm-contact", mailbox)
    data = {"csrf_token": owner.token(link)}
    confirms = lambda: owner.raw("POST", link, data=data)  # noqa: E731
    both(owner.app, statement, confirms, about_to_reset(owner))


def test_an_account_erased_twice_at_once_is_told_once(someone: Someone) -> None:
    person = someone().signed_in()
    other = Person(person.app, email=person.email)
    other.sign_in()
    tokens = [each.token("/compte/profil") for each in (person, other)]
    both(
        person.app,
        "DELETE FROM user_account",
        *(
            lambda each=each, token=token: each.raw(
                "POST", "/compte/effacer", data={"csrf_token": token, "certain": "y"}
            )
            for each, token in zip((person, other), tokens, strict=True)
        ),
    )
    assert person.user() is None
    assert person.mails().count("account-erased") == 1
