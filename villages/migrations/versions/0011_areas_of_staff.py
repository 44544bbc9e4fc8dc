"""areas of staff: a department as an area, accounts that are closed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("publisher_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("disabled_at", Moment(), nullable=True))
        table.create_foreign_key("fk_staff_publisher_id_publisher", "publisher", ["publisher_id"], ["id"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("staff") as table:
        table.drop_constraint("fk_staff_publisher_id_publisher", type_="foreignkey")
        table.drop_column("disabled_at")
        table.drop_column("publisher_id")
