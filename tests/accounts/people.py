"""People with a browser that keeps cookies and reads the mails they are sent."""

import re
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import count
from typing import Any, Self

import pyotp
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from communaute.domain import clock
from communaute.domain.accounts import roles
from communaute.extensions import db
from communaute.models import Delivery, Role, User
from tests.pages import soup_of, well_made


PASSWORD = "quatre mots faciles a retenir"
FIRST_NETWORK, NUMBERS = ip_address("10.0.0.1"), count()


@dataclass
class Person:
    """Someone, at one address; each page they see is checked."""

    app: Flask
    email: str = field(default_factory=lambda: f"p{secrets.token_hex(5)}@exemple.example")
    password: str = PASSWORD
    # One each: two people drawn on one network would share what it may still try.
    network: str = field(default_factory=lambda: str(FIRST_NETWORK + next(NUMBERS)))
    key: str = ""

    def __post_init__(self) -> None:
        self.client: FlaskClient = self.app.test_client()
        self.last_counter = 0

    def get(self, path: str, status: int = 200) -> BeautifulSoup:
        """The page at an address."""
        return self.checked(self.raw("GET", path), status, path)

    def raw(self, method: str, path: str, **options: Any) -> TestResponse:
        """The raw response, from this person's network."""
        options.setdefault("environ_base", {"REMOTE_ADDR": self.network})
        return self.client.open(path, method=method, **options)

    def token(self, path: str = "/compte/connexion") -> str:
        """A form's token."""
        page = soup_of(self.raw("GET", path, follow_redirects=True).text)
        found = page.select_one("input[name=csrf_token]")
        assert found is not None, f"{path}: no form"
        return str(found["value"])

    def send(self, path: str, form: str = "", **fields: str) -> TestResponse:
        """Send a form as a browser would: from its page, with its token."""
        fields["csrf_token"] = self.token(form or path)
        return self.raw("POST", path, data=fields)

    def post(self, path: str, status: int, form: str = "", **fields: str) -> BeautifulSoup:
        """Send a form; the page that answers, checked."""
        return self.checked(self.send(path, form, **fields), status, path)

    def moves(self, path: str, to: str, form: str = "", **fields: str) -> None:
        """Send a form that leads elsewhere."""
        response = self.send(path, form, **fields)
        assert response.status_code == 302, f"{path}: {response.status_code} {errors(response)}"
        assert re.fullmatch(to, response.location), response.location

    def checked(self, response: TestResponse, status: int, path: str) -> BeautifulSoup:
        assert response.status_code == status, f"{path}: {response.status_code} {errors(response)}"
        return well_made(response.text, path)

    def sign_up(self) -> "Person":
        """Ask for an account."""
        self.moves(
            "/compte/inscription",
            "/compte/inscription/suite",
            courriel=self.email,
            mot_de_passe=self.password,
        )
        return self

    def with_account(self) -> "Person":
        """With a confirmed account, not signed in."""
        self.sign_up()
        path = self.mailed("confirm-address")
        self.moves(path, "/compte/connexion")
        return self

    def signed_in(self) -> "Person":
        """With an account, signed in."""
        self.with_account().sign_in()
        return self

    def sign_in(self, to: str = "/compte/") -> None:
        """Give one's address and password."""
        self.moves("/compte/connexion", to, courriel=self.email, mot_de_passe=self.password)

    def is_in(self) -> bool:
        """Whether « Mon espace » opens."""
        return self.raw("GET", "/compte/").status_code == 200

    def mailed(self, template: str, to: str = "") -> str:
        """The path of the link in the last mail of a kind."""
        with self.app.app_context():
            last = select(Delivery).where(
                Delivery.recipient == (to or self.email), Delivery.template == template
            )
            delivery = db.session.scalars(last.order_by(Delivery.id.desc())).first()
            assert delivery is not None, f"no mail {template}"
            link = str(delivery.context.get("link") or delivery.context.get("reset"))
            db.session.rollback()
        return re.sub(r"^https?://[^/]+", "", link)

    def every_link(self, template: str) -> list[str]:
        """The paths of the links of every mail of a kind, in order."""
        with self.app.app_context():
            own = select(Delivery).where(Delivery.recipient == self.email)
            found = db.session.scalars(
                own.where(Delivery.template == template).order_by(Delivery.id)
            )
            links = [str(delivery.context["link"]) for delivery in found]
        return [re.sub(r"^https?://[^/]+", "", link) for link in links]

    def mails(self, to: str = "") -> list[str]:
        """The kinds of mails asked for, in order."""
        with self.app.app_context():
            found = select(Delivery.template).where(Delivery.recipient == (to or self.email))
            return list(db.session.scalars(found.order_by(Delivery.id)))

    def user(self) -> User | None:
        """This person's row, loaded and detached."""
        with self.app.app_context():
            user = db.session.scalar(select(User).where(User.email == self.email))
            if user is not None:
                assert user.roles is not None
                assert user.passkeys is not None
                db.session.expunge_all()
            return user

    def at_work_as(self, role: Role) -> Self:
        """Signed in with a second factor, once a role was given."""
        self.with_second_factor().granted(role)
        self.sign_in(to="/compte/code.*")
        self.moves("/compte/code", "/compte/", code=self.code())
        return self

    def granted(self, role: Role) -> "Person":
        """With a role."""
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == self.email)).one()
            roles.grant(db.session(), user, role, now=clock.now())
            db.session.commit()
        return self

    def code(self) -> str:
        """What the authenticator shows: the next code each time, as when half a minute passes."""
        totp = pyotp.TOTP(self.key.replace("-", ""))
        self.last_counter = max(totp.timecode(clock.now()), self.last_counter + 1)
        return str(totp.generate_otp(self.last_counter))

    def set_up_factor(self) -> None:
        """Set up the authenticator, as the page says."""
        page = self.post("/compte/second-facteur", 200, setup="authenticator")
        shown = page.select_one("code.key")
        assert shown is not None
        self.key = shown.get_text()
        form = page.select_one("main form")
        assert form is not None
        token = page.select_one("main input[name=csrf_token]")
        assert token is not None
        data = {"csrf_token": str(token["value"]), "code": self.code()}
        response = self.raw("POST", str(form["action"]), data=data)
        assert response.status_code == 302, errors(response)

    def with_second_factor(self) -> "Person":
        """Signed in, with a second factor."""
        self.signed_in().set_up_factor()
        return self


def errors(response: TestResponse) -> str:
    """What a page says is wrong."""
    if not str(response.mimetype).startswith("text/html"):
        return response.text[:200]
    soup = soup_of(response.text)
    return " ".join(
        e.get_text(" ", strip=True) for e in soup.select(".fr-alert, .fr-error-text, h1")
    )
