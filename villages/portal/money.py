"""The money of a period in plain words and bars, and what it was the period before. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from villages.disclosures.blocks.money import yuan
from villages.disclosures.statement import Statement


@dataclass(frozen=True)
class Bar:
    """One bar of the chart; `width` in percent of the longest."""

    label: str
    text: str
    width: int
    is_income: bool
    is_before: bool


@dataclass(frozen=True)
class Money:
    """A statement with the one of the period before, where that is public. Labels are periods: 2026年9月."""

    item_id: int
    label: str
    now: Statement
    before: Statement | None
    before_label: str

    @property
    def opening(self) -> str:
        """What there was at the start, as one says it."""
        return f"开始时有 {plain_yuan(self.now.opening)} 元。"

    @property
    def words(self) -> str:
        """What there was before and what changed, as one says it; empty where nothing is known of before."""
        if self.before is None:
            return ""
        return f"{self.before_label}底剩 {plain_yuan(self.before.closing)} 元。{self.changes}"

    @property
    def changes(self) -> str:
        """What changed since the period before, as one says it."""
        if self.before is None:
            return ""
        income = _change("收进来", self.now.income, self.before.income)
        return (
            f"和{self.before_label}比，{income}，{_change('花出去', self.now.expenditure, self.before.expenditure)}。"
        )

    @property
    def bars(self) -> list[Bar]:
        """Income and expenditure, each with that of the period before below it."""
        rows = [
            (f"{what}（{label}）" if label else what, amount, what == "收进来", statement is self.before)
            for what, of in (("收进来", "income"), ("花出去", "expenditure"))
            for statement, label in ((self.now, self.label), (self.before, self.before_label))
            if statement is not None
            for amount in (getattr(statement, of),)
        ]
        longest = max(1, *(amount for _, amount, _, _ in rows))
        return [
            Bar(label, f"{plain_yuan(amount)} 元", max(0, -(-100 * amount // longest)), income, before)
            for label, amount, income, before in rows
        ]


def plain_yuan(fen: int) -> str:
    """Fen as yuan, without decimals where there are none: 3,200 or 3,200.50."""
    return yuan(fen).removesuffix(".00")


def _change(label: str, now: int, before: int) -> str:
    if now == before:
        return f"{label}一样多"
    return f"{label}{'多' if now > before else '少'}了 {plain_yuan(abs(now - before))} 元"
