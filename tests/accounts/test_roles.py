"""Roles are given and taken on a page: by whom, to whom, and what is left behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import AuditEntry, Role, UserRole
from tests.accounts.people import Person
from tests.accounts.test_attacks import together


Someone = Callable[[], Person]
ROLES = "/gestion/roles"


def administrator(someone: Someone) -> Person:
    """Signed in with the second factor, after the role was given."""
    return someone().at_work_as(Role.ADMINISTRATOR)


def number_of(person: Person) -> int:
    user = person.user()
    assert user is not None
    return user.id


def roles_of(person: Person) -> list[str]:
    user = person.user()
    assert user is not None
    return [role.name for role in user.roles]


def test_an_administrator_gives_then_takes_a_role(someone: Someone) -> None:
    boss, person = administrator(someone), someone().signed_in()
    page = boss.get(ROLES)
    assert boss.email in page.text
    boss.moves(ROLES, ROLES, courriel=person.email.upper(), role="organiser")
    assert roles_of(person) == ["organiser"]
    assert not person.is_in(), "the session changes with what it opens"
    assert person.mails()[-1] == "role-changed"
    assert person.email in boss.get(ROLES).text
    boss.moves(f"{ROLES}/{number_of(person)}/retirer", ROLES, form=ROLES, role="organiser")
    assert roles_of(person) == []
    assert person.mails()[-2:] == ["role-changed", "role-changed"]
    actor, target = number_of(boss), f"user {number_of(person)}"
    with boss.app.app_context():
        own = select(AuditEntry).where(AuditEntry.target == target).order_by(AuditEntry.id)
        noted = [(each.act, each.actor, each.details) for each in db.session.scalars(own)]
    assert noted == [
        ("role-granted", actor, {"role": "organiser"}),
        ("role-withdrawn", actor, {"role": "organiser"}),
    ]
    journal = boss.get("/gestion/journal").text
    assert "Rôle donné" in journal
    assert "Rôle retiré" in journal


def test_what_cannot_be_given_is_said_beside_the_field(someone: Someone) -> None:
    boss = administrator(someone)
    nobody, waiting = someone(), someone().sign_up()
    for address in (nobody.email, waiting.email):
        page = boss.post(ROLES, 422, courriel=address, role="editor")
        assert "Aucun compte confirmé" in page.text
        field = page.select_one("#courriel")
        assert field is not None
        assert field["value"] == address
    page = boss.post(ROLES, 422, courriel=boss.email, role="administrator")
    assert "déjà ce rôle" in page.text
    assert "Choisissez un rôle" in boss.post(ROLES, 422, courriel=boss.email).text
    boss.post(ROLES, 422, courriel=boss.email, role="king")
    assert boss.send(f"{ROLES}/999999/retirer", ROLES, role="editor").status_code == 404
    assert boss.send(f"{ROLES}/1/retirer", ROLES, role="king").status_code == 404


def test_nobody_else_gives_roles(someone: Someone) -> None:
    editor = someone().at_work_as(Role.EDITOR)
    visitor, plain = someone(), someone().signed_in()
    token = plain.token("/compte/profil")
    for person, wanted in ((editor, 403), (plain, 403), (visitor, 302)):
        assert person.raw("GET", ROLES).status_code == wanted
        data = {"courriel": plain.email, "role": "administrator", "csrf_token": token}
        assert person.raw("POST", ROLES, data=data).status_code in (302, 400, 403)
    assert roles_of(plain) == []


def test_a_password_given_long_ago_is_asked_again(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, person = administrator(someone), someone().with_account()
    token, later = boss.token(ROLES), clock.now() + timedelta(minutes=41)
    monkeypatch.setattr(clock, "now", lambda: later)
    data = {"courriel": person.email, "role": "administrator", "csrf_token": token}
    answer = boss.raw("POST", ROLES, data=data)
    assert answer.status_code == 302
    assert answer.location.startswith("/compte/verifier")
    assert roles_of(person) == []


def only(app: Flask, *numbers: int) -> None:
    """No other administrators than these."""
    with app.app_context():
        others = UserRole.user_id.not_in(numbers)
        db.session.execute(delete(UserRole).where(others, UserRole.name == "administrator"))
        db.session.commit()


def test_the_last_administrator_stays(someone: Someone) -> None:
    boss = administrator(someone)
    only(boss.app, number_of(boss))
    boss.moves(f"{ROLES}/{number_of(boss)}/retirer", ROLES, form=ROLES, role="administrator")
    assert "Il faut au moins une personne" in boss.get(ROLES).text
    page = boss.post("/compte/effacer", 422, certain="y")
    assert "Il faut au moins une personne" in page.text
    assert roles_of(boss) == ["administrator"]


def test_two_administrators_who_leave_at_once_leave_one(someone: Someone) -> None:
    pair = [administrator(someone), administrator(someone)]
    only(pair[0].app, *map(number_of, pair))
    targets = [f"{ROLES}/{number_of(person)}/retirer" for person in pair]
    tokens = [person.token(ROLES) for person in pair]

    def leave(number: int) -> object:
        data = {"csrf_token": tokens[number], "role": "administrator"}
        return pair[number].raw("POST", targets[number], data=data)

    together(2, leave)  # type: ignore[arg-type]
    with pair[0].app.app_context():
        left = select(func.count()).where(UserRole.name == "administrator")
        assert db.session.scalar(left) == 1
