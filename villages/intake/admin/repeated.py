"""What was applied for again and again: whether to disclose it to everybody. I see only what I may see."""

from __future__ import annotations

from flask import render_template

from villages.accounts.door import me, note_reading
from villages.core.access import Permission, allow
from villages.core.clock import day_of, now
from villages.core.web import db
from villages.intake.admin.blueprint import bp, words
from villages.intake.reading import WHAT
from villages.intake.repeated import LEAST, MOST_READ, applications, repeated
from villages.intake.results import results


@bp.get("/admin/cases/repeated")
@allow(Permission.HANDLE_CASES)
def often_asked() -> str:
    """The subjects, with the applications; that so many were opened for it is noted once, first."""
    found = applications(db(), me(), today=day_of(now()))
    if found:
        note_reading("cases", what=WHAT, count=len(found))
    return render_template(
        "intake/repeated.html", found=repeated(db(), found), many=len(found), least=LEAST, most=MOST_READ,
        results=results(), **words(),
    )  # fmt: skip
