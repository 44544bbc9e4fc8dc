"""people: one-time links, second factor, former passwords, sign-ins with their browser, delays by address"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from villages.core.db import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Who is signed in signs in anew: nobody knows when those browsers were seen last."""
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("known_failures", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("known_blocked_until", Moment(), nullable=True))
        table.add_column(sa.Column("password_at", Moment(), nullable=True))
        table.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("factor", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("factor_step", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("last_sign_in_at", Moment(), nullable=True))
    op.execute("UPDATE staff SET password_at = created_at")
    op.execute("DELETE FROM sign_in")
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("seen_at", Moment(), nullable=False))
        table.add_column(sa.Column("waits", sa.Boolean(), nullable=False))
        table.add_column(sa.Column("address", sa.String(45), nullable=False))
        table.add_column(sa.Column("browser", sa.String(40), nullable=False))
    _tables()


def _tables() -> None:
    op.create_table(
        "sign_in_address",
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("blocked_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("address", name="pk_sign_in_address"),
    )
    op.create_index("ix_sign_in_address_last_at", "sign_in_address", ["last_at"])
    op.create_table(
        "one_time_link",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_one_time_link_staff_id_staff"),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_link"),
        sa.UniqueConstraint("staff_id", name="uq_one_time_link_staff_id"),
    )
    op.create_index("ix_one_time_link_expires_at", "one_time_link", ["expires_at"])
    op.create_table(
        "former_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_former_password_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_former_password"),
    )
    op.create_index("ix_former_password_staff_id", "former_password", ["staff_id"])
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_code_staff_id_staff"),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"])


def downgrade() -> None:
    """Undo."""
    for name in ("recovery_code", "former_password", "one_time_link", "sign_in_address"):
        op.drop_table(name)
    with op.batch_alter_table("sign_in") as table:
        for column in ("browser", "address", "waits", "seen_at"):
            table.drop_column(column)
    with op.batch_alter_table("staff") as table:
        for column in (
            "last_sign_in_at", "factor_step", "factor", "must_change", "password_at", "known_blocked_until",
            "known_failures",
        ):  # fmt: skip
            table.drop_column(column)
