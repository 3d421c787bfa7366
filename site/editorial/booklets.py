"""A path as one booklet: its pages one after the other, made to be read off line and on paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree, html

from communaute.editorial.content import Content
from communaute.editorial.pages import Page, Path, PathStep


_LOADING = re.compile(r"^(?:hx-|data-|loading$|tabindex$|rel$)")
# What a screen reader says of a heading's link, and the link itself, are of no use on paper.
_DROPPED = "//*[contains(concat(' ', @class, ' '), ' permalink ')]"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A step of the path: its name in the booklet, what it says as XHTML, and why it comes now."""

    name: str
    step: PathStep
    page: Page | None
    body: str


@dataclass(frozen=True, slots=True)
class Booklet:
    """A path and its chapters, in order."""

    path: Path
    introduction: str
    chapters: tuple[Chapter, ...]


def booklet(content: Content, path: Path, base_url: str) -> Booklet:
    """Return the booklet of a path. A step that is a tool is a chapter with its address alone."""
    names = {step.page: f"etape-{number}" for number, step in enumerate(path.steps, 1)}
    chapters = []
    for step in path.steps:
        page = content.page(step.page.partition("#")[0])
        body = paper(page.html, names[step.page], page.url, base_url, names) if page else ""
        chapters.append(Chapter(names[step.page], step, page, body))
    return Booklet(path, paper(path.html, "debut", path.url, base_url, names), tuple(chapters))


def paper(source: str, name: str, url: str, base_url: str, names: Mapping[str, str]) -> str:
    """Return a page's HTML as XHTML that stands alone: ids of its own, whole addresses, nothing to load.

    A link to another chapter leads inside the booklet, any other to the site.
    """
    if not source.strip():
        return ""
    root = html.fragment_fromstring(source, create_parent="div")
    for useless in root.xpath(_DROPPED):
        useless.drop_tree()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        _flatten(element)
        for key in [key for key in element.attrib if _LOADING.match(key)]:
            del element.attrib[key]
        for key in ("id", "aria-labelledby"):
            if key in element.attrib:
                element.set(key, " ".join(f"{name}-{word}" for word in element.get(key).split()))
        if "href" in element.attrib:
            element.set("href", _inside(element.get("href"), name, url, base_url, names))
    _shift_headings(root)
    for image in root.xpath("//img"):
        _say(image)
    inner = "".join(
        etree.tostring(child, encoding="unicode", method="xml") for child in root.iterchildren()
    )
    return f"{root.text or ''}{inner}"


def _flatten(element: html.HtmlElement) -> None:
    """What opens and closes on a screen is open on paper."""
    if element.tag in {"details", "summary"}:
        element.set("class", f"paper-{element.tag}")
        element.tag = {"details": "div", "summary": "p"}[element.tag]
        element.attrib.pop("open", None)


def _inside(href: str, name: str, url: str, base_url: str, names: Mapping[str, str]) -> str:
    if href.startswith("#"):
        return f"#{name}-{href[1:]}"
    path, _, anchor = href.partition("#")
    if path in names:
        return f"#{names[path]}-{anchor}" if anchor else f"#{names[path]}"
    return urljoin(urljoin(base_url, url), href)


def _shift_headings(root: html.HtmlElement) -> None:
    for level in (5, 4, 3, 2):
        for heading in root.xpath(f"//h{level}"):
            heading.tag = f"h{level + 1}"


def _say(image: html.HtmlElement) -> None:
    """A picture of the site is told by its description: a booklet loads nothing."""
    said = etree.Element("p")
    said.set("class", "paper-picture")
    said.text = image.get("alt") or ""
    said.tail = image.tail
    parent = image.getparent()
    if parent is not None:
        parent.replace(image, said)
