"""« Mon espace » shows what there is: structures, registrations, devices."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import (
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    Origin,
    Registration,
    RegistrationState,
    Structure,
    Training,
    User,
)
from tests.accounts.people import Person


Someone = Callable[[], Person]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
CHROME = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"


def attached(person: Person, state: MembershipState) -> str:
    """Attach somebody to a structure of their own; answers its name."""
    with person.app.app_context():
        owner = db.session.scalars(select(User).where(User.email == person.email)).one()
        structure = Structure(
            siret=f"{owner.id:014}",
            name=f"Mairie de {person.email}",
            nature=Nature.PUBLIC,
            local_authority=True,
            active=True,
            origin=Origin.DECLARED,
            created_at=clock.now(),
        )
        db.session.add(structure)
        db.session.flush()
        db.session.add(
            Membership(
                structure_id=structure.id,
                user_id=owner.id,
                role=MembershipRole.PRINCIPAL,
                state=state,
                asked_at=clock.now(),
            )
        )
        db.session.commit()
    return f"Mairie de {person.email}"


def registered(person: Person, address: str) -> None:
    """Put an address in the list of a training."""
    with person.app.app_context():
        training = db.session.scalar(select(Training))
        if training is None:
            training = Training(slug="une-formation", title="Une formation d’essai", theme="Essais")
            db.session.add(training)
            db.session.flush()
        db.session.add(
            Registration(
                reference=f"r{address}"[:32],
                training_id=training.id,
                state=RegistrationState.WAITING,
                name="Camille Essai",
                email=address,
                person=address,
                organisation="Essai",
                consent="oui",
                created_at=clock.now(),
            )
        )
        db.session.commit()


def test_who_has_nothing_yet_is_told_where_to_begin(someone: Someone) -> None:
    page = someone().signed_in().get("/compte/")
    assert "Aucune structure pour l’instant" in page.text
    assert "Aucune inscription à venir" in page.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MembershipState.ACTIVE, "rien en attente"),
        (MembershipState.PENDING, "rattachement demandé"),
    ],
)
def test_my_structures_are_there(someone: Someone, state: MembershipState, said: str) -> None:
    person = someone().signed_in()
    name = attached(person, state)
    page = person.get("/compte/")
    link = page.find("a", string=name)
    assert link is not None
    assert said in page.text
    assert name not in someone().signed_in().get("/compte/").text


def test_my_registrations_are_there_by_my_confirmed_addresses_only(someone: Someone) -> None:
    person, stranger = someone().signed_in(), someone()
    registered(person, person.email)
    registered(person, "autre-" + person.email)
    page = person.get("/compte/")
    lines = [link for link in page.select("main a") if link.text == "Une formation d’essai"]
    assert len(lines) == 1
    assert "liste d’attente" in page.text
    stranger.get(str(lines[0]["href"]))


def test_my_devices_are_listed_and_closed_one_by_one(someone: Someone) -> None:
    person = someone().with_account()
    other, third = (Person(person.app, email=person.email) for _ in range(2))
    for each, agent in ((person, FIREFOX), (other, CHROME), (third, "curl/8")):
        each.client.environ_base["HTTP_USER_AGENT"] = agent
        each.sign_in()
    page = person.get("/compte/appareils")
    for name in ("Firefox sur Windows (celui-ci)", "Chrome sur Android", "Navigateur inconnu"):
        assert name in " ".join(page.text.split())
    doors = [str(form["action"]) for form in page.select("li form")]
    assert len(doors) == 2
    assert person.send(doors[0], "/compte/appareils").status_code == 302
    assert person.is_in()
    assert [other.is_in(), third.is_in()].count(False) == 1
    stranger = someone().signed_in()
    assert stranger.send(doors[1], "/compte/appareils").status_code == 404


def test_a_session_left_too_long_is_no_open_device(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = someone().signed_in()
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    person = Person(left.app, email=left.email)
    person.sign_in()
    assert "1 connecté" in person.get("/compte/").text
    assert not person.get("/compte/appareils").select("li form")


@pytest.mark.parametrize(
    ("unseen", "still"), [(timedelta(days=6), True), (timedelta(days=8), False)]
)
def test_a_session_that_nobody_uses_closes(
    someone: Someone, monkeypatch: pytest.MonkeyPatch, unseen: timedelta, still: bool
) -> None:
    person = someone().signed_in()
    later = clock.now() + unseen
    monkeypatch.setattr(clock, "now", lambda: later)
    assert person.is_in() is still


def test_a_session_in_use_ends_after_two_weeks(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, start = someone().signed_in(), clock.now()
    for days in (5, 10):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        assert person.is_in()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=14, minutes=1))
    assert not person.is_in()


def test_giving_the_password_again_changes_the_session(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = someone().signed_in()
    cookie = person.client.get_cookie("session")
    assert cookie is not None
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    asked = person.raw("GET", "/compte/effacer")
    assert asked.location == "/compte/verifier?next=/compte/effacer"
    person.post("/compte/verifier", 422, mot_de_passe="faux")
    fields = {"mot_de_passe": person.password, "next": "/compte/effacer"}
    person.moves("/compte/verifier", "/compte/effacer", **fields)
    person.get("/compte/effacer")
    thief = Person(person.app)
    thief.client.set_cookie("session", cookie.value)
    assert not thief.is_in(), "the token of before is dead"
