"""The audit in words: what acts, subjects and details are called. Pure.

The words are data (acts.toml), as the audit knows no other subject; what has none there is shown as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from villages.audit.digests import LENGTH, MARK

FILE = Path(__file__).with_name("acts.toml")
YES_NO = {True: "是", False: "否", None: "（空）", "": "（空）"}


class Told(NamedTuple):
    """One detail: its name, and its value; a change has what was `before`, else that is None."""

    label: str
    value: str
    before: str | None = None


@cache
def words() -> dict[str, dict[str, str]]:
    """The tables of acts.toml: acts, groups, subjects, details."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def act_word(act: str) -> str:
    """What an act is called."""
    return words()["acts"].get(act, act)


def subject_word(subject: str) -> str:
    """What a subject is called, with its number: 公开事项 12."""
    kind, _, number = subject.partition(":")
    return f"{words()['subjects'].get(kind, kind)} {number}".strip()


def acts_by_group() -> dict[str, list[tuple[str, str]]]:
    """The acts with their words, under the words of their groups: for choosing one."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for act, word in words()["acts"].items():
        first = act.split(".")[0]
        groups.setdefault(words()["groups"].get(first, first), []).append((act, word))
    return groups


def told(detail: Mapping[str, Any]) -> list[Told]:
    """The details of an entry; `old` and `new` are one line."""
    lines = []
    if "old" in detail or "new" in detail:
        lines.append(Told("改动", value_word(detail.get("new")), value_word(detail.get("old"))))
    names = words()["details"]
    lines += [Told(names.get(key, key), value_word(detail[key])) for key in sorted(detail) if key not in ("old", "new")]
    return lines


def value_word(value: Any) -> str:
    """A value as people read it; a keyed digest says that it is one."""
    if value is None or isinstance(value, bool) or value == "":
        return YES_NO[value]
    if isinstance(value, list):
        return "、".join(value_word(each) for each in value) or YES_NO[""]
    if isinstance(value, dict):
        return (
            "，".join(f"{words()['details'].get(key, key)} {value_word(each)}" for key, each in sorted(value.items()))
            or YES_NO[""]
        )
    text = str(value)
    is_digest = text.startswith(MARK) and len(text) == LENGTH + 1
    return f"（个人信息，只留核对码 {text[1:9]}）" if is_digest else text


def one_line(detail: Mapping[str, Any]) -> str:
    """The details of an entry in one line, for tables."""
    return "；".join(
        f"{line.label}：{line.before} → {line.value}" if line.before is not None else f"{line.label}：{line.value}"
        for line in told(detail)
    )
