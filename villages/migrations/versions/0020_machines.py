"""machines: touchscreens of the halls, calls for help, counts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("code", sa.String(6), nullable=True),
        sa.Column("code_at", Moment(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("orientation", sa.String(10), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("paired_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("heard_at", Moment(), nullable=True),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("up_seconds", sa.Integer(), nullable=False),
        sa.Column("content_at", Moment(), nullable=True),
        sa.Column("screen", sa.String(10), nullable=False),
        sa.Column("touched_at", Moment(), nullable=True),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_kiosk_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_kiosk"),
        sa.UniqueConstraint("token_digest", name="uq_kiosk_token_digest"),
        sa.UniqueConstraint("code", name="uq_kiosk_code"),
    )
    op.create_index("ix_kiosk_state", "kiosk", ["state"])
    op.create_index("ix_kiosk_unit_id", "kiosk", ["unit_id"])
    op.create_table(
        "help_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kiosk_id", sa.Integer(), nullable=True),
        sa.Column("screen", sa.String(20), nullable=False),
        sa.Column("called_at", Moment(), nullable=False),
        sa.Column("phone_sealed", sa.String(200), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name="fk_help_call_kiosk_id_kiosk"),
        sa.PrimaryKeyConstraint("id", name="pk_help_call"),
    )
    op.create_index("ix_help_call_kiosk_id", "help_call", ["kiosk_id"])
    op.create_index("ix_help_call_open", "help_call", ["answered_at", "called_at"])
    op.create_table(
        "kiosk_count",
        sa.Column("kiosk_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name="fk_kiosk_count_kiosk_id_kiosk"),
        sa.PrimaryKeyConstraint("kiosk_id", "on_day", "what", name="pk_kiosk_count"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("kiosk_count")
    op.drop_table("help_call")
    op.drop_table("kiosk")
