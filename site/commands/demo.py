"""`flask demo`: something to try the site with."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.accounts import passwords
from communaute.domain.newsletter import lists as newsletter
from communaute.domain.structures import demo, demo_plan
from communaute.domain.trainings import demo as trainings
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.wiring import current


demo_commands = AppGroup("demo", help="De quoi essayer le site.")
# What each feature loads; a new one adds its function. Each is safe to run twice.
Loader = Callable[[Session, date, datetime], Mapping[str, int]]
LOADERS: tuple[Loader, ...] = (
    demo.load,
    lambda session, _today, now: {"dates de formation": trainings.load(session, now)},
    lambda session, _today, now: {"abonnés": newsletter.load_practice(session, now)},
)
REFUSED = typeset(
    "La démonstration ne se charge pas en production : ses structures et ses personnes sont inventées."
)
ACCOUNTS_FILE = "demo-comptes.txt"


@demo_commands.command("load")
@click.option(
    "--if-empty", is_flag=True, help="Ne fait rien si la base contient déjà quelque chose."
)
def load(if_empty: bool) -> None:
    """Ajoute des structures, des factures et des personnes inventées. Peut se répéter.

    En développement seulement : le mot de passe des personnes, tiré au hasard, est écrit dans
    INSTANCE_PATH.
    """
    session, settings = db.session(), current.settings()
    if settings.production:
        raise click.UsageError(REFUSED)
    if if_empty and not demo.is_empty(session):
        return
    counts: dict[str, int] = {}
    for loader in LOADERS:
        counts |= loader(session, clock.today(), clock.now())
    counts["personnes"] = load_people(session, settings.instance / ACCOUNTS_FILE)
    session.commit()
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))


def load_people(session: Session, file: Path) -> int:
    """Add the people; write their password down, for this machine's user alone."""
    password = secrets.token_urlsafe(12)
    count = demo.load_people(session, passwords.hashed(password), clock.now())
    if count:
        people = "".join(
            f"{one.email}\t{one.name}\t{typeset(one.may)}\n" for one in demo_plan.PEOPLE
        )
        file.touch(mode=0o600)
        file.write_text(f"Mot de passe de chacun : {password}\n\n{people}", encoding="utf-8")
        click.echo(f"Comptes d’essai et leur mot de passe : {file}")
    return count
