"""`flask notifications`: the digests that are due, for whoever runs the site."""

import click
from flask.cli import AppGroup

from communaute.domain.notifications import sending
from communaute.wiring import current, follow_desk


notifications_commands = AppGroup("notifications", help="Récapitulatifs.")


@notifications_commands.command("send-due")
def send_due() -> None:
    """Demande les récapitulatifs qui sont dus. Peut se répéter, et s'interrompre."""
    for outcome, count in sending.send_due(current.context()).items():
        click.echo(f"{outcome}: {count}")


@notifications_commands.command("tell-changes")
def tell_changes() -> None:
    """Dit aux personnes qui suivent une page ou une formation ce qui a changé. Peut se répéter."""
    for outcome, count in follow_desk.tell().items():
        click.echo(f"{outcome}: {count}")
