"""People who visit the pages of structures and of the SIRET change: guests, and account holders."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from communaute.domain import audit
from communaute.domain.structures.numbers import PRACTICE, made_up
from communaute.extensions import db
from communaute.models import Delivery, MembershipRole, Nature, Structure, User
from tests.accounts.conftest import applications
from tests.accounts.people import Person
from tests.databases import DATABASES
from tests.pages import soup_of
from tests.structures import worlds


TOOL = "/outils/changement-siret"
OLD, NEW = made_up(PRACTICE, 101, 1), made_up(PRACTICE, 101, 2)


@pytest.fixture(scope="session", params=DATABASES)
def visited_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One application for all these tests, on each database: each test has people of its own."""
    yield from applications(request, tmp_path_factory.mktemp("visits"))


class Visitor(Person):
    """Somebody with a browser, at the pages of structures."""

    def goes(self, path: str, form: str = "", **fields: str | list[str]) -> str:
        """Send a form that leads elsewhere; where."""
        response = self.fill(path, form, **fields)
        assert response.status_code == 303, f"{path}: {response.status_code} {response.text[:300]}"
        return str(response.location)

    def fill(self, path: str, form: str = "", **fields: str | list[str]) -> TestResponse:
        """Send a form from its page, with its token."""
        data = {"csrf_token": self.token(form or path), **fields}
        return self.raw("POST", path, data=data)

    def answer(self, path: str, status: int, form: str = "", **fields: str) -> BeautifulSoup:
        """Send a form; the page that answers, checked."""
        return self.checked(self.fill(path, form, **fields), status, path)

    def token(self, path: str = "/compte/connexion") -> str:
        """The token of the first form of a page's main part."""
        page = soup_of(self.raw("GET", path, follow_redirects=True).text)
        found = page.select_one("main input[name=csrf_token]")
        assert found is not None, f"{path}: no form"
        return str(found["value"])

    def practise(self) -> "Visitor":
        """« S'exercer sans compte »."""
        response = self.raw("POST", f"{TOOL}/entrainement/ouvrir")
        assert (response.status_code, response.location) == (303, f"{TOOL}/entrainement")
        return self

    @property
    def number(self) -> int:
        """The structure whose pencil is offered first."""
        page = self.get(f"{TOOL}/entrainement")
        button = page.select_one("button[name=structure]")
        assert button is not None
        return int(str(button["value"]))

    def walk(self, number: int, to: int, siret: str = NEW.digits, day: str = "") -> str:
        """Follow the steps up to the one named; its address."""
        first = f"{TOOL}/{'entrainement' if self.is_guest else 'structures'}"
        here = self.goes(first, structure=str(number))
        for at in range(2, to):
            fields = {"siret": siret, "date_effet": day} if at == 4 else {}
            here = self.goes(f"{TOOL}/{number}/etape-{at}", **fields)
        return here

    @property
    def is_guest(self) -> bool:
        """Whether the browser has a guest's cookie."""
        return self.client.get_cookie("entrainement") is not None

    def change(self, number: int, siret: str = NEW.digits, day: str = "") -> str:
        """The whole walk and the button; the receipt's address."""
        here = self.walk(number, 6, siret, day)
        return self.goes(here, **hidden(self.get(here), here)).split("?")[0]

    def account(self) -> User:
        """This person's row."""
        return db.session.scalars(select(User).where(User.email == self.email)).one()


@pytest.fixture
def visitor(visited_app: Flask) -> Visitor:
    """Somebody with a browser of their own, and no account."""
    return Visitor(visited_app)


@pytest.fixture
def manager(visited_app: Flask) -> Visitor:
    """Somebody with an account."""
    person = Visitor(visited_app)
    person.signed_in()
    return person


@pytest.fixture
def colleague(visited_app: Flask) -> Visitor:
    """Somebody else with an account."""
    person = Visitor(visited_app)
    person.signed_in()
    return person


def hidden(page: BeautifulSoup, action: str) -> dict[str, str]:
    """What a form of a page holds, its token left out."""
    inputs = page.select(f"form[action='{action}'] input[type=hidden]")
    return {str(i["name"]): str(i["value"]) for i in inputs if i["name"] != "csrf_token"}


def real_structure(app: Flask, **people: Visitor) -> int:
    """A real structure known from intake; people by role."""
    with app.app_context():
        made = worlds.structure(db.session(), nature=Nature.PUBLIC)
        for role, visitor in people.items():
            worlds.attach(db.session(), visitor.account(), made, MembershipRole(role))
        db.session.commit()
        return made.id


def invoiced(app: Flask, seller: int, buyer: int, status: str = "MISE_A_DISPOSITION") -> int:
    """An invoice from one structure to another."""
    with app.app_context():
        ends = [db.session.get_one(Structure, one) for one in (seller, buyer)]
        made = worlds.invoice(db.session(), ends[0], ends[1], status).id
        db.session.commit()
        return made


def siret_of(app: Flask, number: int) -> str:
    """The SIRET of a structure."""
    with app.app_context():
        return db.session.get_one(Structure, number).siret


def next_siret(app: Flask, number: int) -> str:
    """Another establishment of the same company."""
    company = int(siret_of(app, number)[5:8])
    return worlds.siret(company, 77).digits


def refused_acts(app: Flask) -> list[str]:
    """What the audit log says was refused, the latest first."""
    with app.app_context():
        return [f"{entry.act} {entry.target}" for entry in audit.latest(db.session(), limit=6)]


def mails_in_all(app: Flask) -> int:
    """How many mails were ever asked for."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Delivery)) or 0


def text_of(page: BeautifulSoup) -> str:
    """What the main part says, in one line."""
    main = page.find("main")
    assert main is not None
    return re.sub(r"\s+", " ", main.get_text(" ")).strip()
