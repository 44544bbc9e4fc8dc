"""Going live: what is still missing, the day from which duties count, and the button that takes the sample away."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, done, me
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db, settings
from villages.office import marks
from villages.office.findings import QUESTIONS, Question, quick_findings
from villages.office.sample import count_sample, remove_sample
from villages.registry.models import Publisher

bp = Blueprint("going_live", __name__, template_folder="templates")


@bp.get("/admin/going-live")
@menu("上线准备", group=Group.SETTINGS, order=10)
@allow(Permission.MANAGE_SITE)
def page() -> str:
    """What must be so before villagers come, each line ticked or told."""
    steps = _steps(db())
    return render_template(
        "office/going_live.html", steps=steps, left=sum(bool(lines) for _, lines in steps), began=began(db()),
        samples=count_sample(db()),
    )  # fmt: skip


@bp.route("/admin/going-live/sample", methods=["GET", "POST"])
@allow(Permission.MANAGE_SITE)
def sample() -> Any:
    """Say how much goes for good; then, for who has written that number, take it away."""
    if request.method == "GET":
        return _sample_page(())
    try:
        with acting("sample.remove", "sample") as session:
            count = count_sample(session)
            if request.form.get("count", "").strip() != str(count):
                raise Refusal(f"请填写要去掉的条数 {count}，确认您知道去掉多少")  # noqa: TRY301 - noted like any other
            remove_sample(session, by=me().actor, at=now())
    except Refusal as refusal:
        return _sample_page(refusal.lines), UNPROCESSABLE
    done(f"已去掉 {count} 条示例内容")
    return redirect(url_for("going_live.page"), 303)


def began(session: Session) -> tuple[date | None, date | None, int]:
    """The first and last day from which publishers owe, and how many of them have no such day."""
    row = session.execute(
        select(
            func.min(Publisher.duties_from),
            func.max(Publisher.duties_from),
            func.count() - func.count(Publisher.duties_from),
        )
    ).one()
    return row[0], row[1], row[2]


def _steps(session: Session) -> list[tuple[Question, list[str]]]:
    kept = marks.kept(settings().data_dir)
    found: dict[str, list[str]] = {}
    for each in quick_findings(session, settings(), kept.answers):
        found.setdefault(each.question.key, []).append(each.text)
    return [
        (each, found.get(each.key, [])) for each in QUESTIONS if each.is_live and not (each.is_slow and not kept.at)
    ]


def _sample_page(refused: tuple[str, ...]) -> str:
    return render_template("office/remove_sample.html", samples=count_sample(db()), refused=refused)
