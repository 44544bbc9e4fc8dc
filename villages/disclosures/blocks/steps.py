"""steps: a procedure's steps in their order, with who met, how they voted, and whether that was enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from villages.core.clock import day_text
from villages.disclosures import blocks
from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.blocks.table import (
    Row,
    filled_rows,
    read_row,
    rewritten_row,
    row_from_json,
    row_texts,
    row_to_json,
    row_typed,
)
from villages.disclosures.fields import Column, Meeting, Step
from villages.disclosures.gate.findings import Edit


def _column(name: str, label: str, block: str, unit: str = "", *, required: bool = False) -> Column:
    return Column(name, label, block, required=required, public=False, mask="none", unit=unit)


COLUMNS = (
    _column("step", "步骤", "text", required=True),
    _column("meeting", "会议", "text"),
    _column("held_on", "日期", "date", required=True),
    _column("place", "地点", "text"),
    _column("expected", "应到人数", "number", "人"),
    _column("attended", "实到人数", "number", "人"),
    _column("favour", "赞成", "number", "票"),
    _column("against", "反对", "number", "票"),
    _column("abstain", "弃权", "number", "票"),
    _column("until", "公示到", "date"),
    _column("minutes", "记录", "lines"),
)
FILES = _column("files", "记录和照片", "files")
COUNTS = COLUMNS[4:9]


class Steps(Block[tuple[Row, ...]]):
    """Takes rows as a table does; `step` is a step's name, its label, or its place counted from 1.

    The steps must be taken in the field's order, without a gap, at least `least` of them.
    """

    label = "步骤"
    options = frozenset({"steps", "least"})
    cell = False

    def columns(self, _field: Column, /) -> tuple[Column, ...]:
        """The same for all fields."""
        return COLUMNS

    def parse(self, given: object, field: Column, /) -> tuple[Row, ...]:
        """The steps taken. Raises BlockError with a line per problem."""
        rows = filled_rows(given, field)
        problems: list[str] = []
        taken = [self._read(row, field, f"“{field.label}”第 {at} 行：", problems) for at, row in rows]
        if not problems:
            problems += order_problems(taken, field)
            for step, row in zip(field.steps, taken, strict=False):
                problems += step_problems(step, row)
        if problems:
            raise BlockError(*problems)
        return tuple(taken)

    def _read(self, row: Mapping[str, object], field: Column, where: str, problems: list[str]) -> Row:
        values = read_row(row, (*COLUMNS, FILES), where, problems)
        steps = {word: step for at, step in enumerate(field.steps, 1) for word in (step.name, step.label, str(at))}
        step = steps.get(values.get("step") or "")
        if step is None:
            if values.get("step"):
                labels = "、".join(each.label for each in field.steps)
                problems.append(f"{where}没有“{values['step']}”这一步，请填：{labels}")
            return values
        only = step.meetings[0].label if len(step.meetings) == 1 else None
        return values | {"step": step.name, "meeting": values.get("meeting") or only}

    def show(self, value: tuple[Row, ...], field: Column, /) -> str:
        """A line per step: when, where, who met and how they voted."""
        labels = {step.name: step.label for step in field.steps}
        return "\n".join(
            f"{at}. {labels.get(row['step'], row['step'])}：{_told(row)}" for at, row in enumerate(value, 1)
        )

    def typed(self, value: tuple[Row, ...], field: Column, /) -> list[dict[str, Any]]:
        """A row for each step that the field has, in order, whether it was taken or not."""
        taken = {row["step"]: row for row in value}
        return [row_typed(taken.get(step.name) or {"step": step.name}, (*COLUMNS, FILES)) for step in field.steps]

    def nothing(self) -> list[dict[str, Any]]:
        """No step."""
        return []

    def to_json(self, value: tuple[Row, ...], _field: Column, /) -> list[dict[str, Any]]:
        """A list of objects."""
        return [row_to_json(row, (*COLUMNS, FILES)) for row in value]

    def from_json(self, data: list[dict[str, Any]], _field: Column, /) -> tuple[Row, ...]:
        """From a list of objects."""
        return tuple(row_from_json(row, (*COLUMNS, FILES)) for row in data)

    def texts(self, value: tuple[Row, ...], field: Column, /) -> Iterator[Passage]:
        """One passage per cell of each step."""
        for at, row in enumerate(value, start=1):
            yield from row_texts(row, (*COLUMNS, FILES), f"{field.label}第 {at} 步")

    def rewritten(self, value: tuple[Row, ...], _field: Column, edits: Iterator[Sequence[Edit]], /) -> tuple[Row, ...]:
        """The steps, each cell written over where it has to be."""
        return tuple(rewritten_row(row, (*COLUMNS, FILES), edits) for row in value)


def order_problems(taken: list[Row], field: Column) -> list[str]:
    """What is wrong with the order, the number or the days of the steps taken."""
    problems = []
    for at, (step, row) in enumerate(zip(field.steps, taken, strict=False), 1):
        if row["step"] != step.name:
            problems.append(f"“{field.label}”的第 {at} 步应是“{step.label}”，步骤不能跳过、重复或颠倒，请按顺序补齐")
            break
    if len(taken) > len(field.steps):
        problems.append(f"“{field.label}”只有 {len(field.steps)} 步，现在填了 {len(taken)} 步，请删去多出的")
    if len(taken) < field.least:
        problems.append(f"“{field.label}”至少要完成 {field.least} 步才能公开，现在只有 {len(taken)} 步，请补齐")
    for at, (before, after) in enumerate(pairwise(taken), 2):
        if after["held_on"] < before["held_on"]:
            problems.append(
                f"“{field.label}”第 {at} 步的日期 {day_text(after['held_on'])} 早于前一步的 "
                f"{day_text(before['held_on'])}，请核对日期"
            )
    return problems


def step_problems(step: Step, row: Row) -> list[str]:
    """What is wrong with one step by itself: its meeting, its votes, the days its notice stays up."""
    problems = []
    if step.shown_days:
        until = row.get("until")
        if until is None:
            problems.append(f"“{step.label}”要写明公示到哪一天")
        elif (until - row["held_on"]).days < step.shown_days:
            problems.append(
                f"“{step.label}”从 {day_text(row['held_on'])} 公示到 {day_text(until)}，"
                f"不满 {step.shown_days} 天，请延长"
            )
    if not step.meetings:
        return problems
    meeting = next((each for each in step.meetings if each.label == row.get("meeting")), None)
    if meeting is None:
        labels = "、".join(each.label for each in step.meetings)
        return [*problems, f"“{step.label}”要写明是什么会议，请填：{labels}"]
    lacking = [column.label for column in COUNTS if row.get(column.name) is None]
    if lacking:
        return [*problems, f"“{step.label}”缺少{'、'.join(lacking)}，没有的填 0"]
    return problems + vote_problems(step, meeting, row)


def vote_problems(step: Step, meeting: Meeting, row: Row) -> list[str]:
    """Whether the counts agree, enough people came, and enough of them agreed (facts §3.4)."""
    expected, attended, favour = row["expected"], row["attended"], row["favour"]
    votes = favour + row["against"] + row["abstain"]
    problems = []
    if attended > expected:
        problems.append(f"“{step.label}”实到 {attended} 人多于应到 {expected} 人，请核对")
    if votes != attended:
        problems.append(
            f"“{step.label}”赞成、反对、弃权合计 {votes} 票，与实到 {attended} 人不一致，请核对（没有表态的计入弃权）"
        )
    if not attended or not meeting.quorum.is_met(attended, expected):
        problems.append(
            f"“{step.label}”应到 {expected} 人、实到 {attended} 人，{meeting.label}的到会人数没有"
            f"{meeting.quorum.spoken()}，会议无效，请核对人数或重新开会"
        )
    if not meeting.majority.is_met(favour, attended):
        problems.append(
            f"“{step.label}”实到 {attended} 人、赞成 {favour} 票，"
            f"赞成的没有{meeting.majority.spoken()}，没有通过，请核对票数"
        )
    return problems


def _told(row: Row) -> str:
    told = [day_text(row["held_on"])]
    told += [row[name] for name in ("meeting", "place") if row.get(name)]
    told += [f"{column.label} {row[column.name]}" for column in COUNTS if row.get(column.name) is not None]
    if row.get("until"):
        told.append(f"公示到{day_text(row['until'])}")
    told += [text for text in (row.get("minutes"), blocks.show(row.get("files"), FILES)) if text]
    return "，".join(told)


BLOCK = Steps()
