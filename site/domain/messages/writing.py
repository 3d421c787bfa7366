"""From what a sender writes to what a reader sees: a little Markdown, and no HTML of theirs."""

import re
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token


# Every heading is one level, under the page's own.
HEADING = "h3"
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "hr", "code", HEADING}
SCHEMES = {"http", "https", "mailto", "tel"}
# What a ready-made text leaves to be filled.
BLANK = re.compile(r"\[à compléter[^\]\n]*\]", re.IGNORECASE)

PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["html_block", "html_inline", "image", "code", "fence"]
)


def as_html(body: str) -> str:
    """What readers see. Cleaned twice: the parser knows no HTML, nh3 lets through only TAGS.

    A link says where it leads: its words are the sender's, who may be somebody else.
    """
    tokens = PARSER.parse(body)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADING
        if token.children:
            token.children = _told(token.children)
    made = PARSER.renderer.render(tokens, PARSER.options, {})
    return nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def as_words(body: str) -> str:
    """The words alone, to search or to show in a line."""
    tokens = PARSER.parse(body)
    inline = (child for token in tokens for child in token.children or ())
    return " ".join(" ".join(child.content for child in inline).split())


def blanks(body: str) -> list[str]:
    """What is still to be filled of a ready-made text."""
    return BLANK.findall(body)


def _told(children: list[Token]) -> list[Token]:
    """The same, each link followed by where it leads unless its words say so."""
    told: list[Token] = []
    opened, words = "", ""
    for child in children:
        told.append(child)
        if child.type == "link_open":
            opened, words = str(child.attrs.get("href", "")), ""
        elif child.type == "link_close" and opened:
            place = _place(opened)
            if place and words.strip().removeprefix("https://").rstrip("/") != place:
                said = Token("text", "", 0)
                said.content = f" ({place})"
                told.append(said)
            opened = ""
        else:
            words += child.content
    return told


def _place(address: str) -> str:
    """What a reader must know of an address: the host, or the mailbox."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return parts.hostname or parts.path
