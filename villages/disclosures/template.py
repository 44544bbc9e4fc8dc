"""The empty workbook of a kind: its headings, and a second sheet that explains each column."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from villages.core.refusal import Refusal
from villages.disclosures.blocks import blocks
from villages.disclosures.fields import Column, Field
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.layout import columns_of
from villages.disclosures.periods import EXAMPLES

EXPLANATION = "填写说明"
HEADINGS = ("列名", "必填", "填什么", "说明")
WIDTH = 18
LONGEST_NAME = 31
OMITTED = "可以不填；填了也不保存、不公开"


def explained(kind: Kind, example: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Each column of a kind's sheet: its heading, 是 or 否, what goes in, and more about it."""
    yield kind.sheet.unit[0], "是", "单位名称或代码", "同名的村写成乡镇名加村名，或填 12 位代码"
    if kind.cycle in PERIODICAL:
        yield kind.sheet.period[0], "是", "期间", f"例如 {example or EXAMPLES[kind.cycle]}"  # type: ignore[index]
    for field in kind.fields:
        if field.name in kind.sheet.headings:
            yield _row(field, "同一份的各行都一样，也可以只填第一行" if kind.sheet.rows_into else "")
    for column in columns_of(kind):
        is_asked = kind.self_check is not None and column.name in kind.self_check.numbers
        yield _row(column, "每行一个", "可以不填；不公开，只加密留后四位，供本人查自己那一行" if is_asked else OMITTED)


def _row(column: Column, scope: str, omitted: str = OMITTED) -> tuple[str, str, str, str]:
    sort = blocks()[column.block].label
    if column.choices:
        sort += "：" + "、".join(column.choices)
    if column.unit:
        sort += f"，单位：{column.unit}"
    said = [column.help] if isinstance(column, Field) else []
    said += [omitted if column.mask == "omit" else "", scope]
    return column.label, "是" if column.required else "否", sort, "；".join(text for text in said if text)


def write_template(kind: Kind, path: Path, example: str = "") -> None:
    """Write the workbook, `example` a period as it is told now; raises Refusal for a file that is there or no .xlsx."""
    if path.suffix.lower() != ".xlsx":
        raise Refusal(f"模板要存成 .xlsx 文件，请改文件名 {path.name}")
    if path.exists():
        raise Refusal(f"{path} 已经存在，请换一个文件名")
    try:
        path.write_bytes(made(kind, example))
    except OSError as error:
        raise Refusal(f"写不了文件 {path}：{error.strerror}。请换一个文件夹") from error


def made(kind: Kind, example: str = "") -> bytes:
    """The workbook's bytes."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and most commands need no workbook

    rows = list(explained(kind, example))
    book = Workbook()
    table = book.active
    table.title = "".join(char for char in kind.label if char not in r"[]:*?/\\")[:LONGEST_NAME]
    _fill(table, [tuple(row[0] for row in rows)])
    _fill(book.create_sheet(EXPLANATION), [HEADINGS, *rows])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, rows: list[tuple[str, ...]]) -> None:
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    for row in rows:
        sheet.append(row)
    for at, word in enumerate(rows[0], start=1):
        column = sheet.column_dimensions[get_column_letter(at)]
        column.number_format = "@"  # codes and dates stay as they are typed
        column.width = max(WIDTH, 2 * len(word) + 2)
        sheet.cell(1, at).font = Font(bold=True)
        sheet.cell(1, at).number_format = "@"
    sheet.freeze_panes = "A2"
