"""`flask trainings`: what is due at its hour, for whoever runs the site."""

import click
from flask.cli import AppGroup

from communaute.domain.trainings import reminders
from communaute.wiring.training_desk import context


trainings_commands = AppGroup("trainings", help="Formations.")


@trainings_commands.command("send-reminders")
def send_reminders() -> None:
    """Libère les places non confirmées, sert les listes d'attente, demande rappels et merci."""
    counts = reminders.release_expired(context()) | reminders.send_reminders(context())
    for outcome, count in counts.items():
        click.echo(f"{outcome}: {count}")
