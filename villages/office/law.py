"""Law is data: the terms of every kind from a day on, and each year's holidays. All of it waits for a second person."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, me
from villages.calendar.actions import import_days
from villages.calendar.notice import read_notice
from villages.calendar.queries import calendar_of, days_of
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, day_text, now
from villages.core.refusal import Refusal, refuse_if
from villages.core.spreadsheet import Row
from villages.core.web import db
from villages.disclosures.due_actions import begin, set_rule
from villages.disclosures.due_queries import rules_of
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.kinds import UNITS, kinds
from villages.disclosures.rules import Rule, rule_for
from villages.office.proposals import proposed
from villages.office.trying import tried
from villages.site.actions import propose

bp = Blueprint("law", __name__, template_folder="templates")
CYCLES = {
    "none": "没有期限", "at_once": "随时", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年",
    "long_term": "长期公开", "batch": "每批",
}  # fmt: skip
WORDS = {"working": "工作日", "calendar": "自然日"}
NUMBERS = {"due_days": "公开期限", "warn_days": "提前几天提醒", "notice_days": "公示期"}
MOST_LINES = 400


@bp.get("/admin/terms")
@menu("公开期限", group=Group.SETTINGS, order=40)
@allow(Permission.MANAGE_LAW)
def terms() -> str:
    """Every kind with the terms in force, and those that come."""
    today, rules = day_of(now()), rules_of(db())
    rows = [(kind, rule_for(kind, rules, today), _coming(kind, rules, today)) for kind in kinds().values()]
    return render_template("office/terms.html", rows=rows, cycles=CYCLES, words=WORDS)


@bp.route("/admin/terms/<key>", methods=["GET", "POST"])
@allow(Permission.MANAGE_LAW)
def kind_terms(key: str) -> Any:
    """One kind: its terms so far, and a form for others from a day on."""
    kind = kinds().get(key) or abort(404)
    if request.method == "GET":
        return _kind_page(kind, {}, ())
    form = {name: request.form.get(name, "").strip() for name in ("valid_from", "cycle", *NUMBERS, *TERM_UNITS)}
    try:
        given, lines = _read_terms(db(), kind, form)
        with acting("duty.rule", f"kind:{key}") as session:
            propose(session, "rule", given, lines, by=me().actor, at=now())
    except Refusal as refusal:
        return _kind_page(kind, form, refusal.lines), UNPROCESSABLE
    return proposed()


@bp.route("/admin/holidays", methods=["GET", "POST"])
@menu("放假安排", group=Group.SETTINGS, order=50)
@allow(Permission.MANAGE_LAW)
def holidays() -> Any:
    """The days of the years that are known, and a place for the notice of the next."""
    text = request.form.get("days", "")
    if request.method == "GET":
        return _holidays_page("", ())
    try:
        days, problems = read_notice(_lines(text))
        refuse_if(problems)
        lines = _tried(days)
        payload = {"days": [[each.row, each.day.isoformat(), each.is_workday, each.name] for each in days]}
        with acting("calendar.import", "calendar") as session:
            propose(session, "holidays", payload, lines, by=me().actor, at=now())
    except Refusal as refusal:
        return _holidays_page(text, refusal.lines), UNPROCESSABLE
    return proposed()


@bp.post("/admin/duties/begin")
@allow(Permission.MANAGE_LAW)
def begin_duties() -> Any:
    """Propose the day from which everybody's duties count."""
    day = _day(request.form.get("day", ""), "从哪一天起")
    with tried() as trial:
        count = begin(trial, day, None, by=me().actor, at=now())
    line = f"{count} 个公开单位的公开任务从{day_text(day)}起算，以前的不算逾期"
    with acting("duty.begin", "publishers") as session:
        propose(session, "duties.begin", {"day": day.isoformat()}, [line], by=me().actor, at=now())
    return proposed()


TERM_UNITS = ("due_unit", "notice_unit")


