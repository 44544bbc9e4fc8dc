"""Days off by law, for years whose arrangement (放假安排) was not announced yet. Pure.

Source: 全国年节及纪念日放假办法 as amended from 2025-01-01 (除夕 and 5月2日 added). The three lunar days were computed
from the new moons (Meeus, Astronomical Algorithms, ch. 49, in UTC+8), the months checked against ICU; two years in
which ICU is a day off (2027, 2030: new moon within ten minutes of midnight) follow the computation.
"""

from __future__ import annotations

from datetime import date, timedelta

# Year -> month and day of 春节, 端午, 中秋, 清明.
_MOVING = """
2027 0206 0609 0915 0405
2028 0126 0528 1003 0404
2029 0213 0616 0922 0404
2030 0203 0605 0912 0405
2031 0123 0624 1001 0405
2032 0211 0612 0919 0404
2033 0131 0601 0908 0404
2034 0219 0620 0927 0405
2035 0208 0610 0916 0405
2036 0128 0530 1004 0404
2037 0215 0618 0924 0404
2038 0204 0607 0913 0405
2039 0124 0527 1002 0405
2040 0212 0614 0920 0404
2041 0201 0603 0910 0404
2042 0122 0622 0928 0404
2043 0210 0611 0917 0405
2044 0130 0531 1005 0404
2045 0217 0619 0925 0404
2046 0206 0608 0915 0404
2047 0126 0529 1004 0405
2048 0214 0615 0922 0404
2049 0202 0604 0911 0404
2050 0123 0623 0930 0404
"""
_FIXED = (
    ((1, 1), "元旦"), ((5, 1), "劳动节"), ((5, 2), "劳动节"),
    ((10, 1), "国庆节"), ((10, 2), "国庆节"), ((10, 3), "国庆节"),
)  # fmt: skip


def _moving() -> dict[int, dict[date, str]]:
    known: dict[int, dict[date, str]] = {}
    for line in _MOVING.split("\n"):
        if not line:
            continue
        year, *days = line.split(" ")
        spring, dragon, autumn, bright = (date(int(year), int(day[:2]), int(day[2:])) for day in days)
        eve = {spring + timedelta(days=step): "春节" for step in range(-1, 3)}
        known[int(year)] = eve | {bright: "清明", dragon: "端午", autumn: "中秋"}
    return known


MOVING = _moving()


def statutory_days(year: int) -> dict[date, str]:
    """Days off by law in a year and their names; outside 2027-2050 those of the solar calendar only."""
    return {date(year, month, day): name for (month, day), name in _FIXED} | MOVING.get(year, {})
