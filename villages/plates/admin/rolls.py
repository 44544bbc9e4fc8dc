"""Lists of plates: all, those that need somebody and why, with counts; as a page, CSV and XLSX."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, url_for

from villages.accounts.door import me, unit_of_mine
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of
from villages.core.web import db, settings
from villages.plates.admin.blueprint import A_PAGE, area, bp, pages, terms, townships_of_mine
from villages.plates.export import as_csv, as_xlsx
from villages.plates.models import Plate
from villages.plates.numbers import plain
from villages.plates.queries import address
from villages.plates.watching import ROLLS, Roll, Terms, Watched, watched_plates

LONGEST_DAYS = 3_650
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = (
    "码号", "乡镇", "村（社区）", "区划代码", "位置", "状态", "停用原因", "上次打印", "上次有人看过",
    "最近扫码次数", "此前同样天数的扫码次数", "墙上的旧网址", "网址",
)  # fmt: skip


@bp.get("/admin/plates")
@menu("码牌和巡查", group=Group.PLATES, order=10)
@allow(Permission.INSPECT_PLATES, Permission.PRINT_PLATES)
def rolls() -> str:
    """The plates of my area by how they stand."""
    roll, by, found = _asked()
    listed = [each for each in _found(found) if roll.holds(each, by)]
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= pages(len(listed)):
        abort(404)
    args: dict[str, Any] = {name: value for name, value in request.args.items() if name != "page" and value}
    return render_template(
        "plates/rolls.html", roll=roll, terms=by, rolls=ROLLS.values(), count=len(listed), page=page,
        counts={each.key: sum(each.holds(one, by) for one in found) for each in ROLLS.values()},
        listed=listed[(page - 1) * A_PAGE :][:A_PAGE], pages=pages(len(listed)), townships=townships_of_mine(),
        args=args, address=lambda number: url_for("plates.rolls", **(args | {"page": number})),
    )  # fmt: skip


@bp.get("/admin/plates/list.<any(csv, xlsx):form>")
@allow(Permission.INSPECT_PLATES, Permission.PRINT_PLATES)
def download(form: str) -> Response:
    """The same list as a table."""
    roll, by, found = _asked()
    rows = [_row(each) for each in _found(found) if roll.holds(each, by)]
    body = as_csv(HEADINGS, rows) if form == "csv" else as_xlsx(HEADINGS, rows)
    kind = "text/csv; charset=utf-8" if form == "csv" else SHEET
    return Response(body, content_type=kind, headers={"Content-Disposition": f"attachment; filename=plates.{form}"})


def _asked() -> tuple[Roll, Terms, list[Watched]]:
    """The list asked for, its terms, and every plate of the township or area asked for."""
    roll = ROLLS.get(request.args.get("roll", "all")) or abort(404)
    by = terms(inspect_days=_days("days"), silent_days=_days("silent"))
    code = request.args.get("township", "")
    return roll, by, watched_plates(db(), unit_of_mine(code) if code else area(), by)


def _days(name: str) -> int | None:
    days = request.args.get(name, type=int)
    return days if days is not None and 0 < days <= LONGEST_DAYS else None


def _found(plates: list[Watched]) -> list[Watched]:
    """Those of which a number, a village or a place contains what was typed."""
    text = request.args.get("q", "").strip()[:40]
    number = plain(text)

    def says(plate: Plate) -> bool:
        return text in plate.unit.name or text in plate.place or (bool(number) and number in plate.number)

    return [each for each in plates if not text or says(each.plate)]


def _row(each: Watched) -> list[Any]:
    plate = each.plate
    return [
        plate.number, plate.unit.name_above("township"), plate.unit.name, plate.unit.division_code, plate.place,
        each.stage_label, plate.reason, day_of(each.printed_at) if each.printed_at else None,
        day_of(each.last_seen) if each.last_seen else None, each.scans, each.scans_before, each.old_url,
        address(settings().base_url, plate.number),
    ]  # fmt: skip


def summary(by: Terms) -> dict[str, list[Watched]]:
    """What an inspector of my area has to do, list by list."""
    found = watched_plates(db(), me().unit, by)
    wanted = ("suspicious", "missing", "damaged", "silent", "to_post", "unseen")
    return {key: [each for each in found if ROLLS[key].holds(each, by)] for key in wanted}
