"""« Ma newsletter » in « Mon espace »: what one's own confirmed addresses receive, and the way to change it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import Tag
from flask import Flask

from communaute.domain import clock
from communaute.domain.newsletter.subscribers import suppress
from communaute.extensions import db
from communaute.models import SuppressionReason
from tests.accounts.people import Person
from tests.newsletter.conftest import empty
from tests.newsletter.readers import Reader


@pytest.fixture
def owner(letter_app: Flask) -> Person:
    """Somebody with an account, signed in. Outside any context: each request has its own."""
    empty(letter_app)
    return Person(letter_app).signed_in()


def shown(owner: Person) -> Tag:
    """The part of « Mon espace » about the newsletter."""
    page = owner.get("/compte/")
    heading = page.find(["h2", "h3"], string="Ma newsletter")
    assert isinstance(heading, Tag)
    part = heading.find_parent(["section", "div", "li"])
    assert isinstance(part, Tag)
    return part


def words(owner: Person) -> str:
    """Its words."""
    return " ".join(shown(owner).get_text(" ").split())


def test_without_a_subscription_one_is_told_where_to_subscribe(owner: Person) -> None:
    assert "Aucune de vos adresses confirmées n’est abonnée" in words(owner)
    assert shown(owner).select_one('a[href="/outils/abonnement"]')


def test_what_one_receives_leads_to_its_preferences(letter_app: Flask, owner: Person) -> None:
    reader = Reader(letter_app, owner.email)
    with letter_app.app_context():
        reader.subscribe("travaux")
    assert "Aucune" in words(owner), "asked for by anybody: nothing is said of it"
    with letter_app.app_context():
        reader.post(reader.mailed("newsletter-confirm"), 200)
    assert "numéro par numéro" in words(owner)
    assert "Marchés de travaux" in words(owner)
    link = shown(owner).find("a", string=reader.address)
    assert isinstance(link, Tag)
    with letter_app.app_context():
        preferences = reader.get(urlsplit(str(link["href"])).path)
    assert "Vos préférences" in preferences.get_text()


def test_a_pause_a_departure_and_a_mailbox_that_refuses_are_said(
    letter_app: Flask, owner: Person
) -> None:
    reader = Reader(letter_app, owner.email)
    with letter_app.app_context():
        reader.subscribed("travaux", rythme="articles")
    assert "article par article" in words(owner)
    with letter_app.app_context():
        reader.row.paused_until = clock.today() + timedelta(days=9)
        db.session.commit()
    assert "en pause jusqu’au" in words(owner)
    with letter_app.app_context():
        suppress(db.session(), reader.row, SuppressionReason.NO_MAILBOX, clock.now())
        db.session.commit()
    assert "a refusé nos courriels" in words(owner)
    with letter_app.app_context():
        reader.post(reader.leaving())
    assert "désabonnée le" in words(owner)


def test_somebody_else_s_subscription_is_not_shown(letter_app: Flask, owner: Person) -> None:
    with letter_app.app_context():
        reader = Reader(letter_app).subscribed("travaux")
    assert reader.address not in words(owner)
