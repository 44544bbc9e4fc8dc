"""Pages for villagers."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from villages.core.clock import day_of, day_text, moment_tag, moment_text, now
from villages.core.freshness import freshness_of
from villages.core.web import ICON, db, settings
from villages.disclosures.attachments import files_of, spoken_size, what
from villages.plates.models import Plate
from villages.plates.numbers import has_right_check_digit, is_number, plain, spoken
from villages.plates.queries import plate_by_number
from villages.portal import drawing, owing, showing
from villages.portal.answers import keep, moved, note_vain
from villages.portal.changes import changes_page
from villages.portal.front import COUNT
from villages.portal.money import plain_yuan
from villages.portal.related import named, related
from villages.portal.sections import BY_KEY, SECTIONS
from villages.portal.shelves import oversight, shelves_in
from villages.registry.models import EVERYTHING, Unit
from villages.registry.queries import (
    contact_of,
    counties,
    find_villages,
    merged_into,
    townships,
    unit_by_code,
    villages_of,
)
from villages.site.queries import site_of

bp = Blueprint("portal", __name__, template_folder="templates")
bp.add_app_template_filter(day_of)
bp.add_app_template_filter(day_text)
bp.add_app_template_filter(moment_text)
bp.add_app_template_filter(moment_tag)
bp.add_app_template_filter(spoken)
bp.add_app_template_filter(plain_yuan, "yuan")
bp.add_app_template_filter(spoken_size)
bp.add_app_template_filter(what, "what_file")


@bp.get("/v/<number>", strict_slashes=False)
def scan(number: str) -> Any:
    """What a scanned code opens: the page of the plate's village itself."""
    digits = plain(number)
    if not is_number(digits):
        return _wrong_number(digits, "这个码号不对", "码号是 8 位数字，请对照码牌上的数字重新输入。")
    if not has_right_check_digit(digits):
        return _wrong_number(
            digits, "这个码号有一位不对", "8 位数字里有一位输错了，或者相邻两位写反了。请对照码牌再看一遍。"
        )
    plate = plate_by_number(db(), digits)
    if plate is None:
        return _wrong_number(
            digits, "没有这个码号", "这个码号没有发放过。码牌可能不是我们做的，请不要在上面填写任何东西。"
        )
    request.environ[COUNT] = ("scan", plate.id)
    return _village_page(plate.unit, plate, canonical=number == digits)


def _wrong_number(digits: str, title: str, text: str) -> tuple[str, int]:
    number = digits if is_number(digits) else ""
    page = render_template("portal/wrong_number.html", title=title, text=text, number=number, townships=townships(db()))
    return page, 404


@bp.get("/")
def county() -> str:
    """The county: the four entries and the townships."""
    keep(EVERYTHING)
    found = counties(db())
    return render_template(
        "portal/county.html",
        county=found[0] if len(found) == 1 else None,
        city=found[0].parent if found else None,
        groups=[(each, townships(db(), each)) for each in found],
        sections=SECTIONS,
        contact=contact_of(db(), found[0]) if len(found) == 1 else None,
        as_of=freshness_of(db(), EVERYTHING)[1],
    )


@bp.get("/villages/")
def villages() -> str:
    """All villages by township, or those that a visitor's words may mean."""
    text = request.args.get("q", "").strip()[:40]
    if not text:
        keep(EVERYTHING)
    by_township: dict[Unit, list[Unit]] = {}
    found = find_villages(db(), text) if text else villages_of(db())
    if text and not found:
        note_vain(text)
    for unit in found:
        if unit.parent is not None:
            by_township.setdefault(unit.parent, []).append(unit)
    return render_template("portal/villages.html", text=text, by_township=by_township, several=len(counties(db())) > 1)


@bp.get("/villages/<code>")
def unit(code: str) -> Any:
    """One unit: a village (its canonical address), a township with its villages, or the county."""
    found = unit_by_code(db(), code)
    if found is None:
        return moved(code, "portal.unit")
    if found.level == "village":
        if found.merged_into is not None:
            keep(found.scope)
            return render_template("portal/merged.html", unit=found, day=_merged_on(found))
        return _village_page(found, None, canonical=True)
    if found.level == "township":
        keep(found.scope)
        return render_template(
            "portal/township.html",
            unit=found,
            villages=villages_of(db(), found),
            contact=contact_of(db(), found),
            as_of=freshness_of(db(), found.scope)[1],
        )
    return redirect(url_for("portal.county"))


