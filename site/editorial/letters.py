"""From a page to a letter: the same words as HTML for mail programs and as plain text.

One source: the page. What is not for a mail (tools, pictures, anchors) is taken out; a picture would be
fetched from our server when the mail is opened, and we say that we do not know who reads.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import css_inline
from lxml import html as lxml_html
from lxml.html import HtmlElement

from communaute.editorial.feeds import away_from_its_page


# Left out of a mail, and what stands after each of them kept.
LEFT_OUT = (
    "//img | //svg | //script | //*[contains(concat(' ', @class, ' '), ' tool-frame ')]"
    " | //*[contains(concat(' ', @class, ' '), ' fr-sr-only ')]"
    " | //a[contains(concat(' ', @class, ' '), ' notes__back ')]"
)
# Attributes that mail programs need; the others are of the page.
KEPT = frozenset({"href", "style", "colspan", "rowspan", "scope", "lang", "class"})
STYLES = Path(__file__).with_name("letters.css")
BLOCKS = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "div",
        "section",
        "table",
        "tr",
        "dl",
        "dt",
        "dd",
    }
    | {"blockquote", "figure", "figcaption", "pre", "caption", "hr"}
)
_SPACES = re.compile(r"[ \t\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class LetterBody:
    """What a letter says, in both forms, its typography set."""

    html: str
    text: str


def letter_body(written: str, url: str) -> LetterBody:
    """Make both forms of a body of HTML that stands at `url`: addresses whole, styles inline."""
    tree = _tree(away_from_its_page(written, url))
    for element in tree.xpath(LEFT_OUT):
        element.drop_tree()
    for link in tree.xpath("//a[starts-with(@href, '#') or not(@href)]"):
        link.drop_tag()
    text = plain_text(tree)
    styled = _tree(_inliner().inline_fragment(_inside(tree), STYLES.read_text(encoding="utf-8")))
    for element in styled.iter():
        for name in set(element.attrib) - KEPT:
            del element.attrib[name]
        if element.tag != "a" and "class" in element.attrib:
            del element.attrib["class"]
    return LetterBody(html=_inside(styled), text=text)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


def _tree(fragment: str) -> HtmlElement:
    return lxml_html.fragment_fromstring(fragment, create_parent="div")


def _inside(tree: HtmlElement) -> str:
    written = lxml_html.tostring(tree, encoding="unicode")
    return str(written[written.index(">") + 1 : written.rindex("</")])


def plain_text(tree: HtmlElement) -> str:
    """The same words without marks: links are numbered, their addresses listed at the end."""
    addresses: dict[str, int] = {}
    numbers = count(1)
    written = "".join(_pieces(tree, addresses, numbers, ""))
    lines = [line.rstrip() for line in written.split("\n")]
    text = _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
    if addresses:
        text += "\n\n" + "\n".join(f"[{number}] {url}" for url, number in addresses.items())
    return text


def _pieces(
    element: HtmlElement, addresses: dict[str, int], numbers: "count[int]", mark: str
) -> list[str]:
    """The words of an element, in order; `mark` stands before each item of a list."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if not tag:  # a comment
        return []
    block = tag in BLOCKS
    opening = "\n\n" if block and tag not in {"li", "tr", "dt", "dd"} else "\n" if block else ""
    pieces = [opening]
    if tag == "li":
        pieces.append(_mark_of(element, mark))
    if tag == "br":
        pieces.append("\n")
    if tag == "hr":
        pieces.append("----")
    inner_mark = {"ul": "- ", "ol": "1. "}.get(tag, mark)
    pieces.append(
        _SPACES.sub(" ", element.text or "") if not _is_between(element, element.text) else ""
    )
    for child in element:
        pieces += _pieces(child, addresses, numbers, inner_mark)
        pieces.append(
            "" if _is_between(element, child.tail) else _SPACES.sub(" ", child.tail or "")
        )
    if tag == "a" and (url := element.get("href", "")):
        if url not in addresses:
            addresses[url] = next(numbers)
        pieces.append(f" [{addresses[url]}]")
    if tag in {"td", "th"}:
        pieces.append(" | " if element.getnext() is not None else "")
    if block and tag not in {"li", "tr", "dt", "dd"}:
        pieces.append("\n\n")
    return pieces


def _mark_of(element: HtmlElement, mark: str) -> str:
    if mark != "1. ":
        return mark
    return f"{len(list(element.itersiblings('li', preceding=True))) + 1}. "


def _is_between(element: HtmlElement, text: str | None) -> bool:
    """Whether a text only stands between the lines of the source."""
    holds = {"ul", "ol", "table", "tbody", "thead", "tr", "dl", "div", "section", "figure"}
    return not (text or "").strip() and element.tag in holds
