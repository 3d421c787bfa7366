"""documents verified together.

Revision 1795919001, after 1795914919, 2026-11-29 00:50:01.
"""

import sqlalchemy as sa
from alembic import op


revision = '1795919001'
down_revision = '1795914919'
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table('verification_batch',
    sa.Column('address', sa.String(length=40), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('documents', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_verification_batch'))
    )
    with op.batch_alter_table('verification_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verification_batch_submitted_at'), ['submitted_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('verification_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_verification_batch_submitted_at'))
    op.drop_table('verification_batch')
