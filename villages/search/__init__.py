"""A text index that knows only (subject, ref, unit, title, text, day): callers hand it text, and ask where it is."""
