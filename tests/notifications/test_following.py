"""Follow from a page, answer the mail, be told at the release, leave: as a reader and as a forger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import Delivery, Follow, Follower, SessionPair, Training, TrainingSession
from communaute.wiring import current, follow_desk
from tests.notifications.test_pages import TOOL
from tests.pages import faults_of, soup_of
from tests.structures.visiting import Visitor, text_of


FOLLOW = f"{TOOL}/suivre"
GUIDE = "/guides/deposer-une-facture"
ASK = f"{FOLLOW}?page={GUIDE}"
TRAINING = "creer-son-compte"


def address() -> str:
    return f"{uuid4().hex[:10]}@exemple.example"


def asked(reader: Visitor, path: str = ASK, **fields: str) -> str:
    """Ask with an address alone; the address."""
    email = fields.setdefault("courriel", address())
    answer = reader.raw("POST", path, data=fields)
    assert answer.status_code == 303, answer.text[:500]
    assert "deux jours" in text_of(reader.get(answer.location))
    return email


def mailed(app: Flask, to: str) -> list[Delivery]:
    with app.app_context():
        own = select(Delivery).where(Delivery.recipient == to).order_by(Delivery.id)
        return list(db.session.scalars(own))


def link_of(app: Flask, to: str) -> str:
    """The page that an address's last mail leads to."""
    said = mailed(app, to)[-1].context
    return urlsplit(str(said.get("link") or said.get("leave"))).path


def confirmed(app: Flask, path: str = ASK, **fields: str) -> tuple[str, str]:
    """Somebody without an account who follows; their address, and their page."""
    reader = Visitor(app)
    email = asked(reader, path, **fields)
    own = link_of(app, email)
    every = [str(box["value"]) for box in reader.get(own).select("input[name=suivre]")]
    reader.raw("POST", own, data={"confirmer": "1", "suivre": every})
    return email, own


def released(app: Flask, note: str) -> None:
    """A release in which a page says what has changed in it."""
    state = app.extensions[current.KEY]
    page = replace(state.content.pages[GUIDE], updated_note=note)
    state.content = replace(state.content, pages={**state.content.pages, GUIDE: page})
    state.pages.clear()
    tell(app)


def tell(app: Flask) -> dict[str, int]:
    with app.app_context():
        return follow_desk.tell()


@pytest.fixture(autouse=True)
def content_as_it_was(visited_app: Flask) -> Iterator[None]:
    state = visited_app.extensions[current.KEY]
    before = state.content
    yield
    state.content = before
    state.pages.clear()


def test_every_page_offers_it_and_a_training_offers_its_dates(visitor: Visitor) -> None:
    link = visitor.get(GUIDE).select_one(f"a[href='{ASK}']")
    assert link is not None
    assert "Me prévenir quand cette page change" in link.get_text()
    assert visitor.get(f"/formations/{TRAINING}").select("a[href^='/outils/notifications/suivre']")
    shown = visitor.get(f"{FOLLOW}?formation={TRAINING}")
    values = [str(one["value"]) for one in shown.select("input[name=quoi]")]
    assert values[0] == f"formation:{TRAINING}"
    assert values[1].startswith("theme:")


@pytest.mark.parametrize("query", ["", "page=/nulle-part", "page=/compte/", "formation=x", "page="])
def test_what_does_not_exist_is_not_followed(visitor: Visitor, query: str) -> None:
    assert visitor.raw("GET", f"{FOLLOW}?{query}").status_code == 404
    assert visitor.raw("POST", f"{FOLLOW}?{query}", data={"courriel": "a@b.fr"}).status_code == 404


def test_from_the_page_to_the_mail_of_a_real_change(visited_app: Flask, visitor: Visitor) -> None:
    email, own = confirmed(visited_app)
    assert "quand elle change" in text_of(visitor.get(own))
    tell(visited_app)
    assert [m.template for m in mailed(visited_app, email)] == ["follow-asked"]
    for _ in range(2):
        released(visited_app, f"Le dépôt se fait autrement, {email}.")
    assert [m.template for m in mailed(visited_app, email)] == ["follow-asked", "follow-changed"]
    assert "Ce qui a changé" in text_of(visitor.get(GUIDE))
    for method in ("HEAD", "GET", "OPTIONS", "GET", "HEAD"):
        assert visitor.raw(method, link_of(visited_app, email)).status_code == 200
    assert visitor.raw("POST", own, data={"arreter": "tout"}).status_code == 303
    released(visited_app, f"Encore, {email}.")
    assert len(mailed(visited_app, email)) == 2
    visitor.raw("POST", own, data={"annuler": "1"})
    assert "remis" in text_of(visitor.get(f"{own}?fait=remis"))
    released(visited_app, f"Et encore, {email}.")
    assert len(mailed(visited_app, email)) == 3
    assert visitor.client.get_cookie("session") is None


def pair_of(app: Flask, slug: str) -> None:
    """A date that an organiser opens."""
    with app.app_context():
        found = db.session.scalar(select(Training).where(Training.slug == slug))
        training = found or Training(slug=slug, title="Créer son compte", theme="Démarrer")
        start = clock.now() + timedelta(days=20)
        times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
        pair = SessionPair(training=training, capacity=9, created_at=clock.now(), **times)
        pair.sessions = [TrainingSession(number=1, **times)]
        db.session.add(pair)
        db.session.commit()


