"""The tool that a query names, ready to use above the results."""

from flask import url_for

from communaute import current
from communaute.web.cards import Card, CardLink, naming_words
from communaute.web.tools import Tool


def tool_card(query: str) -> Card | None:
    """The tool whose title or name was typed, alone."""
    words = frozenset(naming_words(query))
    for tool in current.tools().values():
        if tool.public and words and words in names_of(tool):
            return card_of(tool)
    return None


def names_of(tool: Tool) -> list[frozenset[str]]:
    """The words of a tool's title, and those of the name authors give it."""
    return [frozenset(naming_words(name)) for name in (tool.title, tool.name)]


def card_of(tool: Tool) -> Card:
    """The tool with its fragment."""
    url = url_for(tool.endpoint)
    return Card(
        label="Outil",
        title=tool.title,
        lines=(tool.summary,),
        links=(CardLink("Ouvrir l’outil en pleine page", url),),
        frame=url,
    )
