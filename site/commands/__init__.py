"""The command line, one module per feature."""

from flask import Flask

from communaute.commands.accounts import account_commands
from communaute.commands.content import content_commands
from communaute.commands.data import data_commands
from communaute.commands.database import database_commands
from communaute.commands.demo import demo_commands
from communaute.commands.intake import intake_commands
from communaute.commands.mailing import mail_commands
from communaute.commands.newsletter import newsletter_commands
from communaute.commands.notifications import notifications_commands
from communaute.commands.search import search_commands
from communaute.commands.signatures import signatures_commands
from communaute.commands.tariffs import tariffs_commands
from communaute.commands.testimonials import testimonials_commands
from communaute.commands.trainings import trainings_commands


GROUPS = (
    account_commands,
    content_commands,
    data_commands,
    database_commands,
    demo_commands,
    intake_commands,
    mail_commands,
    newsletter_commands,
    notifications_commands,
    search_commands,
    signatures_commands,
    tariffs_commands,
    testimonials_commands,
    trainings_commands,
)


def register(app: Flask) -> None:
    """Add every group of commands."""
    for group in GROUPS:
        app.cli.add_command(group)
