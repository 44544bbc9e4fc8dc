"""A deterministic corpus of short texts in mixed scripts, and the scan that every search is held against."""

import random
from datetime import date, timedelta

from villages.search.entry import Entry
from villages.search.folding import fold

TODAY = date(2026, 11, 24)
WORDS = (
    "公示", "关于", "低保", "名单", "村民", "樂政", "乐政", "〔2021〕3号", "[2021]3号", "(2021) 3 號", "1,234.50元",
    "WiFi", "wifi 6", "Ｂ２", "修路", "修村东水泥路", "補貼", "补贴", "后", "後", "濮阳", "2026年9月", "2026-09-03",
    "é", "½", "㎡", "𠮷", "“引号”", "OR", "AND", "NEAR(", "*", "的", "的", "的", "%", "_", "\\", "'", ";--",
    "0393-4412345", "\n", "\n", "，", "。", " ",
)  # fmt: skip
SECTIONS = ("information", "affairs", "services")


def corpus(count, seed=7):
    """Entries of three days that share days, units, kinds and words."""
    chance = random.Random(seed)  # noqa: S311 - the same on every run
    for ref in range(1, count + 1):
        yield Entry(
            subject="item", ref=ref, unit_id=chance.randint(1, 9), section=chance.choice(SECTIONS),
            kind=chance.choice(("one_kind", "other_kind")), day=TODAY - timedelta(days=chance.choice((0, 0, 1, 400))),
            until=chance.choice((None, None, None, TODAY, TODAY - timedelta(days=1))),
            title="".join(chance.choices(WORDS, k=chance.randint(1, 4))).replace("\n", " "),
            text="".join(chance.choices(WORDS, k=chance.randint(0, 25))),
        )  # fmt: skip


def scan(entries, question):
    """What a person with all the time in the world finds, in order."""
    hits = []
    for entry in entries:
        title, text = fold(entry.title), fold(entry.text)
        fits = (
            (entry.until is None or entry.until >= question.today)
            and (question.units is None or entry.unit_id in question.units)
            and question.section in ("", entry.section)
            and question.kind in ("", entry.kind)
            and question.year in (0, entry.day.year)
        )
        if fits and question.words and all(word in title or word in text for word in question.words):
            in_title = all(word in title for word in question.words)
            hits.append((not in_title, -entry.day.toordinal(), -entry.ref))
    return [-ref for *_, ref in sorted(hits)]
