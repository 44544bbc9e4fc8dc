"""unfinished: what stands in forms that are not saved yet, and the files in them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "unfinished",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("typed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("typed_at", Moment(), nullable=True),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_unfinished_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_unfinished"),
        sa.UniqueConstraint("staff_id", "subject", name="uq_unfinished_staff_id"),
    )
    op.create_index("ix_unfinished_open", "unfinished", ["subject", "seen_at"])
    op.create_index("ix_unfinished_seen_at", "unfinished", ["seen_at"])
    op.create_table(
        "waiting_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unfinished_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unfinished_id"], ["unfinished.id"], name="fk_waiting_file_unfinished_id_unfinished"),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_file"),
    )
    op.create_index("ix_waiting_file_unfinished_id", "waiting_file", ["unfinished_id"])
    op.create_index("ix_waiting_file_digest", "waiting_file", ["digest"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("waiting_file")
    op.drop_table("unfinished")
