"""The command line, one module per feature."""

from flask import Flask

from communaute.commands.accounts import account_commands
from communaute.commands.content import content_commands
from communaute.commands.data import data_commands
from communaute.commands.demo import demo_commands
from communaute.commands.intake import intake_commands
from communaute.commands.mailing import mail_commands
from communaute.commands.search import search_commands
from communaute.commands.signatures import signatures_commands
from communaute.commands.tariffs import tariffs_commands


GROUPS = (
    account_commands,
    content_commands,
    data_commands,
    demo_commands,
    intake_commands,
    mail_commands,
    search_commands,
    signatures_commands,
    tariffs_commands,
)


def register(app: Flask) -> None:
    """Add every group of commands."""
    for group in GROUPS:
        app.cli.add_command(group)
