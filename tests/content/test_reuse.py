"""Pages in other forms, what changed on them, and who leads to them."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from communaute.editorial.feeds import changes_feed
from communaute.editorial.pages import Page
from tests.pages import Pages


GUIDE = "/guides/confirmer-l-envoi"


def test_a_page_is_also_its_markdown_with_its_licence(pages: Pages) -> None:
    answer = pages.response("GET", f"{GUIDE}.md")

    assert answer.mimetype == "text/markdown"
    assert answer.text.startswith("---\nurl: http")
    assert "Licence Ouverte 2.0" in answer.text
    assert "::: ecran" in answer.text


def test_a_page_is_also_json(pages: Pages) -> None:
    value = json.loads(pages.response("GET", f"{GUIDE}.json").text)

    assert value["title"].startswith("Confirmer")
    assert value["licence"] == "Licence Ouverte 2.0"
    assert value["screens"] == "depuis le 21 février 2022"
    assert value["sources"][0]["number"] == 1
    assert value["sources"][0]["read"] == value["verified"]
    assert any("Confirmer et envoyer" in part["text"] for part in value["parts"])


def test_the_list_leads_to_each_form_of_each_page(pages: Pages) -> None:
    value = json.loads(pages.response("GET", "/contenus.json").text)

    assert value["licence"] == "Licence Ouverte 2.0"
    assert len(value["pages"]) > 250
    listed = {page["url"].split("//")[1].partition("/")[2]: page for page in value["pages"]}
    page = listed[GUIDE.removeprefix("/")]
    for form in ("markdown", "json", "changes"):
        path = "/" + page[form].split("//")[1].partition("/")[2]
        assert pages.response("GET", path).status_code == 200


def test_what_has_no_page_has_no_other_form(pages: Pages) -> None:
    for form in ("md", "json", "atom"):
        assert pages.response("GET", f"/guides/nulle-part.{form}").status_code == 404


def test_the_feed_of_changes_says_them_in_words(pages: Pages) -> None:
    feed = ET.fromstring(pages.response("GET", "/changements.atom").text)
    space = "{http://www.w3.org/2005/Atom}"

    entries = feed.findall(f"{space}entry")
    assert entries
    assert all(entry.findtext(f"{space}summary") for entry in entries)
    assert len({entry.findtext(f"{space}id") for entry in entries}) == len(entries)


def test_a_change_is_known_by_its_words_and_a_page_without_one_by_its_publication() -> None:
    page = page_saying("Le délai est de 30 jours.", verified=date(2026, 3, 1))
    again = replace(page, verified=date(2026, 6, 1))
    other = replace(page, updated_note="Le délai est de 50 jours.")

    assert told(page)["id"] == told(again)["id"] != told(other)["id"]
    assert told(again)["updated"] == "2026-06-01T00:00:00Z"
    assert told(replace(page, updated_note=""))["updated"] == "2026-01-01T00:00:00Z"


def page_saying(note: str, *, verified: date) -> Page:
    return Page(
        url="/guides/a",
        source_path=Path("a.md"),
        kind="guides",
        slug="a",
        title="A",
        summary="A.",
        published=date(2026, 1, 1),
        verified=verified,
        updated_note=note,
    )


def told(page: Page) -> dict[str, str | None]:
    """The id and the day of the only entry of a page's feed, or the day of a feed without any."""
    feed = ET.fromstring(changes_feed("A", [page], base_url="https://c.fr", path="/guides/a.atom"))
    space = "{http://www.w3.org/2005/Atom}"
    entry = feed.find(f"{space}entry")
    said = feed if entry is None else entry
    return {name: said.findtext(f"{space}{name}") for name in ("id", "updated")}


def test_a_page_says_which_pages_lead_to_it(pages: Pages) -> None:
    page = pages.get(GUIDE)

    links = {str(link["href"]) for link in page.select(".linked-from a")}
    assert "/guides/premiere-facture" in links
    assert GUIDE not in links


def test_a_page_numbers_its_sources_and_says_when_each_was_read(pages: Pages) -> None:
    sources = pages.get(GUIDE).select(".sources ol > li")

    assert [item["id"] for item in sources] == [f"source-{n + 1}" for n in range(len(sources))]
    assert all("lu le" in item.get_text() for item in sources)
