"""Answers in the words of letters.toml: what stands in one before anybody writes, and what is still missing. Pure.

Source: 行政复议法 (2023) Arts 20, 23, 24 (the remedy that a result demands); 信访工作条例 Art 35 (review).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from villages.core.clock import day_text
from villages.intake.results import Result

LETTERS = Path(__file__).with_name("letters.toml")
# Not every pair: the number of a document is often written 【2020】5号.
BLANK = re.compile("【请?写明[^】]*】")
LONGEST_SUBJECT = 200
REMEDY = "行政复议"
YOU, YOUR_BODY = "您", "贵单位"


@dataclass(frozen=True)
class Occasion:
    """What an answer answers: which case, from whom, about what, by what way it came, and who hears a remedy.

    `is_person`: one person, not an organisation. `subject`: what was asked for, '' where it is no application;
    `is_reviewed`: as in kinds.Kind; `above`: the government that hears a reconsideration or reviews an opinion.
    """

    number: str
    label: str
    name: str
    received: date
    channel: str
    subject: str
    is_reviewed: bool
    above: str
    is_person: bool = True


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(LETTERS.read_text(encoding="utf-8"))


def title_of(*, is_application: bool) -> str:
    """What a letter is called."""
    return str(_words()["application" if is_application else "other"]["title"])


def first_draft(about: Occasion, result: Result | None) -> str:
    """An answer as its template has it, with 【】 where somebody has to write; `result` of an application alone."""
    words = _words()["other" if result is None else "application"]
    told = {
        "name": about.name or "写信人", "received": day_text(about.received), "channel": about.channel,
        "number": about.number, "label": about.label, "subject": _short(about.subject), "above": about.above,
    }  # fmt: skip
    if result is None:
        lines = [words["greeting"], words["facts"], words["text"], words["end"]]
        lines += [_words()["petition"]["end"]] if about.is_reviewed else []
    else:
        told |= {"basis": result.basis, "must": result.must}
        lines = [words["greeting"], words["facts"], *([words["decided"]] if result.basis else [])]
        lines += [words["decision"][result.code], words["fill"], result.remedy(heard_by=about.above)]
    addressed = (line if about.is_person else line.replace(YOU, YOUR_BODY) for line in lines)
    return "\n".join(line.format(**told) for line in addressed)


def blanks(text: str) -> list[str]:
    """What of a template nobody has filled in."""
    return BLANK.findall(text)


def lacks_remedy(text: str, result: Result | None) -> bool:
    """Whether an application's answer does not say what may be done against it."""
    return result is not None and REMEDY not in text


def _short(subject: str) -> str:
    line = " ".join(subject.split()).rstrip("。")
    return (line if len(line) <= LONGEST_SUBJECT else line[:LONGEST_SUBJECT] + "……") + "。"
