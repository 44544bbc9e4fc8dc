"""The self-check as a page: what `villages check` finds, by part, with what to do and where."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, current_app, g, render_template
from jinja2 import pass_context
from jinja2.runtime import Context

from villages.core.access import Group, Permission, allow, allowed, may, menu
from villages.core.clock import now
from villages.core.web import db, settings
from villages.office import marks
from villages.office.findings import QUESTIONS, Finding, Question, quick_findings

bp = Blueprint("self_check", __name__, template_folder="templates")


@bp.get("/admin/check")
@menu("系统自检", group=Group.WATCH, order=30)
@allow(Permission.SEE_CHECK)
def page() -> str:
    """What is wrong, part by part, then what is right."""
    kept = marks.kept(settings().data_dir)
    found = list(quick_findings(db(), settings(), kept.answers))
    return render_template(
        "office/check.html", parts=by_part(found), count=len(found), right=right(found, kept), at=now(), slow_at=kept.at
    )


def by_part(found: list[Finding]) -> dict[str, list[tuple[Question, list[str]]]]:
    """Findings by part and question, both in their order."""
    parts: dict[str, list[tuple[Question, list[str]]]] = {}
    for question, lines in groupby(found, key=lambda each: each.question):
        parts.setdefault(question.part, []).append((question, [each.text for each in lines]))
    return parts


def right(found: list[Finding], kept: marks.Kept) -> list[Question]:
    """The questions that found nothing; a slow one only where it was asked."""
    wrong = {each.question.key for each in found}
    return [each for each in QUESTIONS if each.key not in wrong and (not each.is_slow or kept.at is not None)]


@bp.app_template_test("open_to_me")
@pass_context
def open_to_me(_: Context, endpoint: str) -> bool:
    """Whether a page is there and who is signed in may open it; asked anew each time, whoever compiled the template."""
    return endpoint in current_app.view_functions and may(g.permissions, allowed(current_app.view_functions[endpoint]))
