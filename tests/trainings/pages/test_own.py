"""« Mon inscription » by its link: every act, every kind of bad link, and robots that open links."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.trainings import changing, reminders
from communaute.domain.trainings.planning import SessionTimes
from communaute.extensions import db
from communaute.models import Registration, RegistrationState, SessionPair
from communaute.wiring import current
from tests.pages import Pages, one
from tests.swapping import main_text
from tests.trainings.pages.scenes import CLASS, FORM, Scene, Visitor, links_of, path_of


# The acts that a link allows; each is a page and a form.
ACTS = ("confirmer", "annuler", "quitter", "changer", "proposition", "effacer", "avis")


@pytest.fixture
def pages(training_app: Flask) -> Pages:
    return Pages(training_app)


def test_the_link_of_the_mail_leads_to_one_button_that_confirms(scene: Scene) -> None:
    visitor = scene.visitor()
    visitor.ask(scene.pair())
    link = visitor.link("training-confirm")
    page = visitor.pages.get(link)
    assert [b.get_text() for b in page.select("main form button")] == ["Confirmer ma place"]
    assert visitor.registration().state == RegistrationState.HELD
    done = visitor.press(link)
    text = main_text(visitor.pages.get(done.location))
    assert "votre place est confirmée" in text
    assert CLASS in str(visitor.pages.get(visitor.own()))
    assert "Confirmer ma place" not in main_text(visitor.pages.get(link)), "done once"


def test_one_changes_dates_and_the_old_place_is_freed(scene: Scene) -> None:
    first, second = scene.pair(capacity=1), scene.pair(capacity=1, days=30)
    visitor = scene.placed(first)
    done = visitor.press(visitor.own("/changer"), paire=str(second))
    assert "vos dates sont changées" in main_text(visitor.pages.get(done.location))
    assert visitor.registration().pair_id == second
    assert (scene.count(first, "confirmed"), scene.count(second, "confirmed")) == (0, 1)


def test_a_place_that_is_gone_meanwhile_changes_nothing(scene: Scene) -> None:
    first, second = scene.pair(capacity=1), scene.pair(capacity=1, days=30)
    visitor = scene.placed(first)
    scene.placed(second)
    for paire, status in ((second, 409), (first, 422), (999999, 422), ("x", 422), ("", 422)):
        page = visitor.pages.post(visitor.own("/changer"), status, data={"paire": paire})
        assert "Rien n’a changé" in main_text(page)
    assert visitor.registration().pair_id == first


def test_one_says_that_one_will_not_come_and_that_one_will(scene: Scene) -> None:
    visitor = scene.placed(scene.pair())
    page = visitor.pages.get(visitor.own())
    form = page.select("form[action$='/absence']")[1]
    assert "séance 2" in form.get_text()
    session = str(one(form, "[name=seance]")["value"])
    for absent, said in (("oui", "ne viendrez pas"), ("non", "vous viendrez")):
        response = visitor.pages.response(
            "POST", visitor.own("/absence"), data={"seance": session, "absent": absent}
        )
        assert said in main_text(visitor.pages.get(response.location))
    refused = visitor.pages.post(visitor.own("/absence"), 422, data={"seance": "999999"})
    assert "Rien n’a changé" in main_text(refused)


def test_one_cancels_and_may_sign_up_again(scene: Scene) -> None:
    pair = scene.pair(capacity=1)
    visitor = scene.placed(pair)
    done = visitor.press(visitor.own("/annuler"))
    text = main_text(visitor.pages.get(done.location))
    assert "votre place est rendue" in text
    assert "n’avez plus de place" in text
    assert scene.count(pair, "confirmed") == 0


def test_the_dates_are_downloaded_for_one_s_calendar(scene: Scene, pages: Pages) -> None:
    visitor = scene.placed(scene.pair())
    response = pages.response("GET", visitor.own("/calendrier.ics"))
    assert response.mimetype == "text/calendar"
    assert len(icalendar.Calendar.from_ical(response.text).walk("VEVENT")) == 2
    held = scene.visitor()
    held.ask(scene.pair())
    pages.get(held.own("/calendrier.ics"), 409)


def test_one_gets_all_one_s_data_then_erases_them(scene: Scene, pages: Pages) -> None:
    visitor = scene.placed(scene.pair(), attentes="Tout comprendre")
    response = pages.response("GET", visitor.own("/mes-donnees.json"))
    assert "Tout comprendre" in response.text
    assert json.loads(response.text)
    page = pages.get(visitor.own("/effacer"))
    assert "pour de bon" in main_text(page)
    path = visitor.own("/effacer")
    token_path = visitor.own()
    pages.post(path, 200)
    pages.get(token_path, 410)
    pages.get(path, 410)
    with scene.app.app_context():
        assert not db.session.scalars(
            select(Registration).where(Registration.email == visitor.email)
        ).all()


def test_an_offer_is_accepted_or_declined_by_two_buttons(scene: Scene) -> None:
    slug = scene.slugs()[1]
    for answer, state in (("accepter", "confirmed"), ("refuser", "waiting")):
        pair = scene.pair(capacity=1, slug=slug, days=25)
        owner, waiter = scene.placed(pair), scene.visitor()
        waiter.ask(pair)
        owner.press(owner.own("/annuler"))
        link = waiter.link("training-offer")
        page = waiter.pages.get(link)
        buttons = page.select("main form button")
        assert [str(b["value"]) for b in buttons] == ["accepter", "refuser"]
        assert waiter.registration().state == RegistrationState.OFFERED
        waiter.pages.post(link, 422, data={})
        waiter.press(link, reponse=answer)
        assert waiter.registration().state == state
        assert "Une place vous est proposée" not in main_text(waiter.pages.get(link))
        if state == "waiting":
            waiter.press(waiter.own("/quitter"))


def test_an_answer_without_an_offer_changes_nothing(scene: Scene) -> None:
    visitor = scene.placed(scene.pair())
    for answer in ("refuser", "peut-être", ""):
        page = visitor.pages.post(visitor.own("/proposition"), 409, data={"reponse": answer})
        assert "Rien n’a changé" in main_text(page)
    assert visitor.registration().state == RegistrationState.CONFIRMED


def test_a_place_not_confirmed_in_time_says_so(scene: Scene) -> None:
    visitor = scene.visitor()
    visitor.ask(scene.pair())
    with scene.app.app_context():
        found = select(Registration).where(Registration.email == visitor.email)
        db.session.scalars(found).one().until = clock.now() - timedelta(minutes=1)
        db.session.commit()
    assert "non confirmée à temps" in main_text(visitor.pages.get(visitor.own("/confirmer")))
    refused = visitor.pages.post(visitor.own("/confirmer"), 410)
    assert "Rien n’a changé" in main_text(refused)


def test_after_the_training_three_questions_and_an_attestation(scene: Scene) -> None:
    pair = scene.pair()
    visitor = scene.placed(pair)
    early = visitor.pages.get(visitor.own("/attestation.pdf"), 409)
    assert "après la formation" in main_text(early)
    scene.shift(pair, days=-40)
    page = visitor.pages.get(visitor.own("/avis"))
    assert len(page.select("main fieldset")) == 2
    refused = visitor.pages.post(
        visitor.own("/avis"), 422, data={"attentes": "4", "remarque": "Très bien"}
    )
    assert "Très bien" in refused.get_text()
    visitor.pages.post(visitor.own("/avis"), 422, data={"attentes": "9", "autonomie": "-1"})
    done = visitor.press(
        visitor.own("/avis"), attentes="4", autonomie="3", remarque="Un exemple de plus"
    )
    assert "Merci" in main_text(visitor.pages.get(done.location))
    again = visitor.pages.post(visitor.own("/avis"), 409, data={"attentes": "4", "autonomie": "3"})
    assert "Rien n’a changé" in main_text(again)


@pytest.mark.parametrize("bad", ["cut", "longer", "backwards", "x", "long", "%00", "é"])
def test_forged_and_truncated_links_open_nothing(scene: Scene, pages: Pages, bad: str) -> None:
    token = scene.placed(scene.pair()).token()
    forged = {
        "cut": token[:-1],
        "longer": f"{token}a",
        "backwards": token[::-1],
        "long": "a" * 3_000,
    }
    there = f"{FORM}/{forged.get(bad, bad)}"
    assert pages.get(there, 404).select_one("main a"), "there is a way out"
    for act in ACTS:
        assert pages.response("GET", f"{there}/{act}").status_code == 404, act
        assert pages.response("POST", f"{there}/{act}").status_code == 404, act
    for file in ("mes-donnees.json", "calendrier.ics", "attestation.pdf"):
        assert pages.response("GET", f"{there}/{file}").status_code == 404, file


def test_a_link_signed_for_something_else_opens_nothing(scene: Scene, pages: Pages) -> None:
    location = scene.visitor().ask(scene.pair()).location
    state = location.rsplit("/", 1)[1]
    pages.get(f"{FORM}/{state}", 404)
    with scene.app.test_request_context():
        nobody = current.training_context().token("a-reference-of-nobody")
    pages.get(f"{FORM}/{nobody}", 410)


def test_another_site_cannot_press_a_button(scene: Scene) -> None:
    visitor = scene.placed(scene.pair())
    for act in (*ACTS, "absence"):
        response = visitor.pages.response(
            "POST", visitor.own(f"/{act}"), headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert response.status_code == 403, act
    assert visitor.registration().state == RegistrationState.CONFIRMED


# Every mail about a training that holds a link.
LINKED = {"confirm", "place", "list", "offer", "again", "moved", "called-off", "cancelled"}
LINKED |= {"reminder", "thanks"}


def test_a_robot_that_opens_every_link_of_every_mail_changes_nothing(scene: Scene) -> None:
    """GET and HEAD, as mail scanners do, on all that a life of mails holds."""
    people = a_life_of_mails(scene)
    mails = [(person, mail) for person in people for mail in person.mails()]
    templates = {mail.template.removeprefix("training-") for _, mail in mails}
    assert templates >= LINKED, LINKED - templates
    before = [state_of(person) for person in people]
    for person, mail in mails:
        for link in links_of(mail):
            for method in ("GET", "HEAD"):
                if urlsplit(link).hostname != "classe.example":
                    status = person.pages.response(method, path_of(link)).status_code
                    expected = (200, 409) if link.endswith("attestation.pdf") else (200,)
                    assert status in expected, f"{mail.template}: {method} {link}: {status}"
    assert [state_of(person) for person in people] == before


def a_life_of_mails(scene: Scene) -> list[Visitor]:
    """People who got, between them, every mail there is about a training."""
    slug = scene.slugs()[1]
    near, full = scene.pair(capacity=3, days=1), scene.pair(capacity=1, slug=slug, days=12)
    owner, waiter, held = scene.placed(full), scene.visitor(), scene.visitor()
    reminded, gone = scene.placed(near), scene.placed(scene.pair(days=20))
    waiter.ask(full)
    waiter.ask(full)
    held.ask(near)
    owner.press(owner.own("/annuler"))
    moved, off, past = (scene.pair(days=days) for days in (30, 31, 3))
    told = [scene.placed(pair) for pair in (moved, off, past)]
    scene.shift(past, days=-12)
    with scene.app.test_request_context():
        here, now = current.training_context(), clock.now()
        row = db.session.get(SessionPair, moved)
        assert row is not None
        times = [
            SessionTimes(
                starts_at=s.starts_at + timedelta(hours=1), ends_at=s.ends_at + timedelta(hours=1)
            )
            for s in row.sessions
        ]
        changing.move_pair(here, moved, times, class_url=CLASS)
        changing.cancel_pair(here, off, reason="")
        first = db.session.get(SessionPair, near)
        assert first is not None
        for moment in (first.starts_at - timedelta(hours=1), now + timedelta(days=3)):
            reminders.send_reminders(replace(here, now=moment))
    return [owner, waiter, held, reminded, gone, *told]


def state_of(visitor: Visitor) -> tuple[object, ...]:
    row = visitor.registration()
    return (row.state, row.pair_id, row.until, row.number, row.confirmed_at, len(visitor.mails()))


def test_pages_of_a_link_are_kept_by_nobody(scene: Scene, pages: Pages) -> None:
    visitor = scene.placed(scene.pair())
    for rest in ("", "/changer", "/annuler", "/effacer", "/mes-donnees.json", "/calendrier.ics"):
        response = pages.response("GET", visitor.own(rest))
        assert response.headers["Cache-Control"] == "no-store", rest
        assert response.headers["X-Robots-Tag"] == "noindex", rest
        assert response.headers["Referrer-Policy"] == "same-origin", rest
        assert "Set-Cookie" not in response.headers, rest


def test_what_is_confirmed_is_said_once(scene: Scene) -> None:
    visitor = scene.visitor()
    visitor.ask(scene.pair())
    done = visitor.press(visitor.link("training-confirm"))
    page = visitor.pages.get(done.location)
    said = page.select(".fr-alert--success")
    assert len(said) == 1
    assert "votre place est confirmée" in said[0].get_text()
    assert one(page, "[data-focus]") is said[0], "what was done is where the reader is led"
