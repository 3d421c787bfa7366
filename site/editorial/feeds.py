"""Atom feeds of pages (RFC 4287)."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from hashlib import sha256
from operator import attrgetter
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, SubElement, tostring

from communaute.editorial.licence import CREDIT
from communaute.editorial.pages import Page
from communaute.french.typography import typeset


ATOM = "http://www.w3.org/2005/Atom"
_NEVER = date(2020, 1, 1)  # what an empty feed says: Atom wants a date, and it must not move
_PERMALINK = re.compile(r'<a class="permalink".*?</a>', re.DOTALL)
_LOADING = re.compile(r' (?:hx-[a-z]+|loading|tabindex)="[^"]*"')
_ADDRESS = re.compile(r'( (?:href|src)=")([^"]*)"')


def atom_feed(
    title: str,
    pages: Iterable[Page],
    *,
    base_url: str,
    path: str,
    author: str = CREDIT,
    whole: Callable[[Page], str] = attrgetter("html"),
) -> str:
    """Return a feed as XML, entries in the order given.

    `whole` gives what an entry says, as HTML: of an issue, its articles too. `base_url` is the
    site's absolute address and `path` the feed's own; it follows the page
    of the folder it is in. Pages that have no publication date are left out.
    """
    dated = [page for page in pages if page.published is not None]
    latest = max((page.published or _NEVER for page in dated), default=_NEVER)
    above = urljoin(base_url, path[: path.rindex("/") + 1])
    feed = _feed(title, urljoin(base_url, path), latest, author, above)
    for page in dated:
        _entry(feed, page, base_url, whole(page))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")


def changes_feed(title: str, pages: Iterable[Page], *, base_url: str, path: str) -> str:
    """Return the feed of what changed on pages, in words (`updated_note`), dated by `verified`.

    An entry's id is made of its words: other words are a new entry, a page verified again is not.
    A page that never changed says the day it was published.
    """
    known = list(pages)
    told = [page for page in known if page.updated_note and page.verified]
    first = max((page.published or _NEVER for page in known), default=_NEVER)
    latest = max((page.verified or _NEVER for page in told), default=first)
    feed = _feed(title, urljoin(base_url, path), latest, CREDIT)
    for page in told:
        day, entry = page.verified or _NEVER, SubElement(feed, "entry")
        url = urljoin(base_url, page.url)
        _text(entry, "title", page.title)
        _text(entry, "id", f"{url}#{sha256(page.updated_note.encode()).hexdigest()[:12]}")
        SubElement(entry, "link", rel="alternate", type="text/html", href=url)
        _text(entry, "updated", _instant(day))
        _text(entry, "summary", page.updated_note)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")


def _feed(title: str, url: str, updated: date, author: str, above: str = "") -> Element:
    """A feed without its entries; `above` is the page that lists what is in it."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "fr"})
    _text(feed, "title", typeset(title))
    _text(feed, "id", url)
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=url)
    if above:
        SubElement(feed, "link", rel="alternate", type="text/html", href=above)
    _text(feed, "updated", _instant(updated))
    _text(SubElement(feed, "author"), "name", author)
    return feed


def _entry(feed: Element, page: Page, base_url: str, html: str) -> None:
    url = urljoin(base_url, page.url)
    entry = SubElement(feed, "entry")
    _text(entry, "title", page.title)
    _text(entry, "id", url)
    SubElement(entry, "link", rel="alternate", type="text/html", href=url)
    # `verified` says that a page was looked at again, which is no news: both dates are one.
    _text(entry, "published", _instant(page.published or _NEVER))
    _text(entry, "updated", _instant(page.published or _NEVER))
    _text(entry, "summary", page.summary)
    for public in page.publics:
        SubElement(entry, "category", term=public)
    if html:
        _text(entry, "content", away_from_its_page(html, url)).set("type", "html")


def _text(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = text
    return child


def _instant(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat().replace("+00:00", "Z")


def away_from_its_page(html: str, url: str) -> str:
    """Make a page's HTML readable away from its page: absolute links, nothing that loads."""
    html = _LOADING.sub("", _PERMALINK.sub("", html))
    return _ADDRESS.sub(lambda found: f'{found[1]}{urljoin(url, found[2])}"', html)
