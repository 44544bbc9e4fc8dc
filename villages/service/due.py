"""What is due now: jobs that a timer outside asks for; each may run every minute, twice, or late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.actions import forget_expired_sign_ins
from villages.disclosures.publishing import end_notices, publish_scheduled

# Title -> a verb that does what is due by `at` and returns how much that was. A subject adds its job here.
DUE: dict[str, Callable[[Session, datetime], int]] = {
    "定时发布": publish_scheduled,
    "公示到期": end_notices,
    "清理过期登录": lambda session, at: forget_expired_sign_ins(session, at=at),
}
