"""The whole data for everybody: CSV, JSON, its schema, its changes as a page and as a feed."""

import csv
import io
import json
from collections.abc import Callable

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.tariffs import bp, presenting
from communaute.blueprints.tariffs.feed import anchor, changes_atom
from communaute.domain import clock
from communaute.domain.tariffs.open_data import FIELDS, rows_as_data
from communaute.layout import absolute
from communaute.tariff_data import tariffs


LICENCE = (
    "Les montants, dates et références viennent des textes officiels, hors droit d’auteur, lus dans "
    "les données Légifrance (DILA, base LEGI, et PISTE) sous Licence Ouverte 2.0, arrêtées pour "
    "l’essentiel au 6 décembre 2023. Réutilisez-les librement en citant ces sources et la date de "
    "dernière vérification de chaque ligne."
)
LICENCE_ADDRESS = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
DATES = ("valid_from", "valid_until", "verified_on")


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
            {"name": name, "type": _type(name), "description": said}
            for name, said in FIELDS.items()
        ],
        "primaryKey": "id",
        "missingValues": [""],
    }


def _type(name: str) -> str:
    if name in DATES:
        return "date"
    return "number" if name == "amount" else "string"


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
