"""The tool: what a visitor tries, what a person saves, and who may not."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from communaute.domain.notifications import settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.topics import Topic
from communaute.domain.structures.events import EventKind, happened
from communaute.extensions import db
from communaute.models import NotificationSetting
from tests.pages import faults_of, soup_of
from tests.structures.visiting import Visitor, real_structure, text_of


TOOL = "/outils/notifications"
ALL = [topic.value for topic in Topic]


def chosen(app: Flask, visitor: Visitor) -> Choices:
    with app.app_context():
        return settings.choices_of(db.session(), visitor.account())


def count(page: object) -> str:
    title = page.select_one("#notifications-semaine-titre")  # type: ignore[attr-defined]
    return str(title.get_text(" ", strip=True))


def test_a_visitor_tries_it_without_an_account_and_nothing_is_kept(visitor: Visitor) -> None:
    page = visitor.get(TOOL)
    assert "aurait reçu" in count(page)
    daily = visitor.get(f"{TOOL}?essai=1&rythme=jour&heure=8&ouvres=y&prochaines=y" + wanted(ALL))
    weekly = visitor.get(f"{TOOL}?essai=1&rythme=semaine&heure=8&prochaines=y" + wanted(ALL))
    assert count(daily) == count(page)
    assert "1\u00a0courriel" in count(weekly) or "1 courriel" in count(weekly)
    none = visitor.get(f"{TOOL}?essai=1&rythme=jour&heure=8&prochaines=y")
    assert "aucun courriel" in count(none)
    assert "rien de ce que vous avez choisi" in text_of(none)
    assert visitor.client.get_cookie("session") is None


def wanted(topics: list[str]) -> str:
    return "".join(f"&nouvelles={topic}" for topic in topics)


def test_nonsense_in_the_address_is_a_sentence(visitor: Visitor) -> None:
    for hour in ("3", "21", "zz", "-1", "", "٨", "9" * 400):
        page = visitor.get(f"{TOOL}?essai=1&heure={hour}", 422)
        assert "Choisissez une heure" in text_of(page)
    visitor.get(f"{TOOL}?essai=1&heure=8&rythme=%00&nouvelles=inconnue&structures=1;2")


def test_the_box_is_off_then_on_then_off(visited_app: Flask, manager: Visitor) -> None:
    assert "Aucun récapitulatif" in text_of(manager.get(TOOL))
    assert manager.goes(f"{TOOL}/case", TOOL, recevoir="y") == TOOL
    page = manager.get(TOOL)
    assert "chaque jour ouvré à 8" in text_of(page)
    assert page.select_one("input[name=recevoir][checked]") is not None
    assert chosen(visited_app, manager) == Choices(receives=True)
    manager.goes(f"{TOOL}/case", TOOL)
    assert chosen(visited_app, manager) == Choices(receives=False)


def test_with_htmx_the_state_is_said_in_its_place(manager: Visitor) -> None:
    data = {"csrf_token": manager.token(TOOL), "recevoir": "y"}
    answer = manager.raw("POST", f"{TOOL}/case", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.strip().startswith("<p>C’est enregistré.")


def test_the_finer_settings_are_tried_then_saved(visited_app: Flask, manager: Visitor) -> None:
    first = real_structure(visited_app, principal=manager)
    second = real_structure(visited_app, principal=manager)
    fields: dict[str, str | list[str]] = {
        "rythme": "semaine",
        "heure": "19",
        "nouvelles": [Topic.PAID.value],
        "structures": [str(second), "999999"],
    }
    tried = manager.fill(f"{TOOL}/reglages", TOOL, essayer="1", **fields)
    assert faults_of(tried.text) == []
    assert chosen(visited_app, manager) == Choices()
    page = soup_of(tried.text)
    assert page.select_one("option[value='19'][selected]") is not None, "nothing chosen is lost"
    manager.goes(f"{TOOL}/reglages", TOOL, **fields)
    saved = chosen(visited_app, manager)
    assert saved == Choices(
        weekly=True,
        hour=19,
        working_days=False,
        silenced=frozenset(Topic) - {Topic.PAID},
        next_structures=False,
        exceptions=frozenset({second}),
    )
    assert [saved.follows(one) for one in (first, second)] == [False, True]
    manager.answer(f"{TOOL}/reglages", 422, TOOL, heure="3")
    assert chosen(visited_app, manager) == saved


def test_last_week_is_made_of_real_events_with_the_settings_on_the_screen(
    visited_app: Flask, manager: Visitor
) -> None:
    from datetime import timedelta

    from communaute.domain import clock
    from communaute.domain.notifications.preview import last_week

    made = real_structure(visited_app, principal=manager)
    assert "jamais vide" in text_of(manager.get(TOOL))
    with visited_app.app_context():
        for membership in manager_memberships(manager):
            membership.asked_at = clock.now() - timedelta(days=60)
        monday, _ = last_week(clock.now())
        for day in (1, 2):
            happened(db.session(), EventKind.SPACE_OPENED, made, monday + timedelta(days=day))
        db.session.commit()
    assert "2" in count(manager.get(TOOL))
    weekly: dict[str, str | list[str]] = {
        "rythme": "semaine",
        "heure": "8",
        "prochaines": "y",
        "structures": [str(made)],
    }
    silent = soup_of(manager.fill(f"{TOOL}/reglages", TOOL, essayer="1", **weekly).text)
    assert "aucun courriel" in count(silent)
    assert "rien de ce que vous avez choisi" in text_of(silent)


def manager_memberships(manager: Visitor) -> list:  # type: ignore[type-arg]
    from communaute.models import Membership

    own = select(Membership).where(Membership.user_id == manager.account().id)
    return list(db.session.scalars(own))


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(NotificationSetting)) or 0


def test_forged_requests_change_nothing(visited_app: Flask, manager: Visitor) -> None:
    stranger, before = Visitor(visited_app), rows(visited_app)
    guest = Visitor(visited_app).practise()
    for path in (f"{TOOL}/case", f"{TOOL}/reglages"):
        for who, status in ((stranger, 302), (guest, 302), (manager, 400)):
            assert who.raw("POST", path, data={"recevoir": "y"}).status_code == status
    assert rows(visited_app) == before
    assert chosen(visited_app, manager) == replace(Choices(), receives=False)
