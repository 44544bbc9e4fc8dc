"""plate life: stages, inspections, and what a print run was made with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What was printed for good waits to be posted; what was retired stays so."""
    with op.batch_alter_table("plate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(length=12), nullable=False, server_default="issued"))
        batch_op.add_column(sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_plate_stage"), ["stage"], unique=False)
    op.execute(
        "UPDATE plate SET stage = 'printed' WHERE id IN (SELECT plate_id FROM printed_plate JOIN print_run"
        " ON print_run.id = printed_plate.run_id WHERE NOT is_test AND layout NOT LIKE 'wall-%')"
    )
    op.execute(
        "UPDATE plate SET stage = CASE WHEN successor_id IS NULL THEN 'retired' ELSE 'replaced' END"
        " WHERE retired_at IS NOT NULL"
    )
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("staff_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("printer", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("skip", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("shift_x_mm", sa.Double(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("shift_y_mm", sa.Double(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("cut_lines", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("pages", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("token", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_print_run_token"), ["token"], unique=True)
        batch_op.create_index(batch_op.f("ix_print_run_staff_id"), ["staff_id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plate_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("spot", sa.String(length=40), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("photo_size", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["plate_id"], ["plate.id"], name=op.f("fk_inspection_plate_id_plate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_plate_id", ["plate_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_inspection_photo"), ["photo"], unique=False)
        batch_op.create_index(batch_op.f("ix_inspection_token"), ["token"], unique=True)


def downgrade() -> None:
    """Undo."""
    op.drop_table("inspection")
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_run_staff_id"))
        batch_op.drop_index(batch_op.f("ix_print_run_token"))
        for name in (
            "staff_id", "printer", "skip", "shift_x_mm", "shift_y_mm", "cut_lines", "pages", "digest", "token"
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("plate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plate_stage"))
        batch_op.drop_column("posted_at")
        batch_op.drop_column("stage")
