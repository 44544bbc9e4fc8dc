"""Cases for staff: what waits, one case with what may be done, answers, and what comes by other ways than the page."""

from villages.intake.admin import answers, channels, entering, listing, offering, one, queue, repeated, year
from villages.intake.admin.blueprint import bp

__all__ = ["answers", "bp", "channels", "entering", "listing", "offering", "one", "queue", "repeated", "year"]
