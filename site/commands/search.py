"""`flask search`: build the index, ask it, list what it could not answer."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from communaute.domain.search import clean_query, missed_searches
from communaute.extensions import db, reading
from communaute.wiring import current, indexing
from search_index import Document, IndexUnavailable, open_index
from search_index.opening import Index
from search_index.results import Hit


search_commands = AppGroup("search", help="Recherche dans le site.")


def progress(documents: Sequence[Document]) -> Iterable[Document]:
    """The documents, a progress bar on the error output while they go by."""
    with click.progressbar(documents, label="Index de recherche", file=sys.stderr) as bar:
        yield from bar


def build_or_stop(*, if_older: bool = False) -> int | None:
    """Build the index; a folder that cannot be written stops the command with a sentence."""
    try:
        return indexing.build_index(if_older=if_older, shown=progress)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"L'index n'a pas pu être construit : {error}") from None


@search_commands.command("build")
@click.option("--if-older", is_flag=True, help="Seulement si le contenu a changé depuis.")
def build(if_older: bool) -> None:
    """Construit et publie l'index ; les pages déjà ouvertes passent au nouveau d'elles-mêmes."""
    count = build_or_stop(if_older=if_older)
    click.echo("L'index est à jour." if count is None else f"{count} sections indexées.")


@search_commands.command("query")
@click.argument("text")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="Réponse en JSON.")
def query(text: str, limit: int, as_json: bool) -> None:
    """Cherche TEXT comme la page de recherche, sans ses filtres."""
    hits = index_to_ask().search(clean_query(text), limit=limit).hits
    if as_json:
        click.echo(json.dumps([as_value(hit) for hit in hits], ensure_ascii=False, indent=1))
        return
    for hit in hits:
        click.echo(f"{hit.score:7.2f}  {hit.url}  {hit.title}")
    if not hits:
        click.echo("Aucun résultat.")


def index_to_ask() -> Index:
    """The published index; built first when there is none that can be read."""
    directory = Path(current.settings().search_index_dir)
    try:
        return open_index(directory)
    except IndexUnavailable:
        build_or_stop()
        return open_index(directory)


def as_value(hit: Hit) -> dict[str, object]:
    """A hit as scripts read it."""
    return {
        "url": hit.url,
        "title": hit.title,
        "kind": hit.kind,
        "score": round(float(hit.score), 4),
        "excerpt": hit.excerpt,
    }


@search_commands.command("missed")
@click.option("--json", "as_json", is_flag=True, help="Réponse en JSON.")
def missed(as_json: bool) -> None:
    """Liste les recherches restées sans résultat au moins trois jours différents."""
    rows = [
        {"query": row.text, "days": row.days, "last_day": row.last_day.isoformat()}
        for row in missed_searches(reading(db.session()))
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['days']:5} jours, dernier le {row['last_day']} : {row['query']}")
    if not rows:
        click.echo("Aucune.")
