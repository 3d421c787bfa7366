"""Trainings as everybody sees them: pages kept in memory, dates with seats, feeds for programs."""

import json
import re
from datetime import UTC, datetime, time, timedelta
from xml.etree import ElementTree as ET

import icalendar
import pytest
from flask import Flask

from communaute.domain import clock
from tests.pages import Pages, one, soup_of
from tests.swapping import main_text, swap
from tests.trainings.pages.scenes import CLASS, FORM, Scene


ATOM = "{http://www.w3.org/2005/Atom}"
CACHED = "public, max-age=30"


@pytest.fixture
def pages(training_app: Flask) -> Pages:
    return Pages(training_app)


def test_the_section_lists_every_training_and_leads_to_the_dates(
    scene: Scene, pages: Pages
) -> None:
    page = pages.get("/formations/")
    links = [str(a["href"]) for a in page.select(".trainings a")]
    assert {f"/formations/{slug}" for slug in scene.slugs()} == set(links)
    assert one(page, ".tool-frame__body a")["href"] == "/formations/seances"


def test_pages_are_the_same_for_everybody_and_kept(scene: Scene, pages: Pages) -> None:
    for path in ("/formations/", f"/formations/{scene.slugs()[0]}"):
        response = pages.response("GET", path)
        assert response.headers["Cache-Control"].startswith(CACHED), path
        assert "Set-Cookie" not in response.headers
        known = {"If-None-Match": response.headers["ETag"]}
        assert pages.response("GET", path, headers=known).status_code == 304, path


def test_the_filters_narrow_by_theme_public_and_month(scene: Scene, pages: Pages) -> None:
    whole = pages.get("/formations/")
    themes = [str(o["value"]) for o in whole.select("select[name=theme] option")][1:]
    for theme in themes:
        page = pages.get(f"/formations/?theme={theme}")
        shown = page.select(".trainings .listing__title")
        assert 0 < len(shown) < len(scene.slugs())
        assert f"theme={theme}" in str(one(page, ".tool-frame__body")["hx-get"])
    nothing = pages.get("/formations/?theme=inconnu&public=martien&mois=1900-01")
    assert len(nothing.select(".trainings .listing__title")) == len(scene.slugs())


def test_addresses_that_filter_nothing_are_one_page_in_memory(training_app: Flask) -> None:
    pages = Pages(training_app)
    before = pages.response("GET", "/formations/")
    again = pages.response("GET", "/formations/?theme=a&mois=b")
    assert again.headers["ETag"] == before.headers["ETag"]


def test_the_dates_are_filtered_by_month_with_a_word_when_there_is_none(
    scene: Scene, pages: Pages
) -> None:
    pair = scene.pair(days=2)
    this, *others = [
        str(o["value"]) for o in pages.get("/formations/seances").select("select[name=mois] option")
    ][1:]
    link = f"paire={pair}"
    found = clock.today() + timedelta(days=2)
    month = f"{found:%Y-%m}"
    assert link in str(pages.get(f"/formations/seances?mois={month}"))
    other = next(m for m in (this, *others) if m != month)
    assert link not in str(pages.get(f"/formations/seances?mois={other}"))
    assert "Aucune date" in main_text(pages.get(f"/formations/seances?mois={others[-1]}"))


def test_the_section_of_a_month_lists_the_trainings_that_have_a_date_in_it(
    scene: Scene, pages: Pages
) -> None:
    slug = scene.slugs()[0]
    scene.pair(slug=slug, days=2)
    found = clock.today() + timedelta(days=2)
    scene.app.extensions["communaute"].pages.clear()
    page = pages.get(f"/formations/?mois={found:%Y-%m}")
    assert page.select(f".trainings a[href$='{slug}']")
    last = str(page.select("select[name=mois] option")[-1]["value"])
    assert "Aucune formation" in main_text(pages.get(f"/formations/?mois={last}"))


def test_the_fragment_of_dates_is_the_page_s(scene: Scene, pages: Pages) -> None:
    scene.pair(capacity=3)
    section = pages.get("/formations/")
    swapped = swap(
        section, ".tool-frame__body", pages.fragment("/formations/seances?fragment=1"), "innerHTML"
    )
    assert "3 places" in main_text(swapped).replace("\u00a0", " ")
    assert "S’inscrire" in main_text(swapped)


def test_seats_are_those_of_this_very_moment(scene: Scene, pages: Pages) -> None:
    pair = scene.pair(capacity=1, days=3)

    def said() -> str:
        row = next(
            r
            for r in pages.get("/formations/seances").select(".pairs__row")
            if f"paire={pair}" in str(r)
        )
        return one(row, ".seats").get_text().replace("\u00a0", " ")

    assert said() == "1 place"
    scene.visitor().ask(pair)
    assert said().startswith("complet")
    waiting = row_of(pages, pair)["waiting"]
    assert f"{waiting + 1}e" in said() or said().startswith("complet : 1er")


def row_of(pages: Pages, pair: int) -> dict[str, int]:
    rows = json.loads(pages.response("GET", "/formations/sessions.json").text)
    row: dict[str, int] = next(row for row in rows if row["id"] == pair)
    return row


