"""Files that come with a form: attachments, a spreadsheet, a Word file; and the buttons beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Response, abort, request, send_file

from villages.core.access import Permission, allow
from villages.core.files import FileStore
from villages.core.refusal import Refusal
from villages.core.spreadsheet import Sheet as Table
from villages.core.spreadsheet import read_workbook
from villages.core.web import db, settings
from villages.disclosures import gate
from villages.disclosures.admin.blueprint import bp, item_of_mine, shown_to_me
from villages.disclosures.admin.drawing import MORE_ROWS
from villages.disclosures.admin.sheet import Sheet
from villages.disclosures.articles.word import read_article
from villages.disclosures.attachments import attachment
from villages.disclosures.filling import fill, sums_of
from villages.disclosures.models import Unfinished
from villages.disclosures.rosters import closed
from villages.disclosures.typed import MOST_ROWS, file_places, files_at
from villages.disclosures.unfinished import wait
from villages.disclosures.uploads import MOST_BYTES, read_upload, seen_name

SHOWN = ("application/pdf", "image/")


def take_uploads(sheet: Sheet, unfinished: Unfinished, *, at: datetime) -> None:
    """Take in every file that was chosen, wherever in the form. Raises Refusal; what was typed is kept already."""
    store = FileStore(settings().files_dir)
    for place in file_places(sheet.kind):
        there = files_at(sheet.typed, place)
        for name, data in _files(f"u.{place}"):
            if there is None:
                continue
            upload = read_upload(data, name)
            if any(each["name"] == upload.name and each["digest"] != upload.digest for each in there):
                raise Refusal(f"已经有叫“{gate.mask(upload.name)}”的附件，请先去掉旧的，或者给新的改名")
            store.put(upload.data)
            file = wait(sheet.session, unfinished, upload, at=at)
            if not any(each["digest"] == file.digest and each["name"] == file.name for each in there):
                there.append({"digest": file.digest, "name": file.name})


def act(sheet: Sheet, name: str, rest: str) -> str:
    """Do what a button inside the form asks; returns the place that the page should show. Raises Refusal."""
    if name == "add" and isinstance(sheet.typed.get(rest), list):
        if len(sheet.typed[rest]) + MORE_ROWS > MOST_ROWS:
            raise Refusal(f"一张表最多 {MOST_ROWS} 行，请用“从表格填入”或“导入”")
        sheet.typed[rest] = [*sheet.typed[rest], *({} for _ in range(MORE_ROWS))]
        return rest
    if name in ("remove", "up"):
        place, _, at = rest.rpartition(":")
        there = files_at(sheet.typed, place) or []
        if at.isascii() and at.isdigit() and int(at) < len(there):
            file = there.pop(int(at))
            if name == "up":
                there.insert(max(0, int(at) - 1), file)
        return place
    if name == "fill":
        _fill(sheet)
    elif name == "word":
        _read_word(sheet, rest)
    elif name == "sums":
        sheet.typed.update(sums_of(sheet.kind, sheet.typed))
    return rest


def _fill(sheet: Sheet) -> None:
    found = fill(sheet.kind, list(_tables()), sheet.publisher)
    sheet.typed.update(found.typed)
    sheet.tails = closed(sheet.session, found.tails, about=sheet.subject) or sheet.tails
    sheet.period = found.period or sheet.period
    period = sheet.read_period() if sheet.kind.cycle in ("month", "quarter", "half_year", "year") else None
    sheet.period = period.label if period else sheet.period
    rows = found.typed.get(sheet.kind.sheet.rows_into)
    sheet.told = ["已从表格填入" + (f" {len(rows)} 行" if rows else "") + "，请看一遍再保存", *found.told]


def _tables() -> Iterator[Table]:
    files = list(_files("sheet"))
    if not files:
        raise Refusal("请先选一个表格文件（.xlsx 或 .csv）")
    name, data = files[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("表格.xlsx" if name.lower().endswith(("xlsx", "xlsm")) else "表格.csv")
        path.write_bytes(data)
        yield from read_workbook(path)


def _read_word(sheet: Sheet, name: str) -> None:
    known = {each.name for each in sheet.kind.fields if each.block == "rich"}
    files = list(_files(f"w.{name}"))
    if name not in known or not files:
        raise Refusal("请先选一个 Word 文件（.docx）")
    told = gate.mask(seen_name(files[0][0]))
    if read_upload(files[0][1], files[0][0]).media_type.rpartition(".")[2] != "document":
        raise Refusal(f"{told} 不是 Word 文件（.docx），请另存为 .docx 后再上传")
    article = read_article(files[0][1], told)
    sheet.typed[name] = article.html
    title = sheet.kind.short.title
    if article.title and title and not sheet.typed.get(title):
        sheet.typed[title] = article.title
    sheet.told = ["已读入 Word 文件，请看一遍"]
    if article.pictures:
        sheet.told.append(f"文件里的 {article.pictures} 张图片没有读入，请放进附件")


def _files(name: str) -> Iterator[tuple[str, bytes]]:
    for file in request.files.getlist(name):
        if file.filename:
            yield file.filename, file.stream.read(MOST_BYTES + 1)


@bp.get("/admin/items/<int:item_id>/files/<token>")
@allow(Permission.WRITE, Permission.REVIEW, Permission.PUBLISH)
def file(item_id: int, token: str) -> Response:
    """A file of an item that I speak for, published or not."""
    item = item_of_mine(item_id)
    found = attachment(db(), token)
    if found is None or found.item_id != item.id:
        abort(404)
    shown_to_me(item)
    try:
        answer = send_file(FileStore(settings().files_dir).path(found.digest), found.media_type)
    except FileNotFoundError:
        abort(404)
    inline = found.media_type.startswith(SHOWN)
    answer.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=found.name)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'"
    answer.headers["Content-Security-Policy"] = policy if inline else f"{policy}; sandbox"
    return answer
