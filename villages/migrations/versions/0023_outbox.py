"""outbox: where offices hear of their cases, and what waits to be sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "notice_channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_notice_channel_unit_id_unit"),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name="fk_notice_channel_publisher_id_publisher"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_channel"),
    )
    op.create_index("ix_notice_channel_unit_id", "notice_channel", ["unit_id"])
    op.create_index("ix_notice_channel_publisher_id", "notice_channel", ["publisher_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(100), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["intake_case.id"], name="fk_outbox_case_id_intake_case"),
        sa.ForeignKeyConstraint(["channel_id"], ["notice_channel.id"], name="fk_outbox_channel_id_notice_channel"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("name", name="uq_outbox_name"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_channel_id", "outbox", ["channel_id"])
    op.create_index("ix_outbox_next_at", "outbox", ["next_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("outbox")
    op.drop_table("notice_channel")
