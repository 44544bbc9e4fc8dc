"""Pages that look through many items: a kind's list, and the columns for oversight."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for

from villages.core.clock import day_of, now
from villages.core.freshness import freshness_of
from villages.core.web import db
from villages.disclosures.kinds import kinds
from villages.portal.answers import keep
from villages.portal.browsing import look, read_asked, values_page
from villages.portal.shelves import Shelf, oversight, shelf_of
from villages.registry.models import EVERYTHING, Unit
from villages.registry.queries import contact_of, counties
from villages.site.queries import site_of

bp = Blueprint("lists", __name__, template_folder="templates")


@bp.get("/lists/<key>")
def browse(key: str) -> Any:
    """The items of one kind, narrowed by what the address says."""
    kind = kinds().get(key)
    shelf = shelf_of(kind) if kind else None
    if kind is None or shelf is None:
        abort(404)
    return _shelf_page(shelf, url_for("lists.browse", key=key), section=kind.section, see=())


@bp.get("/oversight/")
def columns() -> str:
    """The columns for oversight of the whole county."""
    keep(EVERYTHING)
    told, county = oversight(site_of(db())), _county()
    return render_template(
        "portal/oversight.html", oversight=told, county=county,
        contact=contact_of(db(), county) if county else None, as_of=freshness_of(db(), EVERYTHING)[1],
    )  # fmt: skip


@bp.get("/oversight/<key>")
def column(key: str) -> Any:
    """One of them: lists to look through, the way to the search, or whom to call."""
    told = oversight(site_of(db()))
    found = told.column(key) or abort(404)
    if found.shelf is not None:
        see = tuple(each for each in told.columns if each.key in found.see)
        return _shelf_page(found.shelf, url_for("lists.column", key=key), section="oversight", see=see)
    keep(EVERYTHING)
    county = _county()
    return render_template(
        "portal/column.html", column=found, oversight=told, county=county,
        contact=contact_of(db(), county) if county else None, as_of=freshness_of(db(), EVERYTHING)[1],
    )  # fmt: skip


def _county() -> Unit | None:
    found = counties(db())
    return found[0] if len(found) == 1 else None


def _shelf_page(shelf: Shelf, base: str, *, section: str, see: tuple[Any, ...]) -> Any:
    if not request.query_string:
        keep(EVERYTHING)
    asked = read_asked(shelf, base, request.args.items(multi=True))
    page, today, by = request.args.get("page", 1, type=int), day_of(now()), request.args.get("by")
    told: dict[str, Any] = {
        "shelf": shelf, "base": base, "asked": asked, "section": section, "see": see, "county": _county(),
        "oversight": oversight(site_of(db())),
        "as_of": freshness_of(db(), EVERYTHING)[1],
        "indexed": shelf.listed and not request.query_string,
    }  # fmt: skip
    if by is not None:
        group = values_page(db(), shelf, asked, by, page=page, today=today) or abort(404)
        text = render_template("portal/browse_values.html", **told, group=group)
    else:
        result = look(db(), shelf, asked, page=page, today=today) or abort(404)
        text = render_template("portal/browse.html", **told, result=result)
    answer = make_response(text)
    if not told["indexed"]:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer
