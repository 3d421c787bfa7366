"""The changes of the tariffs as an Atom feed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET

from communaute.domain.tariffs.words import slug
from communaute.editorial import typography
from communaute.editorial.tariff_values import Change


NAMESPACE = "http://www.w3.org/2005/Atom"
TITLE = "Changements des tarifs de frais de justice"
AUTHOR = "Communauté Chorus Pro"


def changes_atom(changes: Sequence[Change], here: str, page: str) -> str:
    """The feed; `here` is its address, `page` that of the changelog. Ids never change."""
    ET.register_namespace("", NAMESPACE)
    feed = ET.Element(f"{{{NAMESPACE}}}feed", {"xml:lang": "fr"})
    _text(feed, "id", here)
    _text(feed, "title", TITLE)
    _text(feed, "updated", _moment(max(change.on for change in changes)))
    _text(ET.SubElement(feed, f"{{{NAMESPACE}}}author"), "name", AUTHOR)
    ET.SubElement(feed, f"{{{NAMESPACE}}}link", rel="self", href=here)
    ET.SubElement(feed, f"{{{NAMESPACE}}}link", rel="alternate", href=page)
    for change in changes:
        _entry(feed, change, page)
    return ET.tostring(feed, encoding="unicode", xml_declaration=True)


def _entry(feed: ET.Element, change: Change, page: str) -> None:
    address = f"{page}#{anchor(change)}"
    entry = ET.SubElement(feed, f"{{{NAMESPACE}}}entry")
    _text(entry, "id", address)
    _text(entry, "title", typography(change.title))
    _text(entry, "updated", _moment(change.on))
    ET.SubElement(entry, f"{{{NAMESPACE}}}link", rel="alternate", href=address)
    _text(entry, "summary", typography(change.detail))


def anchor(change: Change) -> str:
    """Where a change stands on the page: its day and its title."""
    return f"{change.on.isoformat()}-{slug(change.title)[:40].strip('-')}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat().replace("+00:00", "Z")
