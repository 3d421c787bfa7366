"""articles of the newsletter that leave by themselves.

Revision 1795925000, after 1795930001, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op


revision = '1795925000'
down_revision = '1795930001'
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table('newsletter_article',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=200), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_newsletter_article')),
    sa.UniqueConstraint('page', name=op.f('uq_newsletter_article_page'))
    )
    with op.batch_alter_table('newsletter_article', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_newsletter_article_state'), ['state'], unique=False)
    with op.batch_alter_table('newsletter_sending', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('newsletter_sending', schema=None) as batch_op:
        batch_op.drop_column('confirmed_by')
    with op.batch_alter_table('newsletter_article', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_newsletter_article_state'))
    op.drop_table('newsletter_article')
