"""indexes of the latest invoices of a structure.

Revision 1795916245, after 1795913722.
"""

from alembic import op


revision = '1795916245'
down_revision = '1795913722'
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('invoice') as batch_op:
        batch_op.create_index('ix_invoice_sender_latest', ['sender_id', 'status_at'])
        batch_op.create_index('ix_invoice_recipient_latest', ['recipient_id', 'status_at'])


def downgrade() -> None:
    with op.batch_alter_table('invoice') as batch_op:
        batch_op.drop_index('ix_invoice_recipient_latest')
        batch_op.drop_index('ix_invoice_sender_latest')
