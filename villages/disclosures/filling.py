"""A spreadsheet or a Word file read into a form, to be looked through there: what is wrong comes along and is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from villages.core.refusal import Refusal
from villages.core.spreadsheet import FORMULA, Row, Sheet
from villages.disclosures import blocks
from villages.disclosures.blocks.money import yuan
from villages.disclosures.fields import Column
from villages.disclosures.kind import Kind
from villages.disclosures.layout import PERIOD, UNIT, Heads, cell, columns_of, find_heads, groups
from villages.disclosures.naming import Naming
from villages.disclosures.self_check import Tail, tails_of
from villages.disclosures.template import EXPLANATION
from villages.disclosures.typed import Typed, tidied
from villages.disclosures.wording import shortened
from villages.registry.models import Publisher


@dataclass
class Filling:
    """What a spreadsheet says: texts by field, the period in its words, and what a person should know.

    `tails`: of a roster, what was in the columns that are not kept, as far as people are found by it.
    """

    typed: Typed = field(default_factory=dict)
    period: str = ""
    told: list[str] = field(default_factory=list)
    tails: tuple[Tail, ...] = ()


def fill(kind: Kind, sheets: Sequence[Sheet], publisher: Publisher | None) -> Filling:
    """The one item of a workbook, or the publisher's own where there are several. Raises Refusal."""
    found = [
        (heads, group)
        for sheet in sheets
        if sheet.name != EXPLANATION
        for heads in [find_heads(sheet, kind)]
        if heads.own or heads.below
        for group in groups(kind, heads, [row for row in sheet.rows if row.number > heads.row.number])
    ]
    if not found:
        raise Refusal("表格里没有认得出的表头，或者表头下面是空的。请用“下载空白表格”里的那一种")
    mine = [each for each in found if _is_of(kind, *each, publisher)]
    if not mine:
        named = "、".join(dict.fromkeys(shortened(_unit(heads, rows)) for heads, rows in found))
        raise Refusal(f"表格里写的单位是“{named}”，这张表单是{publisher.name if publisher else '别的单位'}的，请核对")
    if len(mine) > 1:
        raise Refusal(f"表格里有 {len(mine)} 条，这里一次填一条。请只留一条，或者用“导入”")
    return _read(kind, *mine[0])


def _unit(heads: Heads, rows: Sequence[Row]) -> str:
    return cell(rows[0], heads.own.get(UNIT))


def _is_of(kind: Kind, heads: Heads, rows: Sequence[Row], publisher: Publisher | None) -> bool:
    """Whether rows are a publisher's: they say so, or say nothing."""
    text = _unit(heads, rows)
    if not text or publisher is None:
        return True
    return Naming([publisher], kind).find(text)[0] is not None


def _read(kind: Kind, heads: Heads, rows: Sequence[Row]) -> Filling:
    filling = Filling(period=cell(rows[0], heads.own.get(PERIOD)).replace(FORMULA, ""))
    for each in kind.fields:
        if each.name == kind.sheet.rows_into:
            filling.typed[each.name] = [_row(kind, heads, row, filling) for row in rows]
        elif each.name in heads.own and each.mask != "omit":
            filling.typed[each.name] = _cell(rows[0], heads.own[each.name], heads, each, filling)
    if kind.self_check is not None:
        texts = [{name: cell(row, at) for name, at in heads.below.items()} for row in rows]
        filling.tails = tails_of(kind.self_check, texts)
    if heads.unknown:
        filling.told.append(f"这些列不认得，没有填入：{'、'.join(map(shortened, heads.unknown[:6]))}")
    return filling


def _row(kind: Kind, heads: Heads, row: Row, filling: Filling) -> Typed:
    columns = [column for column in columns_of(kind) if column.mask != "omit"]
    return {c.name: _cell(row, heads.below.get(c.name), heads, c, filling) for c in columns}


def _cell(row: Row, at: int | None, heads: Heads, column: Column, filling: Filling) -> Any:
    text = cell(row, at)
    if text == FORMULA and at is not None:
        told = f"第 {row.number} 行“{heads.word(at)}”是公式，没有填入，请在这里填上，或复制后用“粘贴为数值”再上传"
        filling.told.append(told)
    return tidied(text, column)


def sums_of(kind: Kind, typed: Mapping[str, Any]) -> Typed:
    """Income, expenditure and closing balance as the lines and the opening balance give them, for a statement."""
    if kind.check != "statement":
        return {}
    fen = {name: sum(_fen(row.get(name), kind, name) for row in typed.get("lines") or ()) for name in _SIDES}
    closing = _fen(typed.get("opening"), kind, "opening") + fen["income"] - fen["expenditure"]
    return {name: yuan(value).replace(",", "") for name, value in {**fen, "closing": closing}.items()}


_SIDES = ("income", "expenditure")


def _fen(text: object, kind: Kind, name: str) -> int:
    """An amount in fen; 0 for what is no amount, which is shown at its own place."""
    try:
        value: int | None = blocks.parse(text, kind.field(name)) if isinstance(text, str) and text.strip() else 0
    except blocks.BlockError:
        return 0
    return value or 0
