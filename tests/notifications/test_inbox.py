"""What is read on the site, the private feed, « Je ne reçois rien », the code of a mail."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.notifications import diagnosis, inbox, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.structures.events import EventKind, happened
from communaute.extensions import db
from communaute.mailing import outbox
from communaute.models import Delivery, DeliveryState
from tests.mailing.conftest import a_mail
from tests.pages import faults_of, soup_of
from tests.structures import worlds
from tests.structures.visiting import Visitor, real_structure, text_of


LIST = "/compte/notifications"
NOTHING = f"{LIST}/je-ne-recois-rien"


def eventful(app: Flask, manager: Visitor, count: int = 3) -> int:
    """A structure of theirs where things happen."""
    made = real_structure(app, principal=manager)
    with app.app_context():
        for _ in range(count):
            happened(db.session(), EventKind.SPACE_OPENED, made, clock.now())
        db.session.commit()
    return made


def shown(page: object) -> tuple[int, int]:
    """How many lines a page shows, and how many are unread."""
    lines = page.select("main ul:not(.fr-raw-list) > li a[href^='/compte/structures/']")  # type: ignore[attr-defined]
    unread = page.select("main li strong")  # type: ignore[attr-defined]
    return len(lines), len(unread)


def test_the_count_agrees_with_the_list(visited_app: Flask, manager: Visitor) -> None:
    eventful(visited_app, manager)
    page = manager.get(LIST)
    assert shown(page) == (3, 3)
    assert "3 nouvelles non lues" in text_of(page).replace("\u00a0", " ")
    assert "3 nouvelles non lues" in text_of(manager.get("/compte/")).replace("\u00a0", " ")


def test_all_read_then_undone_then_new_ones_first(visited_app: Flask, manager: Visitor) -> None:
    made = eventful(visited_app, manager)
    manager.goes(f"{LIST}/lu", LIST)
    assert shown(manager.get(LIST)) == (3, 0)
    manager.goes(f"{LIST}/lu", LIST, annuler="1")
    assert shown(manager.get(LIST)) == (3, 3)
    manager.goes(f"{LIST}/lu", LIST)
    with visited_app.app_context():
        happened(db.session(), EventKind.MANDATE_ADDED, made, clock.now())
        db.session.commit()
    page = manager.get(LIST)
    assert shown(page) == (4, 1)
    assert "mandat" in str(page.select_one("main li:has(strong)"))
    assert shown(manager.get(f"{LIST}?lu=non")) == (1, 1)


def test_filters_are_in_the_address_and_nonsense_asks_for_nothing(
    visited_app: Flask, manager: Visitor
) -> None:
    eventful(visited_app, manager, 2)
    second = eventful(visited_app, manager, 25)
    assert shown(manager.get(f"{LIST}?structure={second}"))[0] == 20
    assert shown(manager.get(f"{LIST}?structure={second}&page=2"))[0] == 5
    for query in ("structure=zz&page=-4", f"page={9**20}", "structure=999999&lu=%00"):
        manager.get(f"{LIST}?{query}")


def test_a_structure_of_others_shows_nothing(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    made = eventful(visited_app, manager)
    assert shown(colleague.get(f"{LIST}?structure={made}")) == (0, 0)


def test_the_feed_opens_by_its_key_alone_and_a_new_key_closes_the_former(
    visited_app: Flask, manager: Visitor
) -> None:
    eventful(visited_app, manager)
    stranger = Visitor(visited_app)
    addresses = []
    for _ in range(2):
        manager.goes(f"{LIST}/flux", LIST)
        link = manager.get(LIST).select_one("a[href$='.atom'].long-link")
        assert link is not None
        addresses.append(str(link["href"]).split("://")[1].partition("/")[2])
    assert stranger.raw("GET", f"/{addresses[0]}").status_code == 404
    answer = stranger.raw("GET", f"/{addresses[1]}")
    assert answer.mimetype == "application/atom+xml"
    root = ET.fromstring(answer.text)
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 3
    for key in ("x", "y" * 43, "é" * 42):
        path = f"/outils/notifications/flux/{key}.atom"
        assert stranger.raw("GET", path).status_code == 404


def test_forged_requests_are_refused(visited_app: Flask, manager: Visitor) -> None:
    eventful(visited_app, manager)
    stranger = Visitor(visited_app)
    for path in (f"{LIST}/lu", f"{LIST}/flux", NOTHING):
        assert stranger.raw("POST", path).status_code == 302
        assert manager.raw("POST", path).status_code == 400
    assert shown(manager.get(LIST)) == (3, 3)
    assert manager.mails().count("notification-trial") == 0


def test_each_cause_has_its_sentence(visited_app: Flask, manager: Visitor) -> None:
    assert "n’est pas cochée" in text_of(manager.get(NOTHING))
    tuesday = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    with visited_app.app_context():
        session, user = db.session(), manager.account()
        settings.save(session, user, Choices(receives=True), tuesday)
        session.commit()
        assert "aucune structure" in diagnosis.diagnose(session, user, tuesday).cause
        worlds.structure(session, principal=user)
        session.commit()
        assert "rien passé" in diagnosis.diagnose(session, user, tuesday).cause
        first_of_may = datetime(2027, 5, 1, 9, 0, tzinfo=UTC)
        said = diagnosis.diagnose(session, user, first_of_may)
        assert any("1er mai" in one for one in (said.cause, *said.besides))
        outbox.post(session, a_mail(to=user.email), key=f"refus-{user.id}", due=tuesday)
        mail = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
        mail.state, mail.outcome = DeliveryState.FAILED, "550 5.1.1 no such user"
        session.commit()
        assert "550 5.1.1 no such user" in diagnosis.diagnose(session, user, tuesday).cause


def test_a_test_mail_is_sent_once_an_hour_and_the_page_says_what_became_of_it(
    manager: Visitor,
) -> None:
    for _ in range(2):
        assert manager.goes(NOTHING, NOTHING) == f"{NOTHING}#essai"
    assert manager.mails().count("notification-trial") == 1
    assert "attend de partir" in text_of(manager.get(NOTHING))


def posted(app: Flask, state: DeliveryState) -> Delivery:
    with app.app_context():
        mail = a_mail(subject="Vos structures : 3 nouvelles")
        outbox.post(db.session(), mail, key=f"code-{state}-{clock.now()}", due=clock.now())
        found = db.session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
        found.state = state
        db.session.commit()
        db.session.refresh(found)
        db.session.expunge(found)
        return found


def test_a_code_says_when_and_what_about_never_to_whom(
    visited_app: Flask, visitor: Visitor
) -> None:
    mail = posted(visited_app, DeliveryState.SENT)
    assert mail.code is not None
    for typed in (mail.code, mail.code.lower(), mail.code.replace("-", " ")):
        said = text_of(visitor.get(f"/courriel?code={typed}"))
        assert "Oui" in said
        assert "3 nouvelles" in said.replace("\u00a0", " ")
        assert mail.recipient not in said


@pytest.mark.parametrize(
    ("typed", "status"),
    [("ABCD-EFG9", 404), ("", 422), ("abc", 422), ("x" * 400, 422), ("é" * 8, 422)],
)
def test_a_code_that_is_not_ours_says_what_to_do(visitor: Visitor, typed: str, status: int) -> None:
    answer = visitor.raw("GET", "/courriel", query_string={"code": typed})
    assert answer.status_code == status
    assert faults_of(answer.text) == []
    said = text_of(soup_of(answer.text))
    assert ("ne payez rien" in said) == (status == 404)


def test_a_mail_that_has_not_left_has_no_code_yet(visited_app: Flask, visitor: Visitor) -> None:
    mail = posted(visited_app, DeliveryState.WAITING)
    assert visitor.raw("GET", f"/courriel?code={mail.code}").status_code == 404


def test_a_key_of_another_length_is_nobodys(visited_app: Flask) -> None:
    with visited_app.app_context():
        assert inbox.owner_of_feed(db.session(), "") is None
