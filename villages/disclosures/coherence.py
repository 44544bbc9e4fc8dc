"""What a kind's file must agree on with itself, beyond each value being right. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from villages.disclosures.blocks import blocks
from villages.disclosures.checks import NEEDS
from villages.disclosures.facet_values import NARROWING, PERIOD, RESERVED
from villages.disclosures.fields import Column
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.self_check import self_check_problems

Problem = tuple[str, str]


def incoherences(kind: Kind) -> Iterator[Problem]:
    """Key and reason of each contradiction."""
    yield from _periods(kind)
    yield from _columns("fields", kind.fields)
    yield from _named_fields(kind)
    yield from _filters(kind)
    yield from _sheet(kind)
    if kind.self_check is not None:
        yield from self_check_problems(kind.self_check, kind.fields)


def _periods(kind: Kind) -> Iterator[Problem]:
    if kind.review[-1] != "publisher" or "publisher" in kind.review[:-1]:
        yield "review", "最后一步要是 publisher，前面各步是 reviewer，请改正"
    if (kind.cycle == "none") != (kind.due_days == 0):
        yield "due_days", "与“cycle”不符：cycle 是 none 时填 0，其他周期要大于 0"
    if kind.due_days and kind.warn_days >= kind.due_days:
        yield "warn_days", f"要小于“due_days”（{kind.due_days}），提醒应在到期之前"
    if kind.cycle in ("at_once", "batch") and not kind.formed_field:
        yield "formed_field", "没有写：随时或按批公开的，要写明从哪个日期字段起算"
    if kind.notice_days == 0 and kind.after_notice != "keep":
        yield "after_notice", "没有公示期（notice_days 是 0）时只能是 keep"
    if (kind.cycle in PERIODICAL) != bool(kind.sheet.period):
        yield "import.period", "与“cycle”不符：按月、季、半年、年公开的要写期间的表头，其他的留空 []"


def _columns(path: str, columns: Sequence[Column]) -> Iterator[Problem]:
    for what in ("name", "label"):
        values = [getattr(column, what) for column in columns]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield path, f"里有两个“{what}”都是“{value}”，请改一个"
    for column in columns:
        place = f"{path}.{column.name}"
        if column.public and (column.block != "phone" or column.mask != "none"):
            yield f"{place}.public", "只能用于不打码的 phone 字段：只有单位的电话可以不查隐私"
        if column.mask in ("last4", "phone") and column.block not in ("text", "phone"):
            yield f"{place}.mask", "只能用于 text 和 phone 字段，请改成 omit 或 none"
        if column.mask == "omit" and column.required:
            yield f"{place}.required", "不能是 true：omit 的内容不保存"
        yield from _columns(f"{place}.columns", column.columns)
        for below in column.columns:
            if not blocks()[below.block].cell:
                yield f"{place}.columns.{below.name}.block", f"是“{below.block}”，放不进表格的一格，请换一种"
        names = [step.name for step in column.steps]
        if len(set(names)) < len(names) or column.least > len(names):
            yield f"{place}.steps", "有重名，或“least”多于步骤数，请改正"


def _named_fields(kind: Kind) -> Iterator[Problem]:
    fields = {field.name: field for field in kind.fields}
    if kind.formed_field and (kind.formed_field not in fields or fields[kind.formed_field].block != "date"):
        yield "formed_field", f"是“{kind.formed_field}”，应是一个 date 字段的名字"
    if kind.short.title and (kind.short.title not in fields or fields[kind.short.title].block != "text"):
        yield "short.title", f"是“{kind.short.title}”，应是一个 text 字段的名字，或留空"
    for name in kind.short.fields:
        if name not in fields or not fields[name].short or fields[name].mask == "omit":
            yield "short.fields", f"里的“{name}”应是一个 short = true、且不是 omit 的字段"
    for name, block in NEEDS[kind.check].items():
        # A period without any movement has no lines, but always its figures.
        if name not in fields or fields[name].block != block or not (fields[name].required or block == "table"):
            yield "check", f"是“{kind.check}”，要有必填的 {block} 字段“{name}”"


def _filters(kind: Kind) -> Iterator[Problem]:
    fields = {field.name: field for field in kind.fields}
    for key, told in (("names", kind.names), ("refers", (kind.refers,) if kind.refers else ())):
        for name in told:
            if name not in fields or fields[name].block != "text" or fields[name].mask != "none":
                yield key, f"里的“{name}”应是一个不打码的 text 字段"
    for name in kind.filters:
        field = fields.get(name)
        if kind.filters.count(name) > 1 or name in RESERVED:
            yield "filters", f"里的“{name}”写了两次，或是网址里另有用处的词，请改正"
        elif name == PERIOD and field is None and kind.cycle in PERIODICAL:
            continue
        elif field is None or field.block not in NARROWING or field.mask != "none" or field.public:
            can = "、".join(NARROWING)
            yield "filters", f"里的“{name}”应是一个不打码的 {can} 字段；按期公开的还可以写 {PERIOD}。人名不能用来查找"


def _sheet(kind: Kind) -> Iterator[Problem]:
    sheet, fields = kind.sheet, {field.name: field for field in kind.fields}
    into = fields.get(sheet.rows_into)
    columns = blocks()[into.block].columns(into) if into else ()
    if sheet.layout == "row_per_item" and sheet.rows_into:
        yield "import.rows_into", '只用于 rows_of_item，请改成空的 ""'
    if sheet.layout == "rows_of_item" and not columns:
        yield "import.rows_into", f"是“{sheet.rows_into}”，应是一个表格字段的名字"
    cells = [field for field in kind.fields if blocks()[field.block].cell]
    yield from _headings("import.headings", sheet.headings, cells)
    yield from _headings("import.columns", sheet.columns, columns)
    words = [*sheet.unit, *sheet.period]
    words += [word for names in (*sheet.headings.values(), *sheet.columns.values()) for word in names]
    for word in sorted({word for word in words if words.count(word) > 1}):
        yield "import", f"里的表头“{word}”指了两处，请改一个"


def _headings(path: str, headings: object, wanted: Sequence[Column]) -> Iterator[Problem]:
    given = dict(headings) if isinstance(headings, dict) else {}
    labels = {column.name: column.label for column in wanted}
    for name in sorted(labels.keys() - given.keys()):
        yield f"{path}.{name}", "没有写，请补上它的表头"
    for name in sorted(given.keys() - labels.keys()):
        yield f"{path}.{name}", "不是能从表格导入的字段，请删去"
    for name in labels.keys() & given.keys():
        if given[name][0] != labels[name]:
            yield f"{path}.{name}", f"的第一个表头应与标签“{labels[name]}”一致"