def test_the_home_page_loads_the_next_dates(scene: Scene, pages: Pages) -> None:
    home = pages.get("/")
    frame = one(home, "[hx-get^='/formations/prochaines']")
    assert frame.select("a[href^='/formations/']"), "without a script there is a way"
    scene.pair(days=1, capacity=7)
    fragment = pages.fragment("/formations/prochaines?fragment=1")
    assert len(soup_of(fragment).select("li")) <= 3
    assert "place" in fragment
    pages.get("/formations/prochaines")


def test_a_training_s_page_says_its_dates_to_search_engines(scene: Scene, pages: Pages) -> None:
    slug = scene.slugs()[1]
    pair = scene.pair(slug=slug, days=20)
    scene.app.extensions["communaute"].pages.clear()
    page = pages.get(f"/formations/{slug}")
    blocks = [json.loads(s.string or "") for s in page.select("script[type='application/ld+json']")]
    events = next(block for block in blocks if isinstance(block, list))
    row = row_of(pages, pair)
    event = next(e for e in events if e["startDate"] == row["sessions"][0]["starts"])  # type: ignore[index]
    assert event["@type"] == "EducationEvent"
    assert event["isAccessibleForFree"] is True
    assert len(event["subEvent"]) == 2
    assert event["location"]["@type"] == "VirtualLocation"
    assert CLASS not in str(page), "the virtual class is for who has a place"


def test_the_json_lists_the_pairs_to_come(scene: Scene, pages: Pages) -> None:
    pair = scene.pair(capacity=5)
    row = row_of(pages, pair)
    assert set(row) == {"id", "training", "sessions", "capacity", "left", "waiting"}
    assert (row["capacity"], row["left"]) == (5, 5)
    starts, ends = (datetime.fromisoformat(row["sessions"][0][k]) for k in ("starts", "ends"))  # type: ignore[index]
    assert ends - starts == timedelta(minutes=90)
    assert starts.tzinfo is not None
    assert starts > datetime.now(UTC)


def test_of_twins_visitors_see_the_one_that_has_places(scene: Scene, pages: Pages) -> None:
    slug, at = scene.slugs()[0], time(19, 7)
    first, second = (scene.pair(1, slug=slug, days=9, at=at) for _ in range(2))

    def seen(path: str) -> list[bool]:
        scene.app.extensions["communaute"].pages.clear()
        html = str(pages.get(path))
        return [f"paire={pair}" in html or f"paire-{pair}" in html for pair in (first, second)]

    paths = ("/formations/seances", f"{FORM}?formation={slug}")
    assert [seen(path) for path in paths] == [[True, False]] * 2
    scene.placed(first)
    assert [seen(path) for path in paths] == [[False, True]] * 2
    assert row_of(pages, first), "scripts still have each"


def test_a_pair_that_has_begun_is_listed_nowhere(scene: Scene, pages: Pages) -> None:
    pair = scene.pair(days=1)
    scene.shift(pair, days=-2)
    assert pair not in [
        row["id"] for row in json.loads(pages.response("GET", "/formations/sessions.json").text)
    ]
    assert f"paire={pair}" not in str(pages.get("/formations/seances"))


def test_the_calendar_to_follow_is_one(scene: Scene, pages: Pages) -> None:
    scene.pair()
    response = pages.response("GET", "/formations/seances.ics")
    assert response.mimetype == "text/calendar"
    calendar = icalendar.Calendar.from_ical(response.text)
    events = calendar.walk("VEVENT")
    assert len(events) >= 2
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert CLASS not in response.text


def test_the_feed_has_an_entry_for_each_pair(scene: Scene, pages: Pages) -> None:
    pair = scene.pair()
    feed = ET.fromstring(pages.response("GET", "/formations/seances.atom").text)
    ids = [e.findtext(f"{ATOM}id") or "" for e in feed.iter(f"{ATOM}entry")]
    assert any(f"#paire-{pair}-" in each for each in ids)
    assert len(set(ids)) == len(ids)
    assert feed.findtext(f"{ATOM}updated")
    summaries = [e.findtext(f"{ATOM}summary") or "" for e in feed.iter(f"{ATOM}entry")]
    assert all(each[0].isupper() for each in summaries)
    assert any(re.search(r" puis [a-z]+ ", each) for each in summaries)


def test_the_section_keeps_its_feed_and_its_one_address(scene: Scene, pages: Pages) -> None:
    assert pages.response("GET", "/formations/flux.atom").mimetype == "application/atom+xml"
    for path in ("/formations", f"/formations/{scene.slugs()[0]}/"):
        assert pages.response("GET", path).status_code == 308, path


def test_an_unknown_training_is_a_page_that_helps(pages: Pages) -> None:
    pages.get("/formations/nulle-part", 404)
    page = pages.get("/outils/inscription?formation=nulle-part", 404)
    assert "n’existe pas" in main_text(page)
    assert page.select("a[href*='formation=']")


def test_the_card_answers_with_the_next_dates(scene: Scene) -> None:
    from communaute.blueprints.trainings.searching import training_card

    scene.pair(days=1)
    with scene.app.test_request_context():
        card = training_card("formation gratuite")
        assert card is not None
        assert card.facts
        assert training_card("ma facture est suspendue") is None
        assert training_card("formation plomberie") is None
        for text in ("", "=", "a" * 500, "\x00", "séance inscription"):
            training_card(text)
