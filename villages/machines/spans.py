"""How long ago, and for how long, as people say it. Pure."""

from __future__ import annotations

from datetime import datetime

from villages.core.clock import SHANGHAI, day_of

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def lasted(seconds: float) -> str:
    """A length of time in words: 3 天 4 小时; the second part only where it tells something."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return "不到 1 分钟"
    if whole < HOUR:
        return f"{whole // MINUTE} 分钟"
    big, small, names = (DAY, HOUR, ("天", "小时")) if whole >= DAY else (HOUR, MINUTE, ("小时", "分钟"))
    rest = whole % big // small
    return f"{whole // big} {names[0]}" + (f" {rest} {names[1]}" if rest else "")


def short(moment: datetime, at: datetime) -> str:
    """A moment in China's time as one reads it at a glance: 9:24, or 11月26日 9:24 where it is not of today."""
    local = moment.astimezone(SHANGHAI)
    day = "" if day_of(moment) == day_of(at) else f"{local.month}月{local.day}日 "
    return f"{day}{local.hour}:{local.minute:02}"


def ago(moment: datetime | None, at: datetime) -> str:
    """How long before `at` a moment was, in words; '' for None."""
    if moment is None:
        return ""
    seconds = (at - moment).total_seconds()
    return "刚刚" if seconds < MINUTE else f"{lasted(seconds)}前"
