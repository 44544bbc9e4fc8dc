"""The villagers' doors: write to the government, keep the receipt, follow the case; ask for one's subsidy."""

from villages.intake.public import finding, following, reading, subsidy, writing
from villages.intake.public.door import bp

__all__ = ["bp", "finding", "following", "reading", "subsidy", "writing"]
