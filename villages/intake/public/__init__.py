"""The villagers' doors: write to the government, keep the receipt, follow the case."""

from villages.intake.public import finding, following, reading, writing
from villages.intake.public.door import bp

__all__ = ["bp", "finding", "following", "reading", "writing"]