@pytest.mark.parametrize("number", [0, 1])
def test_a_new_date_is_told_to_who_follows_the_training_or_its_theme(
    visited_app: Flask, visitor: Visitor, number: int
) -> None:
    pair_of(visited_app, TRAINING)
    path = f"{FOLLOW}?formation={TRAINING}"
    chosen = str(visitor.get(path).select("input[name=quoi]")[number]["value"])
    email, _ = confirmed(visited_app, path, quoi=chosen)
    tell(visited_app)
    assert len(mailed(visited_app, email)) == 1, "the date was there before"
    pair_of(visited_app, TRAINING)
    for _ in range(2):
        tell(visited_app)
    mail = mailed(visited_app, email)[1]
    assert mail.subject.startswith("Nouvelle date")
    assert mail.context["lines"][0]["url"].endswith(f"/formations/{TRAINING}")


def test_with_an_account_it_is_followed_at_once_and_is_in_the_settings(
    visited_app: Flask, manager: Visitor
) -> None:
    assert manager.get(ASK).select("input[type=email]") == []
    assert manager.goes(ASK, ASK, quoi=f"page:{GUIDE}") == f"{TOOL}#suivis"
    page = manager.get(TOOL)
    box = page.select_one(f"input[name=suivis][value='page:{GUIDE}']")
    assert box is not None
    assert box.has_attr("checked")
    assert "1 page ou formation suivie" in text_of(manager.get("/compte/")).replace("\u00a0", " ")
    released(visited_app, f"Pour {manager.email}.")
    assert manager.mails().count("follow-changed") == 1
    manager.goes(f"{TOOL}/reglages", TOOL, rythme="jour", heure="8")
    assert manager.get(TOOL).select(f"input[name=suivis][value='page:{GUIDE}']") == []


def test_a_theme_is_chosen_in_the_settings(manager: Visitor) -> None:
    themes = manager.get(TOOL).select("input[name=suivis]")
    wanted = str(themes[0]["value"])
    fields: dict[str, str | list[str]] = {"rythme": "jour", "heure": "8", "suivis": [wanted, "x:y"]}
    manager.goes(f"{TOOL}/reglages", TOOL, **fields)
    ticked = manager.get(TOOL).select("input[name=suivis][checked]")
    assert [str(one["value"]) for one in ticked] == [wanted]


@pytest.mark.parametrize("typed", ["", "x", "a@b", "é@exemple.fr", "a@exemple.fr\nBcc: b@c.fr"])
def test_an_address_that_is_none_has_its_sentence(visitor: Visitor, typed: str) -> None:
    answer = visitor.raw("POST", ASK, data={"courriel": typed})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert soup_of(answer.text).select(".fr-error-text")


def test_the_page_says_the_same_whoever_the_address_is(
    visited_app: Flask, visitor: Visitor, manager: Visitor
) -> None:
    known, _ = confirmed(visited_app)
    answers = [
        visitor.raw("POST", ASK, data={"courriel": one})
        for one in (known, manager.email, address())
    ]
    assert len({(one.status_code, one.location) for one in answers}) == 1


def test_forged_requests_follow_and_stop_nothing(
    visited_app: Flask, visitor: Visitor, manager: Visitor, colleague: Visitor
) -> None:
    manager.goes(ASK, ASK, quoi=f"page:{GUIDE}")
    other = {"Origin": "https://ailleurs.example", "Sec-Fetch-Site": "cross-site"}
    assert visitor.raw("POST", ASK, data={"courriel": address()}, headers=other).status_code == 403
    assert colleague.raw("POST", ASK, data={"quoi": f"page:{GUIDE}"}).status_code == 400
    email, own = confirmed(visited_app)
    assert visitor.raw("POST", own, data={"arreter": "tout"}, headers=other).status_code == 403
    for key in ("x", "x" * 43, "é" * 43):
        path = f"{TOOL}/suivis/{key}"
        assert "ne s’ouvre pas" in text_of(visitor.get(path, 404))
        assert visitor.raw("POST", path, data={"arreter": "tout"}).status_code == 404
    for nonsense in ({}, {"arreter": "x"}, {"arreter": "page:"}):
        assert visitor.raw("POST", own, data=nonsense).status_code == 422
    # Another's subject, sent from one's own page, touches nobody else.
    visitor.raw("POST", own, data={"arreter": f"page:{GUIDE}"})
    with visited_app.app_context():
        alive = select(Follow.id).join(Follower).where(Follow.stopped_at.is_(None))
        mine = Follower.user_id == manager.account().id
        assert len(db.session.scalars(alive.where(mine)).all()) == 1
        assert db.session.scalars(alive.where(Follower.email == email)).all() == []


def test_a_mail_program_leaves_at_one_click(visited_app: Flask, visitor: Visitor) -> None:
    _, own = confirmed(visited_app)
    other = {"Origin": "https://courrier.example", "Sec-Fetch-Site": "cross-site"}
    body = {"List-Unsubscribe": "One-Click"}
    assert visitor.raw("POST", own, data=body, headers=other).status_code == 303
    assert "Vous ne suivez rien" in text_of(visitor.get(own))


def test_what_one_did_not_ask_for_is_unticked_and_forgotten(
    visited_app: Flask, visitor: Visitor
) -> None:
    email = asked(visitor)
    asked(visitor, f"{FOLLOW}?formation={TRAINING}", courriel=email)
    own = link_of(visited_app, email)
    assert len(visitor.get(own).select("input[name=suivre][checked]")) == 2
    data = {"confirmer": "1", "suivre": [f"page:{GUIDE}", "page:/guides/facture-de-solde"]}
    assert visitor.raw("POST", own, data=data).status_code == 303
    page = text_of(visitor.get(own))
    assert "Déposer" in page
    assert "prochaines dates" not in page
