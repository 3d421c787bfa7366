"""People who subscribe, read their mails and press buttons."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from communaute.domain.addresses import mailbox_digest
from communaute.domain.newsletter.sending import Letter
from communaute.extensions import db
from communaute.models import Delivery, Rhythm, Subscriber
from communaute.wiring import post_office
from communaute.wiring.current import Site
from tests.pages import faults_of, soup_of


TOOL = "/outils/abonnement"
LETTER = Letter(
    page="/newsletter/essai",
    subject="Un numéro d’essai",
    html="<p>Bonjour</p>",
    text="Bonjour",
    themes=("fournisseur", "travaux"),
    rhythm=Rhythm.MONTHLY,
)


@dataclass
class Reader:
    """One mailbox, and a browser without cookies; each page they see is checked."""

    app: Flask
    address: str = field(default_factory=lambda: f"p{secrets.token_hex(5)}@exemple.example")

    def get(self, path: str, status: int = 200) -> BeautifulSoup:
        """The page at an address."""
        return self.checked(self.open("GET", path), status, path)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """The raw answer, over a session of its own: the test's is the same one in its context."""
        db.session.remove()
        answer = self.app.test_client().open(path, method=method, **options)
        db.session.remove()
        return answer

    def post(self, path: str, status: int = 303, **fields: Any) -> TestResponse:
        """Send a form from a page of the site."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = self.open("POST", path, data=fields, headers=headers)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer

    def checked(self, response: TestResponse, status: int, path: str) -> BeautifulSoup:
        """The page, checked."""
        assert response.status_code == status, f"{path}: {response.status_code}"
        assert (faults := faults_of(response.text)) == [], f"{path}: {faults}"
        return soup_of(response.text)

    def subscribe(self, *themes: str, **more: str) -> None:
        """Send the form."""
        fields: dict[str, Any] = {"courriel": self.address, "themes": list(themes), **more}
        self.post(TOOL, **fields)

    def subscribed(self, *themes: str, **more: str) -> "Reader":
        """Subscribe, and press the button of the mail."""
        self.subscribe(*themes, **more)
        self.post(self.mailed("newsletter-confirm"), 200)
        return self

    @property
    def row(self) -> Subscriber:
        """This mailbox's row."""
        found = select(Subscriber).where(Subscriber.digest == mailbox_digest(self.address))
        return db.session.scalars(found, execution_options={"populate_existing": True}).one()

    def mails(self, template: str = "") -> list[Delivery]:
        """The mails asked for to this mailbox, in order."""
        db.session.rollback()
        own = select(Delivery).where(Delivery.recipient == self.address).order_by(Delivery.id)
        return [one for one in db.session.scalars(own) if template in ("", one.template)]

    def mailed(self, template: str) -> str:
        """The path of the link of the last mail of a kind."""
        return urlsplit(str(self.mails(template)[-1].context["link"])).path

    def leaving(self) -> str:
        """The path of the link at the foot of this mailbox's mails."""
        return urlsplit(str(self.mails()[-1].unsubscribe_url)).path

    def text_of(self, delivery: Delivery) -> str:
        """The plain text of a mail."""
        site: Site = self.app.extensions["communaute"]
        return post_office.renderer(self.app, site.settings).text(delivery)


def words_of(page: BeautifulSoup) -> str:
    """The words of a page's main part, its spaces made one kind."""
    main = page.select_one("main")
    assert main is not None
    return re.sub(r"\s+", " ", main.get_text(" ", strip=True))