@bp.get("/villages/<code>/<any(information, affairs, services, oversight):section>")
def section(code: str, section: str) -> Any:
    """One of the four entries of a unit."""
    found = unit_by_code(db(), code)
    if found is None:
        return moved(code, "portal.section", section=section)
    if found.merged_into is not None:
        return redirect(url_for("portal.section", code=found.successor.division_code, section=section))
    keep(found.scope)
    today, column = day_of(now()), request.args.get("column")
    if column is None:
        listed = showing.groups(db(), found, section, today)
    else:
        page = request.args.get("page", 1, type=int)
        one = showing.group_page(db(), found, section, column, page, today) or abort(404)
        listed = [one]
    return render_template(
        "portal/section.html", unit=found, section=BY_KEY[section], contact=contact_of(db(), found), groups=listed,
        column=column, as_of=freshness_of(db(), found.scope)[1], shelves=shelves_in,
    )  # fmt: skip


@bp.get("/items/<int:item_id>")
def item(item_id: int) -> Any:
    """One published item: its latest edition, or an earlier one, or one long value of it page by page."""
    unit = showing.unit_of_item(db(), item_id) or abort(404)
    # The page also shows names and the period before, which change with the unit, not with the item alone.
    keep(unit.scope)
    found = showing.item_now(db(), item_id, day_of(now())) or abort(404)
    page = {"item": found, "unit": unit, "contact": contact_of(db(), unit.successor)}
    if not found.is_public:
        answer = make_response(render_template("portal/withdrawn.html", **page, at=showing.withdrawn_at(found)), 410)
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer
    shown = showing.shown(found, request.args.get("edition", type=int)) or abort(404)
    if not {"edition", "part", "whole"} & set(request.args):  # whoever turns pages or prints has opened it before
        request.environ[COUNT] = ("visit", item_id)
    part, whole = None, drawing.wholes(shown.kind, shown.values)
    as_one = request.args.get("whole") == "1"
    if as_one and not drawing.fits_one_page(shown.kind, whole):
        abort(404)
    if "part" in request.args:
        number = request.args.get("page", 1, type=int)
        part = drawing.part_page(shown.kind, shown.values, request.args["part"], number) or abort(404)
    money = showing.money_of(db(), shown)
    ways = related(shown.kind, shown.edition.content, oversight(site_of(db())))
    answer = make_response(
        render_template(
            "portal/item.html", **page, shown=shown, kind=shown.kind, part=part, money=money,
            facts=drawing.facts(shown.kind, shown.values, without=drawing.SUMS if money else ()),
            parts=whole if as_one else drawing.parts(shown.kind, shown.values),
            files=drawing.files(shown.kind, shown.values), attached=files_of(found), section=BY_KEY[shown.kind.section],
            related=[*named(db(), found, day_of(now())), *ways],
            indexed=shown.kind.listed and shown.is_latest and part is None and not as_one,
            has_whole=drawing.fits_one_page(shown.kind, whole), as_one=as_one,
        )
    )  # fmt: skip
    if not shown.kind.listed or as_one:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/items/<int:item_id>/changes/<int:number>")
def changes(item_id: int, number: int) -> str:
    """What an edition changed of the one before it."""
    unit = showing.unit_of_item(db(), item_id) or abort(404)
    keep(unit.scope)
    found = showing.item_now(db(), item_id, day_of(now())) or abort(404)
    after = showing.shown(found, number) if found.is_public and number > 1 else None
    before = showing.shown(found, number - 1) if after else None
    if after is None or before is None:
        abort(404)
    page = changes_page(before, after, request.args.get("page", 1, type=int)) or abort(404)
    return render_template("portal/changes.html", item=found, unit=unit, before=before, after=after, page=page)


def _village_page(unit: Unit, plate: Plate | None, *, canonical: bool) -> str:
    village = unit.successor
    # Not all that changes the successor's items (the sample, say) raises the version of a village merged into it.
    if canonical and village is unit:
        keep(unit.scope)
    today = day_of(now())
    return render_template(
        "portal/village.html",
        unit=village,
        plate=plate,
        has_staff_door="admin" in settings().surfaces,
        merged=(unit.name, _merged_on(unit)) if unit is not village else None,
        joined=merged_into(db(), village),
        sections=SECTIONS,
        contact=contact_of(db(), village),
        duties=owing.told(db(), village, today),
        lines=showing.latest(db(), village, today),
        money=showing.money_of_unit(db(), village, today),
        as_of=freshness_of(db(), village.scope)[1],
    )


def _merged_on(unit: Unit) -> str:
    return day_text(day_of(unit.merged_at)) if unit.merged_at else ""


@bp.get("/robots.txt")
def robots() -> Response:
    """What robots may read."""
    prefix, sitemap = settings().prefix, f"Sitemap: {settings().base_url}sitemap.xml\n"
    rules = f"User-agent: *\nDisallow: {prefix}/admin/\nDisallow: {prefix}/kiosk/\n"
    return Response(rules + sitemap, mimetype="text/plain")


@bp.get("/favicon.ico")
def favicon() -> Response:
    """The picture in the browser's tab, for those who ask without reading the page."""
    return Response(
        unquote(ICON.partition(",")[2]), mimetype="image/svg+xml", headers={"Cache-Control": "max-age=86400"}
    )
