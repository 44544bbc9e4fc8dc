"""mail server: as administrators gave it; how each way of telling an office went last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mail_server",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("off_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail_server"),
    )
    with op.batch_alter_table("notice_channel", schema=None) as batch_op:
        batch_op.add_column(sa.Column("off_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("told_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("trouble", sa.String(100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("trouble_at", Moment(), nullable=True))
    with op.batch_alter_table("notice_channel", schema=None) as batch_op:
        batch_op.alter_column("trouble", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("notice_channel", schema=None) as batch_op:
        for name in ("trouble_at", "trouble", "told_at", "off_at"):
            batch_op.drop_column(name)
    op.drop_table("mail_server")
