"""indexes of long lists: requests by their date, opinions counted."""

from alembic import op


revision = "1795975600"
down_revision = "1795925000"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Nothing is written otherwise: the release before this one works on them."""
    op.create_index("ix_membership_asked", "membership", ["structure_id", "state", "asked_at", "id"])
    op.create_index("ix_membership_waiting", "membership", ["state", "asked_at", "id"])
    op.create_index("ix_page_opinion_counted", "page_opinion", ["page", "reason", "helpful"])
    op.create_index("ix_page_opinion_dated", "page_opinion", ["page", "given_at", "helpful"])
    op.drop_index("ix_page_opinion_page", "page_opinion")


def downgrade() -> None:
    """As they were."""
    op.create_index("ix_page_opinion_page", "page_opinion", ["page"])
    op.drop_index("ix_page_opinion_dated", "page_opinion")
    op.drop_index("ix_page_opinion_counted", "page_opinion")
    op.drop_index("ix_membership_waiting", "membership")
    op.drop_index("ix_membership_asked", "membership")
