"""The longest that may sensibly be published: every field of a kind filled to its limit or to far more than usual.

Every text of a person's own words begins with a mark of its own, by which one sees whether it is there and in order.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.portal.published import DIGEST

ROWS = 24
# Neither has a place where a line may break.
WORD, NUMBER = "https://example.gov.cn/" + "abcdefghij" * 8, "4109" * 15
TITLE, CELL, LINE, FILE = 200, 60, 300, 120
LONG = ("table", "steps", "lines", "rich")


class Longest:
    """Values for every field of a kind, and all its `texts` that are shown, in the order of the sheet.

    `cells` are those of them that stand in tables, which a page's end may split.
    """

    def __init__(self, kind: Any) -> None:
        self._numbers = count(1)
        self.texts: list[str] = []
        self.cells: list[str] = []
        fields = sorted(kind.fields, key=lambda field: (field.name != kind.short.title, _order(field)))
        self.given = {
            field.name: self.text(field, TITLE) if field.name == kind.short.title else self.value(field, LINE)
            for field in fields
        }

    def text(self, field: Any, length: int, filler: str = "很长的一段话") -> str:
        """A text of a length that begins with its mark and holds what no line can break."""
        unbroken = WORD + NUMBER if length >= LINE else NUMBER[: length // 2]
        text = (f"始{next(self._numbers)}、" + unbroken + filler * length)[: length - 1] + "。"
        if field.mask == "none":
            self.texts.append(text)
        return text

    def value(self, field: Any, length: int) -> Any:
        """The longest of a field."""
        make = getattr(self, f"_{field.block}", None)
        return make(field) if make else FIXED[field.block] if field.block in FIXED else self.text(field, length)

    def _choice(self, field: Any) -> str:
        return max(field.choices, key=len)

    def _several(self, field: Any) -> str:
        return "、".join(field.choices)

    def _lines(self, field: Any) -> str:
        return "\n".join(self.text(field, 700) for _ in range(3))

    def _rich(self, field: Any) -> str:
        return "".join(f"<p>{self.text(field, 900)}</p>" for _ in range(4))

    def _files(self, field: Any) -> list[dict[str, str]]:
        return [{"digest": DIGEST, "name": self.text(field, FILE)} for _ in range(5)]

    def _table(self, field: Any) -> list[dict[str, Any]]:
        known = len(self.texts)
        rows = [{column.name: self.value(column, CELL) for column in field.columns} for _ in range(ROWS)]
        self.cells += self.texts[known:]
        return rows

    def _steps(self, field: Any) -> list[dict[str, Any]]:
        known = len(self.texts)
        rows = [self._step(field, step, at) for at, step in enumerate(field.steps, start=1)]
        self.cells += self.texts[known:]
        return rows

    def _step(self, field: Any, step: Any, at: int) -> dict[str, Any]:
        words = {"place": self.text(field, LINE), "minutes": self.text(field, 700)}
        shown = {"until": str(date(2026, 9, at) + timedelta(days=step.shown_days))} if step.shown_days else {}
        taken = {"step": step.name, "held_on": f"2026-09-{at:02}", **words, **shown}
        if not step.meetings:
            return taken
        met = {"meeting": max((each.label for each in step.meetings), key=len), "against": "0", "abstain": "0"}
        return taken | met | dict.fromkeys(("expected", "attended", "favour"), "999999999")


def _order(field: Any) -> int:
    """Short values first, files last, as on the sheet."""
    return 2 if field.block == "files" else int(field.block in LONG)


FIXED = {
    "money": "99999999999.99",
    "number": "999999999999",
    "area": "999999999.99",
    "date": "2026年12月30日",
    "days": "2026年10月10日至2026年12月30日",
    "person": "欧阳" * 20,
    "phone": "0393-12345678-123456",
    "link": "https://www.county.gov.cn/" + "a" * 470,
    "yesno": "是",
}
