"""Who did or read what, and when. Knows no other subject."""
