"""Reads a table of a catalogue file key by key, and notes in Chinese what is missing, wrong or unknown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, TypeVar

T = TypeVar("T")
_WORDS: dict[type, str] = {
    str: "加引号的文字",
    bool: " true 或 false",
    int: "整数",
    date: "日期（例如 2026-01-01）",
    list: "方括号里的列表",
    dict: "一张表",
}


class Table:
    """One TOML table. Each question takes its key; `finish` names the keys that nobody asked for.

    After a problem a question answers with a harmless value, so that all problems of a file are found at once.
    """

    def __init__(self, data: dict[str, Any], where: str, problems: list[str], path: str = "") -> None:
        self._left = dict(data)
        self.where, self.problems, self.path = where, problems, path

    def refuse(self, key: str, reason: str) -> None:
        """Note a problem of one key."""
        self.problems.append(f"{self.where}：“{self.path}{key}”{reason}")

    def _take(self, key: str, kind: type[T], default: T) -> T:
        if key not in self._left:
            self.refuse(key, "没有写，请补上")
            return default
        value = self._left.pop(key)
        # A TOML true is no number and a TOML moment no day, though Python would have it so.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or isinstance(value, datetime):
            self.refuse(key, f"应是{_WORDS[kind]}，现在是 {value!r}")
            return default
        return value

    def text(self, key: str, *, blank: bool = False) -> str:
        """A text; not an empty one unless `blank`."""
        had = len(self.problems)
        value = self._take(key, str, "")
        if not value.strip() and not blank and len(self.problems) == had:
            self.refuse(key, "不能空着，请填写")
        return value

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """One of some words."""
        had = len(self.problems)
        value = self._take(key, str, next(iter(allowed)))
        if value not in allowed and len(self.problems) == had:
            self.refuse(key, f"是“{value}”，只能是 {'、'.join(allowed)}")
            return next(iter(allowed))
        return value

    def flag(self, key: str) -> bool:
        """Yes or no."""
        return self._take(key, bool, False)  # noqa: FBT003 - the harmless value

    def whole(self, key: str) -> int:
        """A whole number that is not negative."""
        value = self._take(key, int, 0)
        if value < 0:
            self.refuse(key, f"不能是负数，现在是 {value}")
        return max(value, 0)

    def day(self, key: str) -> date:
        """A plain day."""
        return self._take(key, date, date.min)

    def texts(
        self, key: str, *, blank: bool = False, again: bool = False, allowed: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Texts; at least one unless `blank`, none twice unless `again`, only the allowed ones if any are named."""
        had = len(self.problems)
        values = self._take(key, list, [])
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.refuse(key, f"里只能有加引号的文字，现在是 {values!r}")
            return ()
        if not values and not blank and len(self.problems) == had:
            self.refuse(key, "是空的，请至少写一个")
        wrong = [value for value in values if allowed and value not in allowed]
        if wrong:
            self.refuse(key, f"里的“{'、'.join(wrong)}”不认识，只能是 {'、'.join(allowed)}")
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice and not again:
            self.refuse(key, f"里的“{'、'.join(twice)}”写了两次，请删去一个")
        return tuple(values)

    def table(self, key: str) -> Table:
        """A table below this one."""
        return Table(self._take(key, dict, {}), self.where, self.problems, f"{self.path}{key}.")

    def tables(self, key: str, make: Callable[[Table], T], *, blank: bool = False) -> tuple[T, ...]:
        """What `make` makes of each table of a list; at least one must be there unless `blank`."""
        had = len(self.problems)
        values = self._take(key, list, [])
        if len(self.problems) > had:
            return ()
        if not (values or blank) or not all(isinstance(value, dict) for value in values):
            self.refuse(key, "应是一张或多张表，请补上")
            return ()
        made = []
        for at, value in enumerate(values, start=1):
            below = Table(value, self.where, self.problems, f"{self.path}{key}.{value.get('name', at)}.")
            made.append(make(below))
            below.finish()
        return tuple(made)

    def left(self) -> tuple[str, ...]:
        """The keys that nobody has asked for yet."""
        return tuple(self._left)

    def forget(self, keys: Collection[str]) -> None:
        """Leave some keys unread, without a word."""
        for key in keys:
            self._left.pop(key, None)

    def finish(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self._left:
            self.refuse(key, "不认识，请删去或检查拼写")
