"""`flask testimonials`: published ones as Markdown, and what is asked again."""

from pathlib import Path

import click
from flask.cli import AppGroup

from communaute.domain.testimonials import markdown, team
from communaute.extensions import db
from communaute.wiring import current


testimonials_commands = AppGroup("testimonials", help="Témoignages.")


@testimonials_commands.command("export")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path | None) -> None:
    """Écrit les témoignages acceptés dans FOLDER (sans FOLDER : content/temoignages), retire les autres."""
    where = folder or current.content().directory / "temoignages"
    for outcome, count in markdown.write(where, team.published(db.session())).items():
        click.echo(f"{outcome}: {count}")


@testimonials_commands.command("ask-again")
def ask_again() -> None:
    """Demande « est-ce toujours vrai ? » aux auteurs des témoignages de deux ans."""
    count = team.ask_again(current.context())
    db.session.commit()
    click.echo(f"asked: {count}")
