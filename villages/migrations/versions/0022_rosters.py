"""disclosures: lines of rosters that people find themselves by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "roster",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("tails", sa.Text(), nullable=False),
        sa.Column("lacking", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_roster_item_id_item"),
        sa.PrimaryKeyConstraint("item_id", name="pk_roster"),
    )
    op.create_table(
        "roster_line",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_roster_line_item_id_item"),
        sa.PrimaryKeyConstraint("item_id", "ordinal", "digest", name="pk_roster_line"),
    )
    op.create_index("ix_roster_line_digest", "roster_line", ["digest"])
    op.create_index("ix_roster_line_until", "roster_line", ["until"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("roster_line")
    op.drop_table("roster")
