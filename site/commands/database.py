"""`flask db`: Flask-Alembic's, but for one command."""

import click
from flask_alembic.cli import cli

from communaute.extensions import alembic


database_commands = cli


@database_commands.command("downgrade")
@click.argument("target", default="1")
def downgrade(target: str) -> None:
    """Revient à une révision (son numéro), ou de tant d'étapes ; d'une seule par défaut.

    Flask-Alembic lit tout nombre comme un nombre d'étapes, et nos révisions sont des nombres.
    """
    known = {script.revision for script in alembic.log()}
    steps = target.isdigit() and target not in known
    alembic.downgrade(-int(target) if steps else target)
