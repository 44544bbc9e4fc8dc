"""Pages for people: what data there is, and the log of what was made public, corrected and taken back."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from villages.core.clock import day_of, now
from villages.core.web import db, settings
from villages.data import downloads
from villages.data.changes import Change, changes
from villages.data.cursors import cursor_of
from villages.data.operations import LICENCE, OPERATIONS, area
from villages.data.parameters import BY_CHANGE, WITHIN, read_given
from villages.data.public import bp
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.registry.models import Unit
from villages.registry.queries import townships

__all__ = ["bp", "downloads"]
PER_PAGE = 30


@bp.get("/data")
def home() -> str:
    """What can be had, and where."""
    columns = [(column, list(found)) for column, found in groupby(_exported(), key=lambda kind: kind.column)]
    return render_template(
        "data/data.html", licence=LICENCE, operations=OPERATIONS, columns=columns, townships=townships(db()),
        base_url=settings().base_url,
    )  # fmt: skip


def _exported() -> list[Kind]:
    return sorted((kind for kind in kinds().values() if kind.exported), key=lambda kind: kind.column)


@bp.get("/changes")
def changes_page() -> ResponseReturnValue:
    """The log by day, the newest first."""
    given = read_given(request.args.to_dict(flat=False), (WITHIN, BY_CHANGE))
    place = given.get("cursor")
    before = None if place is None else (datetime.fromisoformat(place[0]), place[1], place[2])
    unit = area(db(), given.get("within"))
    found = changes(db(), day_of(now()), within=unit, before=before, limit=PER_PAGE + 1)
    entries = found[:PER_PAGE]
    answer = make_response(
        render_template(
            "data/changes.html", unit=unit, days=[(day, list(of)) for day, of in groupby(entries, _day)],
            further=_address(unit, cursor_of(entries[-1].place[0], *entries[-1].place[1:]))
            if len(found) > PER_PAGE else "",
            latest=_address(unit) if before else "", townships=townships(db()),
        )
    )  # fmt: skip
    if given:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _day(entry: Change) -> date:
    return day_of(entry.at)


def _address(unit: Unit | None, cursor: str = "") -> str:
    return url_for("data.changes_page", within=unit.division_code if unit else None, cursor=cursor or None)
