"""Leave from a mail: a GET changes nothing, one click leaves, a scope is chosen, all can be undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.notifications import changes, diagnosis, follows, leaving, sending, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.follows import Subject, SubjectKind
from communaute.domain.notifications.topics import Topic
from communaute.domain.structures.events import EventKind, happened
from communaute.extensions import db
from communaute.models import Delivery
from communaute.wiring import current, follow_desk
from tests.mailing import robot
from tests.notifications.test_pages import chosen
from tests.structures.visiting import Visitor, real_structure, text_of


ON = Choices(receives=True)


def subscribed(app: Flask, manager: Visitor) -> str:
    """Somebody who receives; the path of the link in their mails."""
    with app.app_context():
        user = manager.account()
        settings.save(db.session(), user, ON, clock.now())
        db.session.commit()
        return leaving.link(current.settings().secret_key, "", user.id)


def test_scanners_change_nothing_and_the_click_still_works(
    visited_app: Flask, manager: Visitor
) -> None:
    path, reader = subscribed(visited_app, manager), Visitor(visited_app)
    for method in ("HEAD", "GET", "OPTIONS", "GET", "HEAD"):
        assert reader.raw(method, path).status_code == 200
    assert chosen(visited_app, manager) == ON
    assert reader.raw("POST", path, data={"quoi": "tout"}).status_code == 303
    assert chosen(visited_app, manager).receives is False
    assert reader.client.get_cookie("session") is None


def test_a_mail_program_leaves_at_one_click(visited_app: Flask, manager: Visitor) -> None:
    """RFC 8058: from the program's own servers, without cookie nor page, and nothing else in the body."""
    path = subscribed(visited_app, manager)
    body = {"List-Unsubscribe": "One-Click"}
    headers = {"Origin": "https://courrier.example", "Sec-Fetch-Site": "cross-site"}
    answer = Visitor(visited_app).raw("POST", path, data=body, headers=headers)
    assert answer.status_code in (200, 303)
    assert chosen(visited_app, manager).receives is False


def test_another_site_does_not_leave_for_us(visited_app: Flask, manager: Visitor) -> None:
    path = subscribed(visited_app, manager)
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = Visitor(visited_app).raw("POST", path, data={"quoi": "tout"}, headers=headers)
    assert answer.status_code == 403
    assert chosen(visited_app, manager) == ON


def test_a_scope_is_chosen_and_pressing_twice_leaves_no_more(
    visited_app: Flask, manager: Visitor
) -> None:
    made, path = real_structure(visited_app, principal=manager), subscribed(visited_app, manager)
    reader = Visitor(visited_app)
    for _ in range(2):
        reader.raw("POST", path, data={"quoi": Topic.PAID.value})
        assert chosen(visited_app, manager) == replace(ON, silenced=frozenset({Topic.PAID}))
    for _ in range(2):
        reader.raw("POST", path, data={"quoi": f"structure-{made}"})
        after = chosen(visited_app, manager)
        assert after.receives
        assert not after.follows(made)


def test_what_was_left_can_be_put_back(visited_app: Flask, manager: Visitor) -> None:
    path, reader = subscribed(visited_app, manager), Visitor(visited_app)
    reader.raw("POST", path, data={"quoi": "tout"})
    page = reader.get(f"{path}?fait=1")
    assert "plus aucun récapitulatif" in text_of(page)
    assert page.select_one("button[name=annuler]") is not None
    for _ in range(2):
        reader.raw("POST", path, data={"annuler": "1"})
        assert chosen(visited_app, manager) == ON
    assert "de nouveau" in text_of(reader.get(f"{path}?remis=1"))


@pytest.mark.parametrize("token", ["x", "MQ.forged", "9" * 300, "é"])
def test_a_forged_link_opens_nothing(visited_app: Flask, manager: Visitor, token: str) -> None:
    subscribed(visited_app, manager)
    path, reader = f"/outils/notifications/quitter/{token}", Visitor(visited_app)
    assert "ne s’ouvre pas" in text_of(reader.get(path, 404))
    assert reader.raw("POST", path, data={"quoi": "tout"}).status_code == 404
    assert chosen(visited_app, manager) == ON


def test_what_cannot_be_left_is_refused(visited_app: Flask, manager: Visitor) -> None:
    path = subscribed(visited_app, manager)
    answer = Visitor(visited_app).raw("POST", path, data={"quoi": "n'importe quoi"})
    assert answer.status_code == 422
    assert chosen(visited_app, manager) == ON


def test_every_link_of_each_mail_may_be_opened_twice_before_its_reader(
    visited_app: Flask, manager: Visitor
) -> None:
    """The digest, the test mail, the mails of what one follows: GET and HEAD change nothing."""
    leave = subscribed(visited_app, manager)
    made = real_structure(visited_app, principal=manager)
    with visited_app.app_context():
        session, user, now = db.session(), manager.account(), clock.now()
        happened(session, EventKind.SPACE_OPENED, made, now)
        settings.row_of(session, user).next_at = now  # type: ignore[union-attr]
        diagnosis.send_trial(session, user, link="http://localhost:5000/compte/", now=now)
        page = Subject(SubjectKind.PAGE, "/guides/deposer-une-facture")
        follows.start(session, user, page, now - timedelta(days=1))
        session.commit()
        changed = replace(follow_desk.news_of(current.content().pages[page.key]), mark="essai")
        changes.note(session, [changed])
        sending.send_due(current.context())
        follow_desk.tell()
        own = select(Delivery).where(Delivery.recipient == user.contact_address)
        mails = [mail for mail in session.scalars(own) if mail.context]
    links = {link for mail in mails for link in robot.links_of(visited_app, mail)}
    assert {"notification-digest", "notification-trial", "follow-changed"} <= {
        link.template for link in links
    }
    before = robot.everything(visited_app)
    for link in links:
        for method in robot.VISITS:
            answer = visited_app.test_client().open(link.path, method=method)
            assert answer.status_code < 400, link
    assert robot.everything(visited_app) == before
    reader = Visitor(visited_app)
    for path in {link.path for link in links if "/suivis/" in link.path}:
        assert reader.raw("POST", path, data={"arreter": "tout"}).status_code == 303
    assert reader.raw("POST", leave, data={"quoi": "tout"}).status_code == 303
    assert chosen(visited_app, manager).receives is False
    with visited_app.app_context():
        assert follows.of_account(db.session(), manager.account()) == []
