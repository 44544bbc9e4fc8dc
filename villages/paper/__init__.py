"""Everything printed: text to code, labels to sheets, and sheets read back. Pure: no database, clock or settings."""
