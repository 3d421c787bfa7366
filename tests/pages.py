"""Every page any test fetches is checked: valid HTML5, one h1, labels, French typography…"""

import re
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from flask import Flask
from werkzeug.test import TestResponse


# What the typography rules would have changed, had a text been typed raw.
BAD_TYPOGRAPHY = {
    "a straight apostrophe": re.compile(r"\w'\w"),
    "straight quotes": re.compile(r'"\w[^"]*"'),
    "a plain space inside guillemets": re.compile(r"« | »"),
    "a plain space before a double sign": re.compile(r"[\w»)][ ][;!?](?:\s|$)"),
    # U+00A0 before a colon and inside guillemets, U+202F before ; ! ? (Imprimerie nationale).
    "a plain or narrow space before a colon": re.compile(r"[\w»)][ \u202f]:(?:\s|$)"),
    "a wide space before a double sign": re.compile(r"[\w»)]\u00a0[;!?](?:\s|$)"),
    "a narrow space inside guillemets": re.compile(r"«\u202f|\u202f»"),
    "three dots": re.compile(r"\w\.\.\."),
}
# Pages already checked by this process: many tests begin on the same one.
WELL_MADE: set[str] = set()
LABELLED = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea"
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


@dataclass
class Pages:
    """Fetches pages of an application and checks each."""

    app: Flask

    def get(self, path: str, status: int = 200, **options: Any) -> BeautifulSoup:
        """The page at an address, checked; fails when the status is another."""
        return self._checked(self.response("GET", path, **options), status, path)

    def post(self, path: str, status: int = 200, **options: Any) -> BeautifulSoup:
        """The page that answers a form."""
        return self._checked(self.response("POST", path, **options), status, path)

    def fragment(self, path: str, status: int = 200, method: str = "GET", **options: Any) -> str:
        """What htmx would swap in: a part, not a page."""
        headers = {"HX-Request": "true", **options.pop("headers", {})}
        response = self.response(method, path, headers=headers, **options)
        assert response.status_code == status, f"{path}: {response.status_code}"
        assert "HX-Request" in response.headers.get("Vary", ""), f"{path}: no Vary: HX-Request"
        assert "<html" not in response.text, f"{path}: a whole page came for a fragment"
        return response.text

    def response(self, method: str, path: str, **options: Any) -> TestResponse:
        """The raw response."""
        with self.app.test_client() as client:
            return client.open(path, method=method, **options)

    def _checked(self, response: TestResponse, status: int, path: str) -> BeautifulSoup:
        assert response.status_code == status, f"{path}: {response.status_code}, not {status}"
        return well_made(response.text, path)


def well_made(html: str, path: str) -> BeautifulSoup:
    """A page parsed and checked; fails on the first that is not well made."""
    soup = soup_of(html)
    if html not in WELL_MADE:
        faults = faults_of(html, soup)
        assert not faults, f"{path}:\n" + "\n".join(faults)
        WELL_MADE.add(html)
    return soup


def soup_of(html: str) -> BeautifulSoup:
    """HTML parsed as a browser would."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return BeautifulSoup(html, "html5lib")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The one element that a selector names; fails when there is none."""
    found = page.select_one(selector)
    assert isinstance(found, Tag), f"nothing is {selector}"
    return found


def faults_of(html: str, soup: BeautifulSoup | None = None) -> list[str]:
    """Everything wrong with a page, each in a line; `soup` is the page parsed, when it is."""
    soup = soup or soup_of(html)
    found = [f"invalid HTML5: {fault}" for fault in html5_faults(html)]
    for check in (
        heading_faults,
        head_faults,
        id_faults,
        form_faults,
        inline_faults,
        reference_faults,
        text_faults,
    ):
        found += check(soup)
    return found


