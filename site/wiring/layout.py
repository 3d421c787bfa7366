"""What every template may call: navigation, addresses, French dates and typography."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from communaute.editorial.pages import PUBLICS
from communaute.editorial.travel import FIELD, Travel, step_address, travel_at
from communaute.french.dates import age_in_words, date_in_words, moment_in_words, speaks_of
from communaute.french.numbers import amount, number, ordinal, plural
from communaute.web.differences import differences
from communaute.web.tables import stacked
from communaute.web.template_spaces import FrenchSpaces, typeset_shown
from communaute.wiring import current


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
# What may be lit in it, by the first part of an address.
LIT = frozenset(kind for kind, _label in NAVIGATION) | {"outils"}


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
        french_date=date_in_words,
        french_datetime=moment_in_words,
        french_age=age_in_words,
        speaks_of=speaks_of,
        french_number=number,
        french_amount=amount,
        typeset=typeset_shown,
        data_block=data_block,
        stacked=stacked,
    )
    app.jinja_env.globals.update(
        publics=PUBLICS,
        same_for_all=same_for_all,
        travel=travel,
        step_address=step_address,
        absolute=absolute,
        text_of=current.text,
        htmx_config=HTMX,
        plural=plural,
        differences=differences,
        ordinal=ordinal,
    )
    app.jinja_env.add_extension(FrenchSpaces)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(shared)


def shared() -> dict[str, object]:
    """The names every template knows."""
    return {"settings": current.settings(), "tools": current.tools()}


def navigation(here: str) -> list[NavigationLink]:
    """The main navigation: sections that have pages, and the tools; the one of an address is lit."""
    sections = current.content().sections
    links = [
        NavigationLink(label, f"/{kind}/", here.startswith(f"/{kind}/"))
        for kind, label in NAVIGATION
        if kind in sections and sections[kind].pages
    ]
    tools_url = url_for("content.tools")
    links.insert(2, NavigationLink("Outils", tools_url, here.startswith(tools_url)))
    return links


def same_for_all(template: str, crumbs: Sequence[tuple[str, str]] = ()) -> Markup:
    """A piece of the layout: made once for each section that the navigation shows as current.

    That is the first of the page's path (`crumbs`), which may not be where its address begins:
    one signs up for a training at a tool's address.
    """
    site = current.site()
    here = crumbs[0][1] or request.path if crumbs else request.path
    section = here.split("/", 2)[1] if here.count("/") > 1 else ""
    key = template, section if section in LIT else ""
    made = site.layout.get(key)
    if made is None:
        links = navigation(here)
        source = current_app.jinja_env.get_template(template)
        made = Markup(source.render(settings=site.settings, links=links))  # noqa: S704  # a template
        if not site.debug:
            site.layout[key] = made
    return made


def travel() -> Travel | None:
    """Where the request stands on the path that its address names, if it names one that it is on."""
    slug = request.args.get(FIELD)
    return travel_at(current.content().pages, slug, request.path) if slug else None


def absolute(path: str) -> str:
    """A path of the site with its public address in front."""
    return current.settings().base_url + path


def data_block(value: object) -> Markup:
    """JSON for a data block in a page, where `</script>` must not end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704
