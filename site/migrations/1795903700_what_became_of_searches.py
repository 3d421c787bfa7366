"""What became of searches.

Revision 1795903700, after 1795900817, 2026-11-28 22:08:20.
"""

import sqlalchemy as sa
from alembic import op


revision = '1795903700'
down_revision = '1795900817'
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table('search_use',
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('again', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_use')),
    sa.UniqueConstraint('digest', name=op.f('uq_search_use_digest'))
    )
    with op.batch_alter_table('search_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_use_last_day'), ['last_day'], unique=False)
    op.create_table('search_wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('added_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_wording')),
    sa.UniqueConstraint('text', 'address', name=op.f('uq_search_wording_text_address'))
    )
    op.create_table('search_click',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('use_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['use_id'], ['search_use.id'], name=op.f('fk_search_click_use_id_search_use'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_click')),
    sa.UniqueConstraint('use_id', 'rank', name=op.f('uq_search_click_use_id_rank'))
    )


def downgrade() -> None:
    op.drop_table('search_click')
    op.drop_table('search_wording')
    with op.batch_alter_table('search_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_use_last_day'))
    op.drop_table('search_use')
