"""Time: moments are aware and in UTC, days are Asia/Shanghai's, whatever the machine's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in China on which a moment falls."""
    return moment.astimezone(SHANGHAI).date()


def next_midnight(moment: datetime) -> datetime:
    """The moment at which the day in China changes next."""
    tomorrow = day_of(moment) + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=SHANGHAI)


def minutes_until(until: datetime | None, at: datetime) -> int:
    """How many minutes somebody is told to wait: whole ones, at least one; 0 where there is nothing to wait for."""
    return max(1, ceil((until - at) / timedelta(minutes=1))) if until is not None else 0


def day_text(day: date) -> str:
    """A day as people read it: 2026年11月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(moment: datetime) -> str:
    """A moment as people read it, in China's time: 2026年11月24日 9:05."""
    local = moment.astimezone(SHANGHAI)
    return f"{day_text(local.date())} {local.hour}:{local.minute:02}"


def moment_tag(moment: datetime) -> str:
    """A moment as the tags of government websites write it, in China's time: 2026-11-24 09:05."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
