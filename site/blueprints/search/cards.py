"""Answers above the results: what a feature recognises, else the tool for the task asked."""

from flask import url_for

from communaute import blueprints
from communaute.web.cards import Card, CardLink, naming_words
from communaute.web.tools import Tool
from communaute.wiring import current


def card_for(query: str, task: str = "") -> Card | None:
    """The card of the first feature that recognises the query, else that of the task's tool.

    `task` is the address of the reviewed task that the query says (content/recherche/).
    """
    if not query:
        return None
    cards = (provider(query) for provider in blueprints.cards())
    return next((card for card in cards if card), None) or card_at(task)


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


def card_at(address: str) -> Card | None:
    """The card of the public tool at an address."""
    found = (tool for tool in current.tools().values() if tool.public and address)
    return next((card_of(tool) for tool in found if url_for(tool.endpoint) == address), None)


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
