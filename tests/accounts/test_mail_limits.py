"""What a stranger can make the site send to an address: one mail of a kind in an hour."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.accounts.people import Person
from tests.accounts.test_attacks import together
from tests.accounts.test_borrowed_addresses import later


Someone = Callable[[], Person]
TWELVE = range(12)


def strangers(owner: Person) -> list[Person]:
    """Twelve people who type somebody's address, each from a network of their own."""
    return [Person(owner.app, email=owner.email, password="au hasard, mais long") for _ in TWELVE]


def answers(people: list[Person], path: str, address: str) -> set[tuple[int, str]]:
    """What each is answered."""
    found = set()
    for person in people:
        form = {"courriel": address, "mot_de_passe": person.password}
        answer = person.send(path, **form)
        found.add((answer.status_code, answer.location or ""))
    return found


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/compte/mot-de-passe-oublie", "reset-password"),
        ("/compte/inscription", "already-registered"),
    ],
)
def test_twelve_strangers_cause_one_mail_to_who_has_an_account(
    someone: Someone, monkeypatch: pytest.MonkeyPatch, path: str, template: str
) -> None:
    owner = someone().with_account()
    assert len(answers(strangers(owner), path, owner.email)) == 1
    assert Counter(owner.mails())[template] == 1
    later(monkeypatch, timedelta(minutes=61))
    answers(strangers(owner)[:3], path, owner.email.upper())
    assert Counter(owner.mails())[template] == 2


@pytest.mark.parametrize("path", ["/compte/inscription", "/compte/confirmation"])
def test_twelve_strangers_cause_one_mail_to_who_waits(someone: Someone, path: str) -> None:
    owner = someone().sign_up()
    answers(strangers(owner), path, owner.email)
    assert owner.mails() == ["confirm-address"]


def test_twelve_at_once_cause_one_mail(someone: Someone) -> None:
    owner = someone().with_account()
    people = strangers(owner)
    tokens = [person.token("/compte/mot-de-passe-oublie") for person in people]

    def ask(number: int) -> object:
        data = {"csrf_token": tokens[number], "courriel": owner.email}
        return people[number].raw("POST", "/compte/mot-de-passe-oublie", data=data)

    together(12, ask)  # type: ignore[arg-type]
    assert Counter(owner.mails())["reset-password"] == 1


@pytest.mark.parametrize(
    ("path", "template"),
    [("/compte/adresse", "confirm-new-address"), ("/compte/contact", "confirm-contact")],
)
def test_several_accounts_cause_one_mail_to_a_third_party(
    someone: Someone, path: str, template: str
) -> None:
    target = someone()
    for person in (someone().signed_in(), someone().signed_in()):
        for _ in range(3):
            person.send(path, courriel=target.email)
    assert target.mails() == [template]


def test_the_link_that_a_stranger_caused_serves_its_owner(someone: Someone) -> None:
    owner = someone().with_account()
    answers(strangers(owner), "/compte/mot-de-passe-oublie", owner.email)
    page = owner.post("/compte/mot-de-passe-oublie", 200, courriel=owner.email)
    assert "un par heure" in page.text
    owner.password = "un tout autre mot de passe"
    owner.moves(owner.mailed("reset-password"), "/compte/connexion", mot_de_passe=owner.password)
    owner.sign_in()


def test_who_has_used_their_link_may_ask_for_another_at_once(someone: Someone) -> None:
    owner = someone().with_account()
    for password in ("un tout autre mot de passe", "encore un autre mot de passe"):
        owner.post("/compte/mot-de-passe-oublie", 200, courriel=owner.email)
        owner.password = password
        owner.moves(
            owner.mailed("reset-password"), "/compte/connexion", mot_de_passe=owner.password
        )
    assert Counter(owner.mails())["reset-password"] == 2


def test_an_earlier_link_still_serves_after_a_later_one_was_sent(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger who asks again an hour later does not kill the link in the owner's mailbox."""
    owner = someone().with_account()
    owner.post("/compte/mot-de-passe-oublie", 200, courriel=owner.email)
    first = owner.mailed("reset-password")
    later(monkeypatch, timedelta(minutes=61))
    answers(strangers(owner)[:1], "/compte/mot-de-passe-oublie", owner.email)
    owner.password = "un tout autre mot de passe"
    owner.moves(first, "/compte/connexion", mot_de_passe=owner.password)
    for link in owner.every_link("reset-password"):
        owner.get(link, 410)


def test_who_erases_their_account_may_open_another_at_once(someone: Someone) -> None:
    person = someone().signed_in()
    person.post("/compte/effacer", 200, certain="y")
    person.with_account().sign_in()
    assert Counter(person.mails())["confirm-address"] == 2


def test_an_account_opened_and_erased_again_and_again_writes_once_to_a_third_party(
    someone: Someone,
) -> None:
    target = someone()
    for _ in range(3):
        person = someone().signed_in()
        person.send("/compte/contact", courriel=target.email)
        person.post("/compte/effacer", 200, certain="y")
    assert len(target.mails()) == 1
