"""facets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. `villages init` fills the table from what is public."""
    op.create_table(
        "facet",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_facet_item_id_item")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_facet_unit_id_unit")),
        sa.PrimaryKeyConstraint("item_id", "name", "value", name=op.f("pk_facet")),
    )
    with op.batch_alter_table("facet", schema=None) as batch_op:
        batch_op.create_index("ix_facet_found", ["kind", "name", "value"], unique=False)
        batch_op.create_index(batch_op.f("ix_facet_unit_id"), ["unit_id"], unique=False)
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_listed", ["kind", "is_public", "published_at"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_listed")
    op.drop_table("facet")
