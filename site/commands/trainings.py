"""`flask trainings`: what is due at its hour, for whoever runs the site."""

import click
from flask.cli import AppGroup

from communaute.domain.trainings import reminders
from communaute.wiring import current


trainings_commands = AppGroup("trainings", help="Formations.")


@trainings_commands.command("send-reminders")
def send_reminders() -> None:
    """Libère les places non confirmées, sert les listes d'attente, demande rappels et merci."""
    counts = reminders.release_expired(current.training_context()) | reminders.send_reminders(
        current.training_context()
    )
    for outcome, count in counts.items():
        click.echo(f"{outcome}: {count}")
