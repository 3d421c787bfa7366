"""Somebody uses an address that is not theirs: its owner's click must never let them in."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from communaute.domain import clock
from tests.accounts.people import Person


Someone = Callable[[], Person]


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Let time pass."""
    moment = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: moment)


def click(person: Person, link: str) -> None:
    """Open a mail's link and do what its page asks, as somebody who trusts their own mailbox."""
    page = person.raw("GET", link)
    if page.status_code != 200 or "csrf_token" not in page.text:
        return
    fields = {"mot_de_passe": person.password} if 'name="mot_de_passe"' in page.text else {}
    person.send(link, **fields)


@pytest.mark.parametrize("owner_first", [True, False])
@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=61), timedelta(hours=30)])
@pytest.mark.parametrize("last_mail_first", [True, False])
def test_a_stranger_s_sign_up_is_never_confirmed_by_the_owner(
    someone: Someone,
    monkeypatch: pytest.MonkeyPatch,
    owner_first: bool,
    apart: timedelta,
    last_mail_first: bool,
) -> None:
    owner = someone()
    thief = Person(owner.app, email=owner.email, password="le mot de passe du pirate")
    first, second = (owner, thief) if owner_first else (thief, owner)
    first.sign_up()
    later(monkeypatch, apart)
    second.sign_up()
    links = owner.every_link("confirm-address")
    for link in reversed(links) if last_mail_first else links:
        click(owner, link)
    owner.sign_in()
    assert owner.is_in()
    data = {"courriel": thief.email, "mot_de_passe": thief.password}
    assert thief.send("/compte/connexion", **data).status_code == 422
    assert not thief.is_in()


def test_a_contested_address_opens_only_with_a_password_chosen_from_the_mail(
    someone: Someone,
) -> None:
    owner = someone().sign_up()
    Person(owner.app, email=owner.email, password="un autre mot de passe").sign_up()
    link = owner.mailed("confirm-address")
    assert "mot de passe" in owner.post(link, 422).text
    assert "12 caractères" in owner.post(link, 422, mot_de_passe="court").text
    user = owner.user()
    assert user is not None
    assert user.confirmed_at is None
    owner.moves(link, "/compte/connexion", mot_de_passe=owner.password)
    owner.sign_in()


def test_signing_up_with_an_address_that_has_an_account_changes_nothing(someone: Someone) -> None:
    owner = someone().signed_in()
    thief = Person(owner.app, email=owner.email, password="le mot de passe du pirate")
    thief.sign_up()
    data = {"courriel": thief.email, "mot_de_passe": thief.password}
    assert thief.send("/compte/connexion", **data).status_code == 422
    assert owner.is_in()


CHANGES = ["password", "reset", "everywhere", "device", "factor", "operator", "operator: everybody"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["adresse", "contact"])
def test_what_a_stolen_session_has_asked_for_dies_with_it(
    someone: Someone, kind: str, change: str
) -> None:
    """A thief at the owner's desk asks for another address; the owner closes their session, whichever way."""
    owner, mailbox = someone().signed_in(), someone().email
    template = {"adresse": "confirm-new-address", "contact": "confirm-contact"}[kind]
    owner.send(f"/compte/{kind}", courriel=mailbox)
    link = owner.mailed(template, mailbox)
    new = "un tout autre mot de passe"
    if change == "password":
        owner.moves(
            "/compte/mot-de-passe",
            "/compte/",
            mot_de_passe=owner.password,
            nouveau_mot_de_passe=new,
        )
    elif change == "everywhere":
        owner.moves("/compte/deconnexion-partout", "/compte/connexion", form="/compte/")
    elif change == "device":
        owner_s = Person(owner.app, email=owner.email)
        owner_s.sign_in()
        strange = owner_s.get("/compte/appareils").select_one("li form")
        assert strange is not None
        owner_s.moves(str(strange["action"]), "/compte/appareils", form="/compte/appareils")
    elif change == "factor":
        owner.set_up_factor()
    elif change.startswith("operator"):
        whose = ["--everybody"] if "everybody" in change else [owner.email]
        told = owner.app.test_cli_runner().invoke(args=["accounts", "sign-out", *whose])
        assert told.exit_code == 0, told.output
    else:
        other = Person(owner.app, email=owner.email)
        other.post("/compte/mot-de-passe-oublie", 200, courriel=owner.email)
        other.moves(other.mailed("reset-password"), "/compte/connexion", mot_de_passe=new)
    thief = someone()
    thief.get(link, 410)
    thief.raw("POST", link, data={"csrf_token": thief.token()})
    user = owner.user()
    assert user is not None
    assert user.contact_address == owner.email


@pytest.mark.parametrize("kind", ["adresse", "contact"])
def test_a_mail_that_a_stranger_has_sent_first_moves_nothing_of_theirs_from_my_browser(
    someone: Someone, kind: str
) -> None:
    """One mail an hour to an address: the stranger's came, mine did not, and I press its button."""
    owner, thief, mailbox = someone().signed_in(), someone().signed_in(), someone().email
    for person in (thief, owner):
        person.send(f"/compte/{kind}", courriel=mailbox)
    template = {"adresse": "confirm-new-address", "contact": "confirm-contact"}[kind]
    link = owner.mailed(template, mailbox)
    assert "Lien d’un autre compte" in owner.get(link, 409).text
    answer = owner.raw("POST", link, data={"csrf_token": owner.token("/compte/profil")})
    assert answer.status_code == 409
    user = thief.user()
    assert user is not None
    assert user.contact_address == thief.email


def test_an_operator_s_administrator_is_not_who_has_signed_up_before(someone: Someone) -> None:
    """A stranger awaits the operator's command with the future administrator's address."""
    owner = someone()
    thief = Person(owner.app, email=owner.email, password="le mot de passe du pirate")
    thief.sign_up()
    command = ["accounts", "create-admin", owner.email, "--password", owner.password]
    told = owner.app.test_cli_runner().invoke(args=command)
    assert told.exit_code == 0, told.output
    for link in owner.every_link("confirm-address"):
        click(owner, link)
    data = {"courriel": thief.email, "mot_de_passe": thief.password}
    assert thief.send("/compte/connexion", **data).status_code == 422
    owner.sign_in(to="/compte/second-facteur")


def test_a_reset_link_dies_when_the_password_changes_otherwise(someone: Someone) -> None:
    owner = someone().signed_in()
    stranger = Person(owner.app, email=owner.email)
    stranger.post("/compte/mot-de-passe-oublie", 200, courriel=owner.email)
    link = owner.mailed("reset-password")
    owner.moves(
        "/compte/mot-de-passe",
        "/compte/",
        mot_de_passe=owner.password,
        nouveau_mot_de_passe="un tout autre mot de passe",
    )
    stranger.get(link, 410)


def test_an_address_waiting_for_its_confirmation_is_taken_by_who_proves_it(
    someone: Someone,
) -> None:
    """A stranger signs up with an address to keep its owner from moving there."""
    owner, wanted = someone().signed_in(), someone()
    thief = Person(owner.app, email=wanted.email, password="le mot de passe du pirate")
    thief.sign_up()
    owner.post("/compte/adresse", 200, courriel=wanted.email)
    owner.moves(owner.mailed("confirm-new-address", wanted.email), "/compte/.*")
    owner.email = wanted.email
    assert owner.user() is not None
    assert thief.raw("GET", thief.mailed("confirm-address")).status_code == 410
