"""search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. The index is filled by `villages init`, which finds it empty."""
    op.create_table(
        "search_entry",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_entry")),
    )
    op.create_index("ix_search_entry_ref", "search_entry", ["subject", "ref"], unique=True)
    op.create_index("ix_search_entry_until", "search_entry", ["until"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(title, body, marks, content='', columnsize=0, prefix='5', "
            "tokenize=\"ascii tokenchars '_'\")"
        )
        return
    op.execute(
        "CREATE TABLE search_words (key BIGINT PRIMARY KEY REFERENCES search_entry ON DELETE CASCADE, "
        "grams BIGINT[] NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_words_grams ON search_words USING gin (grams)")


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
