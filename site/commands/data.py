"""`flask data`: what is done to stored data."""

from pathlib import Path

import click
from flask.cli import AppGroup

from communaute.domain import backups, clock, retention
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.wiring import current


data_commands = AppGroup("data", help="Données conservées.")


@data_commands.command("purge")
def purge() -> None:
    """Efface ce qui a passé sa durée de conservation ; dit combien, règle par règle."""
    for name, count in retention.purge(db.session(), clock.now()).items():
        click.echo(f"{name}: {count}")


@data_commands.command("backup")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Défaut : BACKUP_DIR.")
@click.option("--keep", default=backups.KEPT, show_default=True, help="Combien en garder.")
def backup(folder: Path | None, keep: int) -> None:
    """Sauvegarde la base, l'ouvre à part, puis seulement la nomme. Le site peut tourner."""
    settings = current.settings()
    place = folder or settings.backups
    try:
        made = backups.make(settings.database_url, place, clock.now(), keep)
    except backups.BackupFailed as error:
        raise click.ClickException(typeset(str(error))) from error
    click.echo(made.path)
    for name, count in made.rows.items():
        click.echo(f"{name}: {count}")


@data_commands.command("restore")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Ne demande pas confirmation.")
def restore(path: Path, yes: bool) -> None:
    """Met une sauvegarde à la place de la base. Arrêtez d'abord le site."""
    if not yes:
        click.confirm(
            typeset("La base actuelle sera remplacée. Le site est-il arrêté ?"), abort=True
        )
    db.session.remove()
    db.engine.dispose()
    try:
        rows = backups.restore(current.settings().database_url, path)
    except backups.BackupFailed as error:
        raise click.ClickException(typeset(str(error))) from error
    for name, count in rows.items():
        click.echo(f"{name}: {count}")
