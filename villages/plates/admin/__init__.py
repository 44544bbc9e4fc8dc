"""The print centre and the life of plates, for staff: each in their own area."""

from villages.plates.admin import inspection, one, rolls, runs, sheets
from villages.plates.admin.blueprint import bp

__all__ = ["bp", "inspection", "one", "rolls", "runs", "sheets"]
