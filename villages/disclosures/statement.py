"""The arithmetic of a finance statement, in fen. Pure.

opening + income - expenditure = closing, the lines add up to the totals, and the opening balance is the closing
balance of the period before: to the fen, without tolerance. (农经发〔2011〕13号: item by item)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from villages.core.clock import day_text
from villages.disclosures.blocks.money import yuan
from villages.disclosures.wording import shortened


@dataclass(frozen=True)
class Line:
    """One entry of the cash book; `number` as people count, from 1. Either income or expenditure, in fen.

    An entry that takes back an earlier one is negative.
    """

    number: int
    day: date | None
    summary: str
    income: int | None
    expenditure: int | None

    @property
    def amount(self) -> int:
        """Whichever of the two is given, in fen."""
        return (self.income or 0) + (self.expenditure or 0)

    def spoken(self) -> str:
        """How a message names it: 第 3 行“…”."""
        return f"第 {self.number} 行“{shortened(self.summary, 20)}”"


@dataclass(frozen=True)
class Statement:
    """A period's money, in fen."""

    opening: int
    income: int
    expenditure: int
    closing: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Change:
    """One figure beside that of the period before, in fen."""

    label: str
    now: int
    before: int

    @property
    def difference(self) -> int:
        """In fen; negative when it is less than before."""
        return self.now - self.before

    def spoken(self) -> str:
        """One plain sentence: 收入 1,200.00 元，比上期多 200.00 元."""
        if not self.difference:
            return f"{self.label} {yuan(self.now)} 元，与上期相同"
        word = "多" if self.difference > 0 else "少"
        return f"{self.label} {yuan(self.now)} 元，比上期{word} {yuan(abs(self.difference))} 元"


def from_values(values: Mapping[str, Any]) -> Statement:
    """A statement from an item's values, as the fields that checks.NEEDS names hold them."""
    lines = tuple(
        Line(at, row.get("day"), row.get("summary") or "", row.get("income"), row.get("expenditure"))
        for at, row in enumerate(values["lines"] or (), start=1)
    )
    return Statement(values["opening"], values["income"], values["expenditure"], values["closing"], lines)


def problems(
    statement: Statement, *, period: tuple[date, date] | None = None, before: Statement | None = None
) -> list[str]:
    """What does not add up, a Chinese line each with line and amount; none when all is right."""
    found = [*_line_problems(statement.lines, period)]
    found += _sum_problems("收入", statement.income, [(line, line.income or 0) for line in statement.lines])
    found += _sum_problems("支出", statement.expenditure, [(line, line.expenditure or 0) for line in statement.lines])
    found += _balance_problems(statement)
    if before is not None and before.closing != statement.opening:
        found.append(
            f"期初余额 {yuan(statement.opening)} 元与上期期末余额 {yuan(before.closing)} 元不一致，"
            f"相差 {yuan(abs(statement.opening - before.closing))} 元，请核对"
        )
    return found


def compared(statement: Statement, before: Statement) -> tuple[Change, ...]:
    """Income, expenditure and closing balance beside those of the period before."""
    return (
        Change("收入", statement.income, before.income),
        Change("支出", statement.expenditure, before.expenditure),
        Change("期末余额", statement.closing, before.closing),
    )


def _line_problems(lines: Sequence[Line], period: tuple[date, date] | None) -> Iterator[str]:
    for line in lines:
        if line.income is not None and line.expenditure is not None:
            yield (
                f"{line.spoken()}同时填了收入 {yuan(line.income)} 元和支出 {yuan(line.expenditure)} 元，"
                "一行只能填一个，请分成两行"
            )
        elif not line.amount:
            yield f"{line.spoken()}没有金额，请填收入或支出，没有发生的请删去这一行"
        if period and line.day and not period[0] <= line.day <= period[1]:
            yield (
                f"{line.spoken()}的日期 {day_text(line.day)} 不在本期内"
                f"（{day_text(period[0])}至{day_text(period[1])}），请核对日期（金额 {yuan(line.amount)} 元）"
            )


def _sum_problems(label: str, total: int, amounts: Sequence[tuple[Line, int]]) -> Iterator[str]:
    added = sum(amount for _, amount in amounts)
    missing = total - added
    if missing:
        yield (
            f"{label}各行合计 {yuan(added)} 元，与本期{label} {yuan(total)} 元不一致，"
            f"相差 {yuan(abs(missing))} 元，请核对{_suspect(missing, amounts)}"
        )


def _suspect(missing: int, amounts: Sequence[tuple[Line, int]]) -> str:
    """The line whose amount explains the difference: booked once too often, or with the wrong sign."""
    for line, amount in amounts:
        if amount and amount == -missing:
            return f"；{line.spoken()}的金额 {yuan(amount)} 元正好等于相差数，看看是不是多记了"
        if amount and 2 * amount == -missing:
            return f"；{line.spoken()}的金额 {yuan(amount)} 元正好是相差数的一半，看看正负号是不是反了"
    return ""


def _balance_problems(statement: Statement) -> Iterator[str]:
    right = statement.opening + statement.income - statement.expenditure
    if right != statement.closing:
        yield (
            f"期初余额 {yuan(statement.opening)} 元，加本期收入 {yuan(statement.income)} 元，"
            f"减本期支出 {yuan(statement.expenditure)} 元，期末余额应是 {yuan(right)} 元，"
            f"现在是 {yuan(statement.closing)} 元，相差 {yuan(abs(statement.closing - right))} 元，请核对"
        )
