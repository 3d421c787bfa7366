"""A thief has the password and tries codes from everywhere: hardly any serve, and the owner still enters."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from communaute.blueprints.accounts import devices
from communaute.domain import clock
from communaute.domain.accounts import lockout
from communaute.domain.accounts.lockout import Attempt, What
from communaute.extensions import db
from communaute.models import Role
from tests.accounts.passkey_maker import SoftwareKey
from tests.accounts.people import Person
from tests.accounts.test_attacks import half_signed_in, send_code, together
from tests.accounts.test_borrowed_addresses import later
from tests.accounts.test_passkeys import add, at_the_code, options_of, send


Someone = Callable[[], Person]
MOST = lockout.STRANGERS[What.CODE].failures


def out(person: Person) -> Person:
    person.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    return person


def thief_of(owner: Person) -> Person:
    """Who knows the password, on a network of their own, in a browser of their own."""
    thief = Person(owner.app, email=owner.email)
    thief.sign_in(to="/compte/code")
    return thief


def tries(thief: Person, times: int, path: str = "/compte/code", code: str = "000000") -> None:
    """So many wrong codes, from the page that is open."""
    token = thief.token(path)
    for _ in range(times):
        assert send_code((thief, token), path, code).status_code == 422


def failed(owner: Person, what: What, times: int) -> None:
    """So many failures, each from a network of its own."""
    with owner.app.app_context():
        secret = str(owner.app.secret_key)
        for number in range(times):
            one = Attempt.of(secret, what, owner.email, device="", network=f"n{number}")
            lockout.note_failure(db.session(), one, clock.now())
        db.session.commit()


def test_many_networks_together_try_few_codes_in_a_day(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = out(someone().with_second_factor())
    for _ in range(MOST // 4):
        tries(thief_of(owner), 4)
    for hours in (0, 1, 22):
        later(monkeypatch, timedelta(hours=hours))
        thief = thief_of(owner)
        answer = thief.send("/compte/code", code=owner.code())
        assert answer.status_code == 429
        assert "code de secours" in thief.checked(answer, 429, "/compte/code").text
        assert 0 < int(answer.headers["Retry-After"]) <= 86_401
        assert not thief.is_in()
    later(monkeypatch, timedelta(hours=2))
    newcomer = thief_of(owner)
    newcomer.moves("/compte/code", "/compte/", code=owner.code())


def test_one_browser_that_changes_networks_is_no_known_device(someone: Someone) -> None:
    """The right password alone makes no device known: the second factor has to be given too."""
    owner = out(someone().with_second_factor())
    thief = thief_of(owner)
    for _ in range(MOST // 4):
        thief.network = someone().network
        tries(thief, 4)
    thief.network = someone().network
    assert thief.send("/compte/code", code=owner.code()).status_code == 429


def test_the_owner_enters_from_a_device_that_has_entered_before(someone: Someone) -> None:
    owner = out(someone().with_second_factor())
    failed(owner, What.CODE, MOST)
    owner.sign_in(to="/compte/code")
    owner.moves("/compte/code", "/compte/", code=owner.code())


def test_a_shared_computer_is_known_to_each_of_its_people(someone: Someone) -> None:
    owner = out(someone().with_second_factor())
    for _ in range(devices.PEOPLE - 1):
        colleague = someone().with_account()
        colleague.client = owner.client
        colleague.sign_in()
        out(colleague)
    failed(owner, What.CODE, MOST)
    owner.sign_in(to="/compte/code")
    owner.moves("/compte/code", "/compte/", code=owner.code())


def test_the_owner_enters_from_the_thief_s_own_network(someone: Someone) -> None:
    owner = out(someone().with_second_factor())
    thief = thief_of(owner)
    tries(thief, 5)
    owner.network = thief.network
    owner.sign_in(to="/compte/code")
    owner.moves("/compte/code", "/compte/", code=owner.code())


def test_the_owner_enters_from_a_new_device_with_a_recovery_code(someone: Someone) -> None:
    owner = someone().with_second_factor()
    codes = [
        c.get_text() for c in owner.post("/compte/codes-de-secours", 200).select(".codes code")
    ]
    failed(owner, What.CODE, MOST)
    tries(thief_of(owner), 5, "/compte/secours", "0000-0000-0000")
    failed(owner, What.RECOVERY, 200)
    thief_of(owner).moves("/compte/secours", "/compte/", code=codes[0])


def test_the_owner_enters_from_a_new_device_with_a_passkey(someone: Someone) -> None:
    owner, key = someone().with_second_factor(), SoftwareKey()
    add(owner, key)
    failed(owner, What.CODE, MOST)
    failed(owner, What.PASSKEY, 200)
    new_device = Person(owner.app, email=owner.email)
    page = at_the_code(new_device)
    assert send(new_device, page, "/compte/code/cle", key.signed(options_of(page))) == "/compte/"


def test_the_owner_s_own_mistakes_shut_no_new_device_out(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = out(someone().with_second_factor())
    for _ in range(MOST // 4):
        owner.sign_in(to="/compte/code")
        tries(owner, 4)
        later(monkeypatch, timedelta(minutes=16))
    new_device = thief_of(owner)
    new_device.moves("/compte/code", "/compte/", code=owner.code())
    assert "wrong-codes" not in owner.mails()


def test_mistakes_while_setting_up_are_no_guesses(someone: Someone) -> None:
    """The key is on the page: there is nothing to guess, and nobody to warn."""
    owner = someone().with_account().granted(Role.EDITOR)
    owner.sign_in(to="/compte/second-facteur")
    owner.post("/compte/second-facteur", 200, setup="authenticator")
    tries(owner, 5, "/compte/second-facteur/code")
    assert "wrong-codes" not in owner.mails()
    owner.network = someone().network
    owner.set_up_factor()


def test_codes_tried_at_once_from_everywhere_are_all_counted(someone: Someone) -> None:
    owner = out(someone().with_second_factor())
    failed(owner, What.CODE, MOST - 2)
    waiting = half_signed_in(owner, 4)
    answers = together(4, lambda n: send_code(waiting[n], "/compte/code", "000000"))
    assert sorted(answer.status_code for answer in answers) == [422, 422, 429, 429]


def test_the_owner_is_told_once_an_hour(someone: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = out(someone().with_second_factor())
    thief = thief_of(owner)
    for number in range(1, 6):
        thief.post("/compte/code", 422, code="000000")
        assert owner.mails().count("wrong-codes") == number // 5
    for hours in (0, 2):
        later(monkeypatch, timedelta(hours=hours))
        tries(thief_of(owner), 2)
        assert owner.mails().count("wrong-codes") == 1 + hours // 2
