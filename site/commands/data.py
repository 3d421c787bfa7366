"""`flask data`: what is done to stored data."""

import click
from flask.cli import AppGroup

from communaute.domain import clock, retention
from communaute.extensions import db


data_commands = AppGroup("data", help="Données conservées.")


@data_commands.command("purge")
def purge() -> None:
    """Efface ce qui a passé sa durée de conservation ; dit combien, règle par règle."""
    for name, count in retention.purge(db.session(), clock.now()).items():
        click.echo(f"{name}: {count}")
