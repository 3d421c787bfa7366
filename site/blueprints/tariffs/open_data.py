"""The whole data for everybody: CSV, JSON, its schema, its changes as a page and as a feed."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.tariffs import bp, presenting
from communaute.blueprints.tariffs.data import tariffs
from communaute.domain import clock
from communaute.domain.tariffs.open_data import FIELDS, rows_as_data
from communaute.editorial.tariffs import Change
from communaute.french.folding import slugify
from communaute.french.typography import typeset
from communaute.wiring import current
from communaute.wiring.layout import absolute


LICENCE = (
    "Les montants, dates et références viennent des textes officiels, hors droit d’auteur, lus dans "
    "les données Légifrance (DILA, base LEGI, et PISTE) sous Licence Ouverte 2.0, arrêtées pour "
    "l’essentiel au 6 décembre 2023, puis au 10 juin 2026. Réutilisez-les librement en citant ces sources "
    "et la date de dernière vérification de chaque ligne."
)
LICENCE_ADDRESS = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
NAMESPACE = "http://www.w3.org/2005/Atom"
TITLE = "Changements des tarifs de frais de justice"
AUTHOR = "Communauté Chorus Pro"
TYPES = {"amount": "number", **dict.fromkeys(("valid_from", "valid_until", "verified_on"), "date")}


@bp.get("/outils/tarifs.csv")
def as_csv() -> ResponseReturnValue:
    """Every row, one a line."""
    return kept("/outils/tarifs.csv", csv_text, "text/csv")


@bp.get("/outils/tarifs.json")
def as_json() -> ResponseReturnValue:
    """Every row, with the schema and the licence."""
    return kept("/outils/tarifs.json", json_text, "application/json")


@bp.get("/outils/tarifs/schema.json")
def schema() -> ResponseReturnValue:
    """The schema alone (Table Schema)."""
    return kept("/outils/tarifs/schema.json", lambda: _json(table_schema()), "application/json")


def kept(key: str, make: Callable[[], str], mimetype: str) -> Response:
    """A file from memory; anybody may read it from another site."""
    response = current.site().pages.respond(key_of(key), make, mimetype)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def rows() -> list[dict[str, str | None]]:
    """Every row as data."""
    catalogue = tariffs().catalogue
    return rows_as_data(catalogue, catalogue.rows)


def csv_text() -> str:
    """The CSV file."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows())
    return file.getvalue()


def json_text() -> str:
    """The JSON file."""
    return _json(
        {
            "title": "Tarifs des frais de justice",
            "licence": {"text": LICENCE, "url": LICENCE_ADDRESS},
            "published": tariffs().changes[0].on.isoformat(),
            "schema": table_schema(),
            "rows": rows(),
        }
    )


def table_schema() -> dict[str, object]:
    """Each field: its name, its type, what it says."""
    return {
        "fields": [
            {"name": name, "type": TYPES.get(name, "string"), "description": said}
            for name, said in FIELDS.items()
        ],
        "primaryKey": "id",
        "missingValues": [""],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


@bp.get("/outils/tarifs/donnees")
def data() -> ResponseReturnValue:
    """What the files hold, and under what licence."""
    return page("data", fields=FIELDS, licence=LICENCE, licence_address=LICENCE_ADDRESS)


@bp.get("/outils/tarifs/changements")
def changes() -> ResponseReturnValue:
    """What changed, in the law and in our data."""
    known = tariffs()
    categories = known.catalogue.category_by_slug
    return page("changes", changes=known.changes, categories=categories, anchor=anchor)


def page(name: str, **context: object) -> Response:
    """A page that is the same for everybody, from memory."""

    def make() -> str:
        return render_template(f"tariffs/{name}.html", french=presenting.french, **context)

    return current.site().pages.respond(key_of(name), make)


def key_of(name: str) -> str:
    """What is kept under, today: no address, or content's views would answer in our place."""
    return f"tariffs {clock.today()} {name}"


@bp.get("/outils/tarifs/changements.atom")
def changes_feed() -> ResponseReturnValue:
    """The changes as an Atom feed."""

    def make() -> str:
        here, there = url_for("tariffs.changes_feed"), url_for("tariffs.changes")
        return changes_atom(tariffs().changes, absolute(here), absolute(there))

    key = "/outils/tarifs/changements.atom"
    return current.site().pages.respond(key, make, "application/atom+xml")


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
    _text(entry, "title", typeset(change.title))
    _text(entry, "updated", _moment(change.on))
    ET.SubElement(entry, f"{{{NAMESPACE}}}link", rel="alternate", href=address)
    _text(entry, "summary", typeset(change.detail))


def anchor(change: Change) -> str:
    """Where a change stands on the page: its day and its title."""
    return f"{change.on.isoformat()}-{slugify(change.title)[:40].strip('-')}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat().replace("+00:00", "Z")
