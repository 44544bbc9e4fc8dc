"""The notice-board sheet of a published item: from the same entry as its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template

from villages.core.clock import SHANGHAI, day_of, day_text, now
from villages.core.web import db, settings
from villages.disclosures.blocks import show
from villages.disclosures.blocks.files import files_in
from villages.disclosures.blocks.steps import COLUMNS as STEP_COLUMNS
from villages.disclosures.fields import Column
from villages.paper.errors import PaperError
from villages.paper.notices import Notice, Part, compose
from villages.paper.sheets import TEST_MARK
from villages.portal import drawing, showing
from villages.portal.answers import keep
from villages.portal.showing import Shown
from villages.registry.models import Unit

bp = Blueprint("notice_sheets", __name__, template_folder="templates")
SAMPLE_MARK = "示例内容，勿张贴"
FILES = "附件（扫码打开）"
FIGURES = ("money", "number", "area")


@bp.get("/items/<int:item_id>/sheet.pdf")
def sheet(item_id: int) -> Response:
    """An item's latest edition to print and pin up: A4, large type, a code back to its page."""
    unit = showing.unit_of_item(db(), item_id) or abort(404)
    keep(unit.scope)
    item = showing.item_now(db(), item_id, day_of(now()))
    shown = showing.shown(item) if item is not None and item.is_public else None
    if shown is None:
        abort(404)
    try:
        # The edition's own moment, so that the same edition always gives the same file.
        pdf = compose(notice_of(shown, unit), stamp=shown.edition.published_at.astimezone(SHANGHAI))
    except PaperError as error:
        return make_response(render_template("portal/no_sheet.html", item=shown.item, lines=error.lines), 422)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{item_id}.pdf")
    if not shown.kind.listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def notice_of(shown: Shown, unit: Unit, *, mark: str = "") -> Notice:
    """What the sheet of an edition says; `mark` stands over every page."""
    item, kind, home = shown.item, shown.kind, unit.successor
    day = day_text(day_of(item.published_at or shown.edition.published_at))
    dated = f"公开日期：{day}" + ("（补录）" if item.elsewhere_on else "")
    until = (f"公示至{day_text(item.notice_until)}",) if item.notice_until else ()
    mark = mark or (SAMPLE_MARK if item.is_sample else "" if settings().is_public else TEST_MARK)
    url = f"{settings().base_url}items/{item.id}"
    return Notice(
        place=f"{home.name_above('township')} {home.name}".strip(),
        title=shown.edition.title,
        source=" ".join(filter(None, (shown.period, item.publisher.name))),
        url=url,
        facts=tuple((fact.label, fact.text) for fact in drawing.facts(kind, shown.values) if fact.block != "link"),
        parts=tuple(_parts(shown)),
        foot=("　".join((dated, *until)), f"网址：{url}"),
        mark=mark,
    )


def _parts(shown: Shown) -> Iterator[Part]:
    totals = {part.name: part.totals for part in drawing.parts(shown.kind, shown.values)}
    for field in shown.kind.fields:
        value = shown.values.get(field.name)
        if field.block not in drawing.LONG or not value:
            continue
        if field.block == "table":
            yield _table(field.label, field.columns, value, totals[field.name])
        elif field.block == "steps":
            names = {step.name: step.label for step in field.steps}
            columns = [column for column in STEP_COLUMNS if column.name != "step"]
            told = _table(field.label, columns, value, ())
            rows = (
                (f"{at}. {names.get(row['step'], row['step'])}", "；".join(_told(told.labels, cells)))
                for at, (row, cells) in enumerate(zip(value, told.rows, strict=True), start=1)
            )
            yield Part(field.label, labels=("步骤", "情况"), rows=tuple(rows))
        else:
            yield Part(field.label, paragraphs=tuple(_paragraphs(show(value, field))))
    files = dict.fromkeys(file.name for file in files_in(shown.values))
    if files:
        yield Part(FILES, paragraphs=tuple(files))


def _paragraphs(text: str) -> Iterator[str]:
    """The lines of a text; the cells of a table's row, which tabs part, stand apart by wide spaces."""
    return (line.replace("\t", "\u3000") for line in text.splitlines() if line.strip())


def _table(label: str, columns: Any, rows: Any, totals: Any) -> Part:
    """A table without the columns that are empty in every row."""
    used: list[Column] = [column for column in columns if any(show(row.get(column.name), column) for row in rows)]
    said = "，".join(f"{name}合计 {text}" for name, text in totals)
    return Part(
        label,
        labels=tuple(column.label for column in used),
        rows=tuple(tuple(show(row.get(column.name), column) for column in used) for row in rows),
        right=tuple(column.block in FIGURES for column in used),
        totals=f"共 {len(rows)} 条{'，' if said else ''}{said}。" if totals else "",
    )


def _told(labels: tuple[str, ...], cells: tuple[str, ...]) -> Iterator[str]:
    return (f"{label}：{text}" for label, text in zip(labels, cells, strict=True) if text)
