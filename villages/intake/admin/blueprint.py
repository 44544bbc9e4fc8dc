"""The blueprint of the cases' staff pages, and what its views share: whose cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort

from villages.accounts.door import me
from villages.core.clock import day_of, day_text, now
from villages.core.web import db
from villages.intake.history import kind_of
from villages.intake.kinds import kinds
from villages.intake.models import CHANNELS, Case
from villages.intake.numbers import spoken
from villages.intake.queries import SOON
from villages.intake.seeing import case_numbered
from villages.intake.workflow import ASKED, OPEN, STATES

LONGEST_NUMBER = 9
bp = Blueprint("intake", __name__, template_folder="../templates")
bp.add_app_template_filter(spoken, "spoken_digits")
bp.add_app_template_filter(kind_of, "kind_of")
bp.add_app_template_filter(lambda state: STATES[state], "state_word")


def case_of_mine(number: str) -> Case:
    """The case with a number that I may see; anything else is not found, so that nothing is learnt of others."""
    return case_numbered(db(), me(), number) or abort(404)


def number_of(text: str) -> int | None:
    """A whole number that was sent; None for what is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def words() -> dict[str, Any]:
    """What templates of several pages name things by."""
    return {"kinds": kinds(), "channels": CHANNELS}


def due(case: Case) -> tuple[str, str]:
    """How the last day of a case stands, in words, and the badge's mood."""
    today = day_of(now())
    if case.state not in OPEN:
        return "", ""
    if case.due_on is not None and case.due_on < today:
        return f"已逾期 {(today - case.due_on).days} 天", "bad"
    if case.acknowledge_on is not None and case.acknowledge_on < today:
        return f"没有告知是否受理，晚了 {(today - case.acknowledge_on).days} 天", "bad"
    if case.state in ASKED and case.waits_until is not None and case.waits_until >= today:
        return f"等申请人到{day_text(case.waits_until)}", ""
    if case.due_on is None:
        return "期限还没有开始算", ""
    target = case.target_on or case.due_on
    return _left(target, today), "warn" if target <= today + SOON else ""


def _left(day: date, today: date) -> str:
    days = (day - today).days
    told = "今天到期" if days == 0 else f"还有 {days} 天" if days > 0 else f"安全日期已过 {-days} 天"
    return f"{day_text(day)}前，{told}" if days > 0 else told
