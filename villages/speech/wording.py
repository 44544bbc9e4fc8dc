"""A written text as a person would say it: dates, money, telephone and document numbers, symbols. Pure.

What comes out has no figures left, only Chinese characters, Latin letters and marks at which the voice pauses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from villages.speech.numbers import amount, count, one_by_one, yuan

# Units after which a two is 两 and not 二.
COUNTED = "个户条次位份里本家种项天年周块间亩斤吨辆台名件人名张万千座口处班组所套棵头只"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SIGNED = rf"(?<![\d.,])-?(?:{_NUMBER})(?![\d.])"
_KEPT = set("，：；！？（）")
_UNITS = {
    "m2": "平方米", "m3": "立方米", "km": "公里", "kg": "千克", "cm": "厘米", "mm": "毫米", "kw": "千瓦",
    "°c": "摄氏度",
}  # fmt: skip
_SYMBOLS = {
    "+": "加", "=": "等于", "×": "乘", "÷": "除以", "±": "正负", "≥": "大于等于", "≤": "小于等于", ">": "大于",
    "<": "小于", "&": "和", "〇": "零", "○": "零", "#": "号", "@": "艾特",
}  # fmt: skip
Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def said(text: str) -> str:
    """A text as it is said."""
    text = "".join(char if char in _KEPT else unicodedata.normalize("NFKC", char) for char in text)
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    text = "".join(_SYMBOLS.get(char, char) for char in text)
    text = re.sub(r"(?<=[\u4e00-\u9fff，。]) +(?=[\u4e00-\u9fff])", "", re.sub(r"[^\S\n]+", " ", text))
    return re.sub(r"。+", "。", re.sub(r"[ \t]*\n\s*", "\n", text)).strip()


def _day(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{one_by_one(year)}年{count(int(month))}月{count(int(day))}日"


def _year(found: re.Match[str]) -> str:
    return one_by_one(found[1]) + "年"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if not minute:
        return _two(count(hour)) + "点"
    return f"{_two(count(hour))}点{'零' if minute < 10 else ''}{count(minute)}分"  # noqa: PLR2004 - one figure


def _called(found: re.Match[str]) -> str:
    """Figures one by one, a short pause at each hyphen."""
    return "，".join(one_by_one(part, called=True) for part in re.findall(r"\d+", found[0]))


def _masked(found: re.Match[str]) -> str:
    last = found[0].rpartition("*")[2]
    return "尾号" + one_by_one(last, called=True) if last else "号码不显示"


def _money(found: re.Match[str]) -> str:
    figures, unit = found[1], found[2] or "元"
    return yuan(figures) if unit == "元" else _two(amount(figures)) + unit


def _range(found: re.Match[str]) -> str:
    return f"{found[1]}到{found[2]}"


def _counted(found: re.Match[str]) -> str:
    return (_two(amount(found[1])) if found[2] else amount(found[1])) + found[2]


def _plain(found: re.Match[str]) -> str:
    figures = found[0]
    is_name = figures.isdigit() and (len(figures) > 4 or (len(figures) > 1 and figures[0] == "0"))  # noqa: PLR2004
    return one_by_one(figures, called=True) if is_name else amount(figures)


def _two(words: str) -> str:
    return "两" if words == "二" else words


def _fraction(found: re.Match[str]) -> str:
    return f"{count(int(found[2]))}分之{count(int(found[1]))}"


def _document(found: re.Match[str]) -> str:
    """〔2021〕3号, as in the numbers of government documents."""
    return f"{one_by_one(found[1])}年{count(int(found[2]))}号"


def _month(found: re.Match[str]) -> str:
    return f"{one_by_one(found[1])}年{count(int(found[2]))}月"


def _years(found: re.Match[str]) -> str:
    return f"{one_by_one(found[1])}到{one_by_one(found[2])}年"


def _whole(found: re.Match[str]) -> str:
    return count(int(found[1]))


def _always(words: str) -> Callable[[re.Match[str]], str]:
    return lambda _: words


_DASH = r"\s?(?:-|~|—+|–)\s?"
_TEXTS = (
    (r"(?:https?://|www\.)[^\s，。；、）)]+", _always("网址请看页面")),
    (r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", _always("邮箱请看页面")),
)
_TIMES = (
    (r"(?<!\d)(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日", _day),
    (r"(?<![\d-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d-])", _day),
    (r"(?<![\d-])((?:19|20)\d{2})-(0[1-9]|1[0-2])(?![\d-])", _month),
    (rf"(?<!\d)(\d{{4}})(?:{_DASH}|至|到)(\d{{4}})\s?年", _years),
    (r"(?<!\d)(\d{4})\s?年", _year),
    (r"[〔\[(（【](\d{4})[〕\])）】]\s?第?(\d+)\s?号", _document),
    (r"(?<![\d:])([01]?\d|2[0-3])[:：]([0-5]\d)(?::[0-5]\d)?(?![\d:])", _time),
    (rf"(?<=[点分]){_DASH}(?=[零一二三四五六七八九十两]+点)", _always("到")),
)
_NAMES = (  # figures that are no quantity
    (r"(?<=[\u4e00-\u9fff])\*+(?=[^\d*]|$)", lambda found: "某" * len(found[0])),
    (r"\d*\*+[\d*]*", _masked),
    (r"(?<![\d-])\(?0\d{2,3}\)?[- ]?\d{7,8}(?:-\d{1,6})?(?![\d-])", _called),
    (r"(?<![\d-])(?:1[3-9]\d{9}|[48]00-?\d{3}-?\d{4})(?![\d-])", _called),
    (r"(?<=尾号)\s?\d+|(?:(?<=电话)|(?<=热线)|(?<=拨打))[:：]?\s?\d{3,}", _called),
    (r"(?<=\d)\s?(?:m2|m3|km|kg|cm|mm|kw|°c)(?![A-Za-z])", lambda found: _UNITS[found[0].strip().lower()]),
    (r"(?<=[A-Za-z])-?\d+|\d+(?=[A-Za-z])", _called),
)
_QUANTITIES = (
    (rf"(\d[\d,.]*%?\s?[\u4e00-\u9fff]?){_DASH}(?=\d)", lambda found: f"{found[1]}到"),
    (rf"({_SIGNED})\s?(万元|亿元|元)", _money),
    (rf"¥\s?(-?(?:{_NUMBER}))()", _money),
    (rf"({_SIGNED})\s?%", lambda found: "百分之" + amount(found[1])),
    (rf"({_SIGNED})\s?‰", lambda found: "千分之" + amount(found[1])),
    (r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", _fraction),
    (r"(?<=第)\s?(\d{1,6})", _whole),
    (r"(?<!\d)(\d{1,2})\s?(?=月|日|号)", _whole),
    (rf"({_SIGNED})\s?([{COUNTED}])", _counted),
    (rf"({_SIGNED})\s?()(?=平方|公|立方|小时|分钟|厘米|毫米|米|摄氏)", _counted),
    (_SIGNED, _plain),
    (r"\d+", _called),
    (r"(?<=元)/(?=[\u4e00-\u9fff])", _always("每")),
)
RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), say) for pattern, say in (*_TEXTS, *_TIMES, *_NAMES, *_QUANTITIES)
)
