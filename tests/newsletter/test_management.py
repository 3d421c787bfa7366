"""« Gestion / lettre »: only staff; nothing that blocks leaves; who, when, where it is."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from communaute.extensions import db
from communaute.models import Delivery, Role, Sending
from communaute.wiring import letter_desk
from tests.accounts.people import Person
from tests.newsletter.conftest import empty
from tests.newsletter.readers import words_of
from tests.newsletter.test_sending import subscribers
from tests.pages import one


ISSUE = "/gestion/lettre/newsletter/2020-automne"


@pytest.fixture(scope="module")
def editor(letter_app: Flask) -> Person:
    """Somebody who edits the site."""
    return Person(letter_app).at_work_as(Role.EDITOR)


@pytest.fixture
def audience(letter_app: Flask) -> None:
    """Three people who subscribe."""
    empty(letter_app)
    with letter_app.app_context():
        subscribers(3)


def numbers(app: Flask, table: type[Delivery] | type[Sending]) -> int:
    """How many rows."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_only_staff_sees_it(letter_app: Flask) -> None:
    person = Person(letter_app).signed_in()
    for path in ("/gestion/lettre", ISSUE, f"{ISSUE}/apercu"):
        assert person.raw("GET", path).status_code == 403
    assert Person(letter_app).raw("GET", ISSUE).status_code == 302


def test_an_issue_is_sent_paused_and_goes_on(
    letter_app: Flask, editor: Person, audience: None
) -> None:
    assert "3 personnes abonnées" in words_of(editor.get("/gestion/lettre")).replace("\u00a0", " ")
    page = words_of(editor.get(ISSUE)).replace("\u00a0", " ")
    assert "Envoyer à 3 personnes" in page
    assert "n’est plus à jour" in page, "an article past its truth is told"
    assert editor.send(ISSUE, acte="envoyer", quand="maintenant").status_code == 303
    stop = one(editor.get(ISSUE), "details button[value=arreter]").find_parent("details")
    assert stop
    assert "3 aujourd" in stop.text, "how many will not receive it"
    for acte, said in (("pause", "en pause"), ("reprendre", "prévu"), ("arreter", "arrêté")):
        assert editor.send(ISSUE, acte=acte).status_code == 303
        assert said in words_of(editor.get(ISSUE)) or acte == "reprendre"
    assert numbers(letter_app, Sending) == 1
    assert "correction" in words_of(editor.get(ISSUE))


def test_sent_to_oneself_it_is_marked_and_reaches_nobody_else(
    letter_app: Flask, editor: Person, audience: None
) -> None:
    assert editor.send(ISSUE, acte="essai").status_code == 303
    with letter_app.app_context():
        mail = db.session.scalars(select(Delivery)).one()
        assert (mail.recipient, mail.subject[:7]) == (editor.email, "[Essai]")


def test_an_hour_past_is_refused_and_what_was_typed_stays(
    editor: Person, audience: None, letter_app: Flask
) -> None:
    fields = {"acte": "envoyer", "quand": "heure", "heure": "01/01/2020 10:00"}
    page = editor.post(ISSUE, 422, **fields)
    assert "à venir" in words_of(page)
    assert page.select_one("input[value='01/01/2020 10:00']") is not None
    assert numbers(letter_app, Sending) == 0


def test_an_hour_that_no_clock_shows_is_refused(
    editor: Person, audience: None, letter_app: Flask
) -> None:
    fields = {"acte": "envoyer", "quand": "heure", "heure": "28/03/2027 02:30"}
    assert "n’existe pas ce jour-là" in words_of(editor.post(ISSUE, 422, **fields))
    assert numbers(letter_app, Sending) == 0


def test_the_preview_fetches_nothing(editor: Person, audience: None) -> None:
    answer = editor.raw("GET", f"{ISSUE}/apercu")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<img" not in answer.text
    plain = editor.raw("GET", f"{ISSUE}/apercu?texte=1")
    assert plain.mimetype == "text/plain"
    assert "nous ne savons pas si vous lisez" in plain.text


def test_the_progress_says_the_four_counts(
    letter_app: Flask, editor: Person, audience: None
) -> None:
    assert editor.raw("GET", f"{ISSUE}/avancement").status_code == 404
    editor.send(ISSUE, acte="envoyer", quand="maintenant")
    with letter_app.app_context():
        letter_desk.run_due()
    assert "Pas partis" in editor.raw("GET", f"{ISSUE}/avancement").text
    assert numbers(letter_app, Delivery) == 3
