"""The machines for staff: the fleet with pairing and its end, and calls for help. Each in their own area."""

from villages.machines.admin import calls, fleet
from villages.machines.admin.blueprint import bp

__all__ = ["bp", "calls", "fleet"]
