"""`flask mail`: the outbox, for whoever runs the site."""

import click
from flask.cli import AppGroup

from communaute import post_office
from communaute.extensions import db
from communaute.mailing import outbox


mail_commands = AppGroup("mail", help="Courriels du site.")


@mail_commands.command("send")
def send() -> None:
    """Envoie ce qui est dû, sans attendre le processus d'arrière-plan."""
    click.echo(f"handled: {post_office.send_due()}")


@mail_commands.command("status")
def status() -> None:
    """Compte les courriels par état, puis liste ceux qui attendent une décision."""
    for state, count in outbox.counts(db.session()).items():
        click.echo(f"{state}: {count}")
    for delivery in outbox.stuck(db.session()):
        click.echo(
            f"{delivery.id}\t{delivery.state}\t{delivery.attempts} tries\t{delivery.template}"
            f"\t{delivery.outcome}"
        )
