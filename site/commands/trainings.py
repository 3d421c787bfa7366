"""`flask trainings`: what is due at its hour, for whoever runs the site."""

import click
from flask.cli import AppGroup

from communaute import current
from communaute.domain import clock
from communaute.domain.trainings import reminders
from communaute.extensions import db
from communaute.training_desk import training_desk


trainings_commands = AppGroup("trainings", help="Formations.")


@trainings_commands.command("send-reminders")
def send_reminders() -> None:
    """Libère les places non confirmées, sert les listes d'attente, demande rappels et merci."""
    desk, session = training_desk(current.settings()), db.session()
    counts = reminders.release_expired(session, desk=desk, now=clock.now())
    counts |= reminders.send_reminders(session, desk=desk, now=clock.now())
    for outcome, count in counts.items():
        click.echo(f"{outcome}: {count}")
