"""intake: cases, what happened to them, who holds them and who must never see them, what came with them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "intake_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("plate_id", sa.Integer(), nullable=True),
        sa.Column("came_from_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", Moment(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("phone_digest", sa.String(64), nullable=False),
        sa.Column("name_digest", sa.String(64), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("applicant", sa.String(30), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("acknowledge_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("waits_until", sa.Date(), nullable=True),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("forgotten_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_intake_case_unit_id_unit"),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name="fk_intake_case_publisher_id_publisher"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_intake_case_item_id_item"),
        sa.ForeignKeyConstraint(["plate_id"], ["plate.id"], name="fk_intake_case_plate_id_plate"),
        sa.ForeignKeyConstraint(["came_from_id"], ["intake_case.id"], name="fk_intake_case_came_from_id_intake_case"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_case"),
        sa.UniqueConstraint("number", name="uq_intake_case_number"),
        sa.UniqueConstraint("token_digest", name="uq_intake_case_token_digest"),
    )
    for columns in (
        ["unit_id"], ["publisher_id"], ["item_id"], ["plate_id"], ["came_from_id"], ["phone_digest"],
        ["name_digest"], ["closed_at"],
    ):  # fmt: skip
        op.create_index(f"ix_intake_case_{columns[0]}", "intake_case", columns)
    op.create_index("ix_intake_case_work", "intake_case", ["state", "due_on"])
    op.create_index("ix_intake_case_received", "intake_case", ["kind", "received_on"])
    _beside()


def _beside() -> None:
    """What belongs to a case, and who guesses at one."""
    op.create_table(
        "case_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(20), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["intake_case.id"], name="fk_case_step_case_id_intake_case"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_case_step_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_case_step"),
        sa.UniqueConstraint("case_id", "ordinal", name="uq_case_step_case_id"),
    )
    op.create_index("ix_case_step_staff_id", "case_step", ["staff_id"])
    op.create_table(
        "case_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["intake_case.id"], name="fk_case_seat_case_id_intake_case"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_case_seat_unit_id_unit"),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name="fk_case_seat_publisher_id_publisher"),
        sa.PrimaryKeyConstraint("id", name="pk_case_seat"),
    )
    for column in ("case_id", "unit_id", "publisher_id"):
        op.create_index(f"ix_case_seat_{column}", "case_seat", [column])
    op.create_table(
        "case_barred",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["intake_case.id"], name="fk_case_barred_case_id_intake_case"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_case_barred_unit_id_unit"),
        sa.ForeignKeyConstraint(["publisher_id"], ["publisher.id"], name="fk_case_barred_publisher_id_publisher"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_case_barred_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_case_barred"),
    )
    op.create_index("ix_case_barred_case_id", "case_barred", ["case_id"])
    op.create_table(
        "enclosure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["intake_case.id"], name="fk_enclosure_case_id_intake_case"),
        sa.PrimaryKeyConstraint("id", name="pk_enclosure"),
    )
    op.create_index("ix_enclosure_case_id", "enclosure", ["case_id"])
    op.create_index("ix_enclosure_digest", "enclosure", ["digest"])
    op.create_table(
        "guess_wait",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_guess_wait"),
    )
    op.create_index("ix_guess_wait_last_at", "guess_wait", ["last_at"])


def downgrade() -> None:
    """Undo."""
    for table in ("guess_wait", "enclosure", "case_barred", "case_seat", "case_step", "intake_case"):
        op.drop_table(table)
