"""Doors: feeds, the sitemap, and tables to download."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, redirect, request, stream_with_context

from villages.core.clock import day_of, now
from villages.core.sheets import Cell, as_csv, as_xlsx
from villages.core.web import db, settings, storage
from villages.data import feeds, sitemap
from villages.data.changes import changes
from villages.data.conditional import dated, not_modified, state_of, tag_of, unchanged
from villages.data.kept import Kept
from villages.data.operations import area
from villages.data.parameters import LARGEST_ID, WITHIN, read_given
from villages.data.problems import unknown
from villages.data.public import address, bp
from villages.data.queries import Wanted, every, indexed_keys, one, recently_changed
from villages.data.tables import headings, item_headings, item_table, table_of
from villages.data.values import is_rows
from villages.disclosures.kinds import kinds
from villages.disclosures.values import values_from_json
from villages.registry.models import Unit
from villages.registry.queries import counties, unit_by_code, unit_by_former_code

ATOM, XML = "application/atom+xml", "application/xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, tuple[Callable[[Sequence[str], Iterable[Sequence[Cell]]], Iterator[bytes]], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, XLSX),
}


def _kept(mimetype: str, make: Callable[[], bytes]) -> Response:
    """A document that is made anew only when something that is shown changed."""
    state = state_of(db())
    if unchanged(state[1]):
        return not_modified(state[1])
    kept: Kept = current_app.extensions.setdefault("villages.data", Kept())
    return dated(Response(kept.get(request.path, state, make), mimetype=mimetype), state[1])


@bp.get("/feeds/<area>.atom")
def feed(area: str) -> Any:
    """The newest of the county, of a place (with all below it), or of the log."""
    read_given(request.args.to_dict(flat=False), ())
    if area == "changes":
        return _kept(ATOM, _log_feed)
    unit = None
    if area != "county":
        unit = unit_by_code(db(), area)
        former = unit_by_former_code(db(), area) if unit is None else None
        if former is not None:
            return redirect(address("data.feed", area=former.division_code), 301)
        if unit is None:
            raise unknown("没有这个订阅地址，请到“数据开放”页面查对")
    return _kept(ATOM, lambda: _feed(area, unit))


def _feed(name: str, unit: Unit | None) -> bytes:
    page = address("portal.unit", code=unit.division_code) if unit else address("portal.county")
    title = unit.name if unit else "、".join(county.name for county in counties(db()))
    rows = recently_changed(db(), Wanted(indexed_keys(), unit), day_of(now()), limit=feeds.NEWEST)
    return feeds.of_items(_head(f"{title} 最近公开", name, page), rows, address)


def _log_feed() -> bytes:
    found = changes(db(), day_of(now()), limit=feeds.NEWEST)
    return feeds.of_changes(
        _head("公开记录：公开、更正、撤回", "changes", address("data.changes_page")), found, address
    )


def _head(title: str, name: str, page: str) -> feeds.Feed:
    here = address("data.feed", area=name)
    return feeds.Feed(f"{title} · 码上公开", name, here, page, settings().base_url, state_of(db())[1])


@bp.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The index of the sitemap's parts."""
    return _kept(XML, lambda: sitemap.index(db(), day_of(now()), address))


@bp.get("/sitemap-<name>.xml")
def sitemap_part(name: str) -> Response:
    """One part of the sitemap."""
    if name == "pages":
        return _kept(XML, lambda: sitemap.places(db(), address))
    part = name.removeprefix("items-")
    if not (part.isascii() and part.isdigit()) or str(int(part)) != part or int(part) > LARGEST_ID // sitemap.PART:
        raise unknown("没有这一份网址清单，请看 sitemap.xml")
    answer = _kept(XML, lambda: sitemap.items(db(), day_of(now()), int(part), address) or b"")
    if answer.status_code == HTTPStatus.OK and not answer.get_data():
        raise unknown("没有这一份网址清单，请看 sitemap.xml")
    return answer


@bp.get("/data/<key>.<any(csv, xlsx):form>")
def table(key: str, form: str) -> Response:
    """Everything public of a kind, of the county or of a place."""
    kind = kinds().get(key)
    if kind is None or not kind.exported:
        raise unknown("没有这张表，或者它是有公示期的名单，不提供下载。请到“数据开放”页面选择")
    unit = area(db(), read_given(request.args.to_dict(flat=False), (WITHIN,)).get("within"))
    today = day_of(now())
    rows = table_of(kind, every(storage(), Wanted([key], unit), today), address)
    name = f"{kind.label}{'-' + unit.name if unit else ''}-{today.isoformat()}"
    return _table(form, headings(kind), rows, name, f"{key}-{today.isoformat()}")


@bp.get("/items/<int:item_id>/<field>.<any(csv, xlsx):form>")
def item_file(item_id: int, field: str, form: str) -> Response:
    """One table of an item's latest edition."""
    read_given(request.args.to_dict(flat=False), ())
    found = one(db(), item_id, day_of(now())) if 0 < item_id <= LARGEST_ID else None
    if found is None or not found.editions:
        raise unknown("没有这张表，或者它已经不公开了，或者它是有公示期的名单，不提供下载")
    kind, edition = kinds()[found.kind], found.editions[-1]
    shown = next((each for each in kind.fields if each.name == field and is_rows(each)), None)
    value = values_from_json(kind, edition.content).get(field) if shown is not None else None
    if shown is None or not value:
        raise unknown("这一条里没有这张表，请回到这一条的页面查看")
    name = f"{found.unit.name}-{edition.title}-{shown.label}"
    return _table(form, item_headings(shown), item_table(shown, value), name, f"{item_id}-{field}")


def _table(form: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], name: str, plain: str) -> Response:
    write, mimetype = FORMS[form]
    versions, at = state_of(db())
    tag = tag_of(versions, at)
    if request.if_none_match.contains_weak(tag) or unchanged(at):
        return not_modified(at, tag)
    db().close()  # what is streamed must hold no connection: see queries.every
    response = dated(Response(stream_with_context(write(heads, rows)), mimetype=mimetype), at)
    response.set_etag(tag, weak=True)
    # RFC 6266: the name in Chinese, and one for programs that read ASCII alone.
    safe = "".join(char if char.isalnum() or char in "-（）()_" else "_" for char in name)[:80]
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}.{form}\"; filename*=UTF-8''{quote(f'{safe}.{form}', safe='')}"
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
