"""`flask mail`: the outbox, and what comes back, for whoever runs the site."""

import os
import sys
from collections import Counter
from pathlib import Path

import click
from flask.cli import AppGroup

from communaute.domain.newsletter import returns, sending_domain
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.mailing import outbox
from communaute.mailing.returned import LARGEST, What
from communaute.wiring import letter_desk, post_office
from communaute.wiring.resolving import SystemResolver


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


@mail_commands.command("bounce")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Lit chaque fichier du dossier (ou de son « new »), puis le range dans « cur ».",
)
@click.option(
    "--to",
    "recipient",
    default="",
    envvar="ORIGINAL_RECIPIENT",
    help="Le destinataire de l'enveloppe ; Postfix le donne dans ORIGINAL_RECIPIENT.",
)
def bounce(folder: Path | None, recipient: str) -> None:
    """Lit un courriel revenu sur l'entrée (alias de Postfix), ou ceux d'un dossier.

    Sort toujours avec 0 : un courriel que l'on refuserait reviendrait encore.
    """
    counts: Counter[What] = Counter()
    if folder is None:
        counts[take(sys.stdin.buffer.read(LARGEST), recipient)] += 1
    else:
        # The mails of a Maildir's `new`, or of a plain folder.
        inbox = folder / "new" if (folder / "new").is_dir() else folder
        for path in sorted(path for path in inbox.iterdir() if path.is_file()):
            with path.open("rb") as file:
                counts[take(file.read(LARGEST), recipient)] += 1
            kept = folder / "cur"  # put away, so that it is read once
            kept.mkdir(exist_ok=True)
            os.replace(path, kept / path.name)
    click.echo(", ".join(f"{what.value}: {count}" for what, count in counts.items()) or "nothing")


def take(raw: bytes, recipient: str) -> What:
    """Take one, in a transaction of its own."""
    what = returns.receive(letter_desk.context(), raw, recipient)
    db.session.commit()
    return what


STATES = {"met": "oui", "not-met": "NON", "unknown": "non vérifié"}


@mail_commands.command("check-domain")
@click.option("--selector", default="", help="Le sélecteur DKIM de votre serveur de courriel.")
@click.option("--server", default="", help="Le nom du serveur qui parle aux boîtes aux lettres.")
def check_domain(selector: str, server: str) -> None:
    """Dit ce que DNS dit du domaine d'envoi, et ce que Gmail, Yahoo et Microsoft demandent."""
    sender = letter_desk.sender_of(selector, server)
    found = sending_domain.checks(sender, SystemResolver())
    click.echo(f"{sender.domain} (retours : {sender.envelope})")
    for check in found:
        click.echo(f"{check.name}: {STATES[check.state]}: {typeset(check.found)}")
        if check.state != "met" and check.record:
            click.echo(f"    {check.record}")
    for asked in sending_domain.asked_by_providers(found):
        click.echo(f"{asked.provider}: {typeset(asked.what)}: {STATES[asked.state]}")
    if any(check.state == "not-met" for check in found):
        sys.exit(1)
