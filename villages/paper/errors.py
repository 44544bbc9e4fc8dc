"""What can go wrong with paper."""

from __future__ import annotations

from villages.core.refusal import Refusal


class PaperError(Refusal):
    """Paper that must not be printed; its text is one plain Chinese sentence saying what is wrong and what to do."""
