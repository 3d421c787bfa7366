"""`flask accounts`: what cannot be done from a page."""

import click
from flask.cli import AppGroup

from communaute.domain import clock
from communaute.domain.accounts import passwords, users
from communaute.domain.errors import DomainError
from communaute.extensions import db


account_commands = AppGroup("accounts", help="Comptes.")


@account_commands.command("create-admin")
@click.argument("email")
@click.option("--password", prompt="Mot de passe", hide_input=True, confirmation_prompt=True)
def create_admin(email: str, password: str) -> None:
    """Donne le rôle d'administrateur à EMAIL, en créant le compte s'il n'existe pas."""
    try:
        address = users.spelled(email)
        passwords.check(password, address)
    except DomainError as refused:
        raise click.UsageError(str(refused)) from refused
    users.make_administrator(
        db.session(), email=address, password_hash=passwords.hashed(password), now=clock.now()
    )
    db.session.commit()
    click.echo(
        f"{address} administre le site. La double authentification sera demandée à la première connexion."
    )


@account_commands.command("remove-second-factor")
@click.argument("email")
def remove_second_factor(email: str) -> None:
    """Retire la double authentification de EMAIL (téléphone et codes perdus)."""
    user = users.find(db.session(), email)
    if user is None:
        raise click.UsageError("Aucun compte n'a cette adresse.")
    users.remove_second_factor(db.session(), user, clock.now())
    db.session.commit()
    click.echo("Double authentification retirée ; toutes les sessions sont fermées.")


@account_commands.command("sign-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="Ferme les sessions de tous les comptes.")
def sign_out(email: str | None, everybody: bool) -> None:
    """Ferme toutes les sessions de EMAIL, ou de tous les comptes."""
    if bool(email) == everybody:
        raise click.UsageError("Donnez une adresse, ou --everybody.")
    user = users.find(db.session(), email) if email else None
    if email and user is None:
        raise click.UsageError("Aucun compte n'a cette adresse.")
    users.sign_out(db.session(), user, clock.now())
    db.session.commit()
    click.echo("Toutes les sessions sont fermées.")
