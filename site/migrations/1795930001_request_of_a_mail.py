"""the request that asked for a mail."""

import sqlalchemy as sa
from alembic import op


revision = "1795930001"
down_revision = "1795916925"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Nullable: the release before this one goes on writing without it."""
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("request", sa.String(64), nullable=True))


def downgrade() -> None:
    """Away with it."""
    with op.batch_alter_table("delivery") as table:
        table.drop_column("request")
