"""publishers: contact, and the day from which they owe; items: the cycle of their period"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("publisher") as table:
        table.add_column(sa.Column("phone", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("hours", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("address", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("duties_from", sa.Date(), nullable=True))
    with op.batch_alter_table("item") as table:
        table.add_column(sa.Column("period_cycle", sa.String(length=12), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("item") as table:
        table.drop_column("period_cycle")
    with op.batch_alter_table("publisher") as table:
        for name in ("duties_from", "address", "hours", "phone"):
            table.drop_column(name)
