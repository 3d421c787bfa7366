"""the attachments of a mail have a default again.

The release before the attachments writes deliveries without that column.
Revision 1795917247, after 1795919001.
"""

from alembic import op


revision = '1795917247'
down_revision = '1795919001'
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('delivery') as batch_op:
        batch_op.alter_column('attachments', server_default='[]')


def downgrade() -> None:
    with op.batch_alter_table('delivery') as batch_op:
        batch_op.alter_column('attachments', server_default=None)
