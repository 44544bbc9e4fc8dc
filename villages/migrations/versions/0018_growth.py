"""indexes by which the cost of a page stays the same however many villages there are"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_unit_named", "unit", ["level", "name"])
    op.create_index("ix_item_latest", "item", ["published_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_item_latest", "item")
    op.drop_index("ix_unit_named", "unit")
