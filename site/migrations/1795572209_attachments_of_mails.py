"""attachments of mails.

Revision 1795572209, after 1795421901, 2026-11-25 02:03:29.325904.
"""

import sqlalchemy as sa
from alembic import op


revision = '1795572209'
down_revision = '1795421901'
branch_labels = ()
depends_on = None


def upgrade() -> None:
    # A default for the rows that are there, then none: PostgreSQL cannot compare JSON defaults.
    column = sa.Column('attachments', sa.JSON(), server_default='[]', nullable=False)
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(column)
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.alter_column('attachments', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_column('attachments')
