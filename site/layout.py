"""What every template may call: navigation, addresses, French dates and typography."""

import json
from dataclasses import dataclass

from flask import Flask, request, url_for
from markupsafe import Markup

from communaute import current
from communaute.editorial import PUBLICS, typography
from communaute.web.dates import french_amount, french_date, french_datetime, french_number
from communaute.web.template_spaces import FrenchSpaces


# The sections of the main navigation, in order; an empty section is not linked.
NAVIGATION = (
    ("guides", "Guides"),
    ("questions", "Questions"),
    ("bonnes-pratiques", "Bonnes pratiques"),
    ("parcours", "Parcours"),
    ("formations", "Formations"),
    ("actualites", "Actualités"),
    ("temoignages", "Témoignages"),
)


# No eval, no script in answers, no page kept in the browser's storage; an error's fragment is shown.
HTMX = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    "attributesToSettle": ["class"],
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": True, "error": True},
    ],
}


@dataclass(frozen=True)
class NavigationLink:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


def init_app(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        french_date=french_date,
        french_datetime=french_datetime,
        french_number=french_number,
        french_amount=french_amount,
        typography=typography,
        data_block=data_block,
    )
    app.jinja_env.globals.update(
        publics=PUBLICS, navigation=navigation, absolute=absolute, htmx_config=HTMX
    )
    app.jinja_env.add_extension(FrenchSpaces)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(shared)


def shared() -> dict[str, object]:
    """The names every template knows."""
    return {"settings": current.settings(), "tools": current.tools()}


def navigation() -> list[NavigationLink]:
    """The main navigation: sections that have pages, and the tools."""
    sections = current.content().sections
    here = request.path
    links = [
        NavigationLink(label, f"/{kind}/", here.startswith(f"/{kind}/"))
        for kind, label in NAVIGATION
        if kind in sections and sections[kind].pages
    ]
    tools_url = url_for("content.tools")
    links.insert(2, NavigationLink("Outils", tools_url, here.startswith(tools_url)))
    return links


def absolute(path: str) -> str:
    """A path of the site with its public address in front."""
    return current.settings().base_url + path


def data_block(value: object) -> Markup:
    """JSON for a data block in a page, where `</script>` must not end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704
