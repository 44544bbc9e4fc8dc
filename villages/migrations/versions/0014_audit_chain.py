"""the chain of the audit: numbers, signatures, checkpoints, and triggers that hold it append-only"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CONTENT = "id, at, actor, staff_id, address, act, subject, refused, detail"
# An entry that was not sealed yet may be sealed; nothing else may change, and only what a checkpoint covers may go.
SQLITE = (
    f"""CREATE TRIGGER audit_entry_content BEFORE UPDATE OF {CONTENT} ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit entries are only added'); END""",
    """CREATE TRIGGER audit_entry_sealed BEFORE UPDATE ON audit_entry WHEN OLD.seq IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'audit entries are only added'); END""",
    """CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    WHEN COALESCE(OLD.seq, 0) > (SELECT COALESCE(MAX(seq), -1) FROM audit_checkpoint)
    BEGIN SELECT RAISE(ABORT, 'audit entries are only added'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_entry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.seq IS NULL
            AND (OLD.id, OLD.at, OLD.actor, OLD.staff_id, OLD.address, OLD.act, OLD.subject, OLD.refused)
                IS NOT DISTINCT FROM
                (NEW.id, NEW.at, NEW.actor, NEW.staff_id, NEW.address, NEW.act, NEW.subject, NEW.refused)
            AND OLD.detail::text = NEW.detail::text THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE'
            AND COALESCE(OLD.seq, 0) <= (SELECT COALESCE(MAX(seq), -1) FROM audit_checkpoint) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit entries are only added';
    END $$""",
    """CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_keep()""",
    """CREATE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_keep()""",
)


def upgrade() -> None:
    """Apply. What was written before is sealed with the first entry that is."""
    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_checkpoint")),
    )
    op.add_column("audit_entry", sa.Column("address", sa.String(length=60), nullable=True))
    op.add_column("audit_entry", sa.Column("seq", sa.Integer(), nullable=True))
    op.add_column("audit_entry", sa.Column("signature", sa.String(length=64), nullable=True))
    op.add_column("audit_entry", sa.Column("digest", sa.String(length=64), nullable=True))
    op.create_index("ix_audit_entry_seq", "audit_entry", ["seq"], unique=True)
    op.create_index("ix_audit_entry_staff_id", "audit_entry", ["staff_id"])
    op.create_index("ix_audit_entry_act_id", "audit_entry", ["act", "id"])
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor", "id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Undo; the entries stay, unsealed."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("content", "sealed", "kept"):
            op.execute(f"DROP TRIGGER audit_entry_{name}")
    else:
        op.execute("DROP TRIGGER audit_entry_keep ON audit_entry")
        op.execute("DROP TRIGGER audit_entry_keep_all ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_keep()")
    for name in ("actor_id", "act_id", "staff_id", "seq"):
        op.drop_index(f"ix_audit_entry_{name}", "audit_entry")
    with op.batch_alter_table("audit_entry") as batch:
        for name in ("digest", "signature", "seq", "address"):
            batch.drop_column(name)
    op.drop_table("audit_checkpoint")
