"""Table 3 of a year out of the records, with the relations that must hold in it, for the annual report."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, render_template, request

from villages.accounts.door import me
from villages.core.access import Permission, allow
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.intake.admin.blueprint import bp, number_of
from villages.intake.queries import applications_of
from villages.intake.table3 import COLUMNS, FIRST_YEAR, as_told, checks, label_of, rows, table3


@bp.get("/admin/cases/year")
@allow(Permission.HANDLE_CASES)
def year() -> Any:
    """The year asked for, or the one that a report is due for: what I may see of it, as a page or as JSON."""
    this = day_of(now()).year
    wanted = number_of(request.args.get("year", str(this - 1)))
    if wanted is None or not FIRST_YEAR <= wanted <= this:
        abort(404)
    table, before = (table3(applications_of(db(), each, seen_by=me()), each) for each in (wanted, wanted - 1))
    found = checks(table, before)
    if request.args.get("form") == "json":
        return jsonify(as_told(wanted, table, found))
    return render_template(
        "intake/year.html", year=wanted, years=range(this, FIRST_YEAR - 1, -1), this=this, table=table, checks=found,
        rows={row: label_of(row) for row in rows()}, columns=COLUMNS, area=me().area,
    )  # fmt: skip
