"""All pages of writing, on their one blueprint."""

from __future__ import annotations

from villages.disclosures.admin import acts, attaching, choosing, items, writing
from villages.disclosures.admin.blueprint import bp

__all__ = ["acts", "attaching", "bp", "choosing", "items", "writing"]
