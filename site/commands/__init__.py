"""The command line, one module per feature."""

from flask import Flask

from communaute.commands.accounts import account_commands
from communaute.commands.content import content_commands
from communaute.commands.data import data_commands
from communaute.commands.mailing import mail_commands


def register(app: Flask) -> None:
    """Add every group of commands."""
    for group in (account_commands, content_commands, data_commands, mail_commands):
        app.cli.add_command(group)
