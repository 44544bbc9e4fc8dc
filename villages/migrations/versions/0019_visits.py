"""visits: what is read, looked for in vain, and how fast pages open"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "visit",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_visit_unit_id_unit")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_visit_item_id_item"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("on_day", "unit_id", "item_id", name=op.f("pk_visit")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_visit_item_id"), "visit", ["item_id"])
    op.create_table(
        "vain_search",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("digest", "on_day", name=op.f("pk_vain_search")),
    )
    op.create_index(op.f("ix_vain_search_on_day"), "vain_search", ["on_day"])
    op.create_table(
        "page_speed",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("page", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("up_to_ms", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("on_day", "page", "measure", "up_to_ms", name=op.f("pk_page_speed")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("page_speed")
    op.drop_table("vain_search")
    op.drop_table("visit")
