"""Every address that takes a form has a limit: the URL map is walked, none can be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from werkzeug.routing import AnyConverter, BaseConverter, UUIDConverter
from werkzeug.routing.converters import NumberConverter

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for


# Addresses without a limit, each with its reason.
WITHOUT_LIMIT: dict[str, str] = {
    "structures.receive": "machines with the token send thousands; without it nothing is read",
    "trainings.receive": "limited by the address signed up, never by network: a town hall is one",
}
# How many forms of an account one network may send in a minute.
LIMITS = {
    "sign_in": 20,
    "passkey_alone": 20,
    "sign_up": 6,
    "confirm_again": 6,
    "forgotten": 6,
    "reset": 20,
    "confirm": 20,
    "password": 20,
    "address": 6,
    "move": 20,
    "contact_address": 6,
    "verify": 20,
    "factor": 20,
    "first_code": 20,
    "code": 20,
    "code_by_passkey": 20,
    "recovery": 10,
    "recovery_codes": 10,
    "passkeys_page": 20,
    "add_passkey": 20,
    "sign_out": 60,
}
# More than any limit of a minute, even when the minute ends half-way.
MOST = 700


@dataclass(frozen=True)
class Door:
    """An address that takes a POST."""

    endpoint: str
    path: str


@pytest.fixture(scope="module")
def limited_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application whose limits are on."""
    app = create_app(settings_for(tmp_path_factory.mktemp("limits"), limits="on"), TESTING=True)
    with app.app_context():
        db.create_all()
    return app


def doors(app: Flask) -> Iterator[Door]:
    """Every address that takes a POST, with something in the place of its variables."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values = {name: something(rule._converters[name]) for name in rule.arguments}
            with app.test_request_context():
                yield Door(rule.endpoint, url_for(rule.endpoint, _method="POST", **values))


def something(converter: BaseConverter) -> Any:
    """A value that an address takes: one of its words, a number, an identifier, else a word."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, UUIDConverter):
        return UUID(int=1)
    return 1 if isinstance(converter, NumberConverter) else "x"


def answers_to(app: Flask, door: Door, network: str) -> Iterator[tuple[int, str, str]]:
    """Status, delay and text of so many forms sent from one address."""
    client = app.test_client()
    for _ in range(MOST):
        answer = client.post(door.path, data={}, environ_base={"REMOTE_ADDR": network})
        yield answer.status_code, answer.headers.get("Retry-After", ""), answer.text


@pytest.mark.slow
def test_every_form_is_limited(limited_app: Flask) -> None:
    unlimited = []
    for number, door in enumerate(doors(limited_app)):
        if door.endpoint in WITHOUT_LIMIT:
            continue
        for status, delay, text in answers_to(limited_app, door, f"192.0.2.{number + 1}"):
            if status == 429:
                assert delay.isdigit(), door
                assert 0 < int(delay) <= 86_400, door
                assert "Attendez" in text, door
                break
        else:
            unlimited.append(door)
    assert unlimited == [], "limit them (limiter.limit), or give the reason above"


@pytest.mark.slow
def test_each_form_of_accounts_has_its_own_limit(limited_app: Flask) -> None:
    """One limit for all would be the lowest of all: six sign-ins a minute for a whole office."""
    by_endpoint = {door.endpoint: door for door in doors(limited_app)}
    for number, (name, allowed) in enumerate(LIMITS.items()):
        door = by_endpoint[f"accounts.{name}"]
        statuses = [s for s, _, _ in answers_to(limited_app, door, f"198.51.100.{number + 1}")]
        assert statuses.index(429) == allowed, name


def test_every_reason_still_has_its_address(limited_app: Flask) -> None:
    endpoints = {door.endpoint for door in doors(limited_app)}
    assert set(WITHOUT_LIMIT) <= endpoints
