"""The pages of trainings as people meet them: dates that exist, someone who signs up, an organiser."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from communaute.blueprints.trainings import catalogue
from communaute.domain import clock
from communaute.domain.trainings import planning
from communaute.extensions import db
from communaute.models import Delivery, Registration, RegistrationState, Role, SessionPair
from communaute.wiring import current
from tests.accounts.people import Person
from tests.pages import Pages


FORM = "/outils/inscription"
CLASS = "https://classe.example/salle"
MINUTES = count(1)


@dataclass
class Scene:
    """One application, in which each test makes dates and people of its own."""

    app: Flask

    def slugs(self) -> list[str]:
        """The trainings in pairs of sessions, then the webinars."""
        with self.app.test_request_context():
            pages = sorted(catalogue.trainings(), key=lambda page: page.is_webinar)
            return [page.slug for page in pages]

    def pair(
        self,
        capacity: int = 12,
        *,
        slug: str = "",
        days: int = 14,
        times: int = 1,
        at: time | None = None,
    ) -> int:
        """A pair that begins in so many days; its number. Who waited before is sent home.

        Each begins at a minute of its own, unless `at` is given: of twins, pages show one.
        """
        minute = next(MINUTES)
        at = at or time(10 + minute // 60 % 8, minute % 60)
        slug = slug or self.slugs()[0]
        self.empty_list(slug)
        with self.app.test_request_context():
            page = catalogue.training(slug)
            assert page is not None
            first = clock.today() + timedelta(days=days)
            second: date | None = None if page.is_webinar else first + timedelta(days=7)
            plans = planning.plan_series(first, at, second_day=second, count=times)
            made = planning.create_pairs(
                current.training_context(),
                catalogue.as_value(page),
                plans,
                capacity=capacity,
                class_url=CLASS,
            )
            db.session.commit()
            return made[0]

    def empty_list(self, slug: str) -> None:
        """Nobody waits any more: tests share the lists, and new places would go to them."""
        with self.app.app_context():
            found = select(Registration).where(Registration.state == RegistrationState.WAITING)
            for row in db.session.scalars(found):
                if row.training.slug == slug:
                    row.state, row.number = RegistrationState.LEFT, None
            db.session.commit()

    def shift(self, pair: int, **by: float) -> None:
        """Move a pair in time without telling anybody: as if time had passed."""
        with self.app.app_context():
            row = db.session.get(SessionPair, pair)
            assert row is not None
            row.starts_at += timedelta(**by)
            row.ends_at += timedelta(**by)
            for session in row.sessions:
                session.starts_at += timedelta(**by)
                session.ends_at += timedelta(**by)
            db.session.commit()

    def visitor(self) -> "Visitor":
        """Somebody who signs up."""
        return Visitor(self.app)

    def placed(self, pair: int, **typed: str) -> "Visitor":
        """Somebody with a confirmed place."""
        visitor = self.visitor()
        visitor.ask(pair, 303, **typed)
        visitor.press(visitor.link("training-confirm"))
        return visitor

    def count(self, pair: int, *states: str) -> int:
        """How many registrations of a pair are in these states."""
        with self.app.app_context():
            found = select(Registration).where(
                Registration.pair_id == pair, Registration.state.in_(states)
            )
            return len(db.session.scalars(found).all())


@dataclass
class Visitor:
    """Somebody without account, at an address of their own; each page they see is checked."""

    app: Flask
    email: str = field(default_factory=lambda: f"v{secrets.token_hex(5)}@exemple.example")

    def __post_init__(self) -> None:
        self.pages = Pages(self.app)

    def fields(self, pair: int | str, **typed: str) -> dict[str, str]:
        """The form, well filled in."""
        usual = {
            "paire": str(pair),
            "nom": "Léa Martin",
            "courriel": self.email,
            "organisation": "Mairie d’Essai",
            "consentement": "oui",
        }
        return {name: value for name, value in (usual | typed).items() if value}

    def ask(self, pair: int | str, status: int = 303, **typed: str) -> TestResponse:
        """Send the form."""
        response = self.pages.response("POST", FORM, data=self.fields(pair, **typed))
        assert response.status_code == status, f"{response.status_code}: {response.text[:600]}"
        return response

    def refused(self, pair: int | str, status: int = 422, **typed: str) -> BeautifulSoup:
        """Send a form that is refused; the page, checked."""
        return self.pages.post(FORM, status, data=self.fields(pair, **typed))

    def registration(self) -> Registration:
        """This person's latest registration, detached."""
        with self.app.app_context():
            found = select(Registration).where(Registration.email == self.email)
            row = db.session.scalars(found.order_by(Registration.id.desc())).first()
            assert row is not None, "no registration"
            db.session.expunge(row)
            return row

    def token(self) -> str:
        """The signed form of the latest registration's reference."""
        with self.app.test_request_context():
            return current.training_context().token(self.registration().reference)

    def own(self, rest: str = "") -> str:
        """The path of « Mon inscription », and of what is under it."""
        return f"{FORM}/{self.token()}{rest}"

    def mails(self) -> list[Delivery]:
        """The mails asked for, in order."""
        with self.app.app_context():
            found = select(Delivery).where(Delivery.recipient == self.email).order_by(Delivery.id)
            rows = list(db.session.scalars(found))
            db.session.expunge_all()
            return rows

    def link(self, template: str) -> str:
        """The path of the link of the latest mail of a kind."""
        mail = next(m for m in reversed(self.mails()) if m.template == template)
        return path_of(str(mail.context["link"]))

    def press(self, path: str, **typed: str) -> TestResponse:
        """Open a page with a button, then press it as a browser does."""
        self.pages.get(path)
        response = self.pages.response("POST", path, data=typed)
        assert response.status_code == 303, f"{path}: {response.status_code} {response.text[:500]}"
        return response


def path_of(link: str) -> str:
    """The path of an absolute address."""
    return urlsplit(link).path


def links_of(mail: Delivery) -> set[str]:
    """Every address that a mail is filled with."""
    return set(re.findall(r"https?://[^\s\"'<>]+", repr(mail.context)))


@dataclass
class Organiser(Person):
    """Someone whose role opens /gestion/formations."""

    role: Role = Role.ORGANISER

    def at_work(self) -> "Organiser":
        """Signed in with a second factor and the role."""
        return self.at_work_as(self.role)

    def does(self, path: str, to: str, form: str = "", **fields: Any) -> None:
        """Send a form that leads elsewhere (303)."""
        response = self.send(path, form, **fields)
        assert response.status_code == 303, (
            f"{path}: {response.status_code} {response.text[-2500:]}"
        )
        assert re.fullmatch(to, response.location), response.location
