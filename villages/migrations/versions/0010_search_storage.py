"""search storage: long sets lie elsewhere, so that thousands of hits are a few pages of keys"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what can be found is emptied, as the sets hold more now, and `villages init` fills it anew."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("ALTER TABLE search_words SET (toast_tuple_target = 128)")
    op.execute("ALTER TABLE search_words ALTER COLUMN grams SET STORAGE EXTERNAL")
    op.execute("DELETE FROM search_entry")


def downgrade() -> None:
    """Undo."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("ALTER TABLE search_words ALTER COLUMN grams SET STORAGE EXTENDED")
    op.execute("ALTER TABLE search_words RESET (toast_tuple_target)")
    op.execute("DELETE FROM search_entry")