def html5_faults(html: str) -> list[str]:
    """The parser's complaints, with their line."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    lines = html.splitlines()
    return [
        f"{code} {details} line {line}: {lines[min(line, len(lines)) - 1].strip()[:80]}"
        for (line, _column), code, details in parser.errors
    ]


def heading_faults(soup: BeautifulSoup) -> list[str]:
    """One h1, and no level skipped."""
    found = []
    if len(soup.find_all("h1")) != 1:
        found.append(f"{len(soup.find_all('h1'))} h1")
    level = 0
    for heading in soup.select("main " + ", main ".join(HEADINGS)):
        depth = int(heading.name[1])
        if depth > level + 1 and level:
            found.append(f"from h{level} to h{depth}: {heading.get_text(strip=True)}")
        level = depth
    return found


def head_faults(soup: BeautifulSoup) -> list[str]:
    """Language, title, and landmarks."""
    found = []
    html = soup.find("html")
    if not isinstance(html, Tag) or html.get("lang") != "fr":
        found.append("no lang=fr")
    if not soup.title or not soup.title.get_text(strip=True):
        found.append("no title")
    if len(soup.find_all("main")) != 1:
        found.append("not one main")
    return found


def id_faults(soup: BeautifulSoup) -> list[str]:
    """No id twice."""
    counts = Counter(tag["id"] for tag in soup.select("[id]"))
    return [f"id twice: {name}" for name, count in counts.items() if count > 1]


def form_faults(soup: BeautifulSoup) -> list[str]:
    """Every form has an address, every field a name for those who cannot see it."""
    found = [f"form without action: {str(f)[:80]}" for f in soup.select("form:not([action])")]
    labels = {label.get("for") for label in soup.find_all("label")}
    for field in soup.select(LABELLED):
        named = (
            field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        )
        if not named and field.get("id") not in labels:
            found.append(f"field without label: {str(field)[:80]}")
    found += [
        f"a value that is no value: {name} of {str(tag)[:80]}"
        for tag in soup.find_all(True)
        for name, value in tag.attrs.items()
        if value in ("None", "True", "False", "undefined")
    ]
    for button in soup.find_all(["button", "a"]):
        if (
            not button.get_text(strip=True)
            and not button.get("aria-label")
            and not button.find("img")
        ):
            found.append(f"{button.name} without a name: {str(button)[:80]}")
    found += [f"image without alt: {image.get('src')}" for image in soup.select("img:not([alt])")]
    return found


def inline_faults(soup: BeautifulSoup) -> list[str]:
    """Nothing the strict CSP would block."""
    found = [f"inline style: {str(tag)[:80]}" for tag in soup.select("[style], style")]
    for script in soup.select("script:not([src])"):
        if script.get("type") != "application/ld+json":
            found.append(f"inline script: {str(script)[:80]}")
    for tag in soup.find_all(True):
        found += [
            f"inline handler: {tag.name}[{name}]" for name in tag.attrs if name.startswith("on")
        ]
    return found


def reference_faults(soup: BeautifulSoup) -> list[str]:
    """aria-* and for point at something; nothing is fetched from another host."""
    ids = {tag["id"] for tag in soup.select("[id]")}
    found = []
    for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
        for tag in soup.select(f"[{name}]"):
            missing = [target for target in str(tag[name]).split() if target not in ids]
            found += [f"{name} leads nowhere: {target}" for target in missing]
    for tag in soup.select("script[src], img[src], link[rel~=stylesheet], link[rel~=icon]"):
        address = str(tag.get("src") or tag.get("href"))
        if address.startswith(("http:", "https:", "//")):
            found.append(f"another host: {address}")
    return found


def text_faults(soup: BeautifulSoup) -> list[str]:
    """French typography in what people read."""
    as_typed = soup.select("script, style, code, pre, samp, kbd, [data-typed]")
    left_out = {id(piece) for tag in as_typed for piece in tag.descendants}
    text = " ".join(
        piece
        for piece in soup.find_all(string=True)
        if type(piece) is NavigableString and id(piece) not in left_out
    )
    found = []
    for name, pattern in BAD_TYPOGRAPHY.items():
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - 20) : match.end() + 20]
            found.append(f"{name}: …{' '.join(around.split(' '))}…")
    return found
