"""What a browser tells of how fast a page opened, and what is made of many such tellings. Pure.

A telling is four words: kind of page, then milliseconds from the tap to the first byte, to the first text or picture
on the screen ('' where the browser does not know) and to the page being whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

PAGES = {
    "scan": "扫码打开的村页",
    "place": "县、乡镇和村的页",
    "section": "村的四个栏目",
    "item": "一条公开内容",
    "list": "清单和专栏",
    "search": "搜索和找村",
    "other": "其他页面",
}
MEASURES = {"first": "等到回应", "paint": "看到内容", "load": "全部打开"}
# Up to which one calls it fast, and from which slow: https://web.dev/articles/vitals names both for the first two.
FAST_MS = {"first": (800, 1_800), "paint": (1_800, 3_000), "load": (2_500, 4_000)}
# Milliseconds; neighbours differ by a fifth or so, which is all that a percentile can be wrong by.
BOUNDS = (
    50, 60, 70, 85, 100, 120, 140, 170, 200, 240, 280, 330, 400, 470, 560, 670, 800, 950, 1_100, 1_300, 1_500, 1_800,
    2_100, 2_500, 3_000, 3_500, 4_000, 5_000, 6_000, 7_000, 8_500, 10_000, 12_000, 14_000, 17_000, 20_000, 24_000,
    29_000, 35_000, 42_000, 50_000, 60_000,
)  # fmt: skip
LONGEST_TELLING = 40
_TELLING = re.compile(r"([a-z]{1,8}),(\d{1,5}),(\d{0,5}),(\d{1,5})", re.ASCII)
# Page, measure, bound.
Mark = tuple[str, str, int]


def marks_of(telling: str) -> list[Mark]:
    """Where a telling is counted: one mark for each time in it; none where it makes no sense."""
    found = _TELLING.fullmatch(telling)
    if found is None or found[1] not in PAGES:
        return []
    times = {measure: int(text) for measure, text in zip(MEASURES, found.groups()[1:], strict=True) if text}
    if max(times.values()) > BOUNDS[-1] or times["first"] > times["load"]:
        return []
    return [(found[1], measure, BOUNDS[bisect_left(BOUNDS, ms)]) for measure, ms in times.items()]


def percentile(counts: Mapping[int, int], percent: int) -> int:
    """The bound (ms) that so many percent of counted times, by bound, do not exceed; 0 where there are none."""
    wanted, so_far = -(-sum(counts.values()) * percent // 100), 0
    for bound, count in sorted(counts.items()):
        so_far += count
        if so_far >= wanted:
            return bound
    return 0