def _read_terms(session: Session, kind: Kind, form: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The terms as typed, tried without keeping them; and what they change, in words."""
    problems = [
        f"“{label}”要填一个整数"
        for name, label in NUMBERS.items()
        if not form[name].isascii() or not form[name].isdigit()
    ]
    if problems:
        raise Refusal(*problems)
    day = _day(form["valid_from"], "从哪一天起")
    numbers = {name: int(form[name][:6]) for name in NUMBERS}
    given: dict[str, Any] = {"cycle": form["cycle"], **numbers, **{name: form[name] for name in TERM_UNITS}}
    before = rule_for(kind, rules_of(session, kind), day)
    with tried() as trial:
        after = set_rule(trial, kind, day, by=me().actor, at=now(), **given)
    lines = [f"“{kind.label}”从{day_text(day)}起", f"原来：{told(before)}", f"改成：{told(after)}"]
    return {"kind": kind.key, "valid_from": day.isoformat(), **given}, lines


def told(rule: Rule) -> str:
    """Terms in one line of words."""
    parts = [CYCLES[rule.cycle]]
    if rule.cycle != "none":
        parts.append(f"期满后 {rule.due_days} 个{WORDS[rule.due_unit]}内公开，提前 {rule.warn_days} 天提醒")
    if rule.notice_days:
        parts.append(f"公示 {rule.notice_days} 个{WORDS[rule.notice_unit]}")
    return "，".join(parts)


def _coming(kind: Kind, rules: Any, today: date) -> list[Rule]:
    return [rule for rule in rules if rule.kind == kind.key and rule.valid_from > today]


def _kind_page(kind: Kind, form: dict[str, str], refused: tuple[str, ...]) -> str:
    rules = rules_of(db(), kind)
    now_in_force = rule_for(kind, rules, day_of(now()))
    may = PERIODICAL if kind.cycle in PERIODICAL else (kind.cycle,)
    return render_template(
        "office/kind_terms.html", kind=kind, rules=rules, in_force=now_in_force, told=told, form=form, refused=refused,
        cycles={key: CYCLES[key] for key in may}, units={key: WORDS[key] for key in UNITS}, numbers=NUMBERS,
    )  # fmt: skip


def _holidays_page(text: str, refused: tuple[str, ...]) -> str:
    calendar = calendar_of(db())
    year = request.args.get("year", max(calendar.years, default=day_of(now()).year), type=int)
    if not 1 <= year <= 9998:  # noqa: PLR2004 - the years that there are
        abort(404)
    return render_template(
        "office/holidays.html", years=sorted(calendar.years, reverse=True), year=year, days=days_of(db(), year),
        text=text, refused=refused,
    )  # fmt: skip


def _lines(text: str) -> list[Row]:
    """What was pasted, from a spreadsheet or typed with commas, under the headings that the notice has."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_LINES:
        raise Refusal(f"请贴上放假安排，一天一行，最多 {MOST_LINES} 行")
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter="\t" if "\t" in text else ",")
    try:
        cells = [tuple(cell.strip() for cell in row) for row in rows]
    except csv.Error as error:
        raise Refusal("贴上的内容看不懂，请一天一行：日期、放假或上班、名称") from error
    has_head = not any(char.isdigit() for char in "".join(cells[0]))
    head = cells.pop(0) if has_head else ("日期", "是否上班", "名称")
    return [Row(0, head), *(Row(number, row) for number, row in enumerate(cells, 1 + has_head))]


def _tried(days: Any) -> list[str]:
    """What an import would change, without keeping it."""
    with tried() as trial:
        outcome = import_days(trial, days, by=me().actor, at=now())
    if not outcome.added and not outcome.changed:
        raise Refusal("这些日子已经都在日历里了，不用再改")
    return [f"新增 {each}" for each in outcome.added] + [f"变更 {each}" for each in outcome.changed]


def _day(text: str, label: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"“{label}”请选一个日期") from error
