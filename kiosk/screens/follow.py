"""凭回执查: number and code on the keypad; how the case stands, the answer, and what can be done with a tap."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from kiosk.keypad import digits, pressed
from kiosk.passes import opened, pass_for
from kiosk.printing import forms as papers
from kiosk.screen import at, draw, unkept
from villages.core.clock import day_of, now
from villages.core.web import db, only_reads
from villages.intake.acting import verbs_open_to
from villages.intake.history import kind_of
from villages.intake.models import Case
from villages.intake.numbers import CODE_DIGITS, is_number, spoken
from villages.intake.numbers import DIGITS as NUMBER_DIGITS
from villages.intake.reading import read_as_writer
from villages.intake.saying import Said
from villages.intake.telling import REFUSED, STATES, lines, promises, remedy
from villages.registry.models import Unit
from villages.registry.queries import contact_of

NAME, PATH = "follow", "/follow"
METHODS = ("GET", "POST")
MOST = {"number": NUMBER_DIGITS, "code": CODE_DIGITS}
NOT_A_NUMBER = "编号是 12 位数字，这里有一位不对。请对照回执，一位一位再看一遍"
# What can be done with a tap, and what is asked then.
VERBS = {"rate": "这个答复，您满意吗", "not_solved": "哪里没有解决"}
STARS = ("很不满意", "不满意", "一般", "满意", "很满意")
REASONS = ("事情还没有办", "只办了一半", "说的和实际不一样", "没有答到我问的", "看不懂，要当面说清楚")


@only_reads
def show() -> Response:
    """Asks for the number, then for the code; then what may be asked about a case that is open on this page."""
    if (case := opened()[0]) is not None:
        verb = request.form.get("verb", "")
        return asking(case, verb) if verb in _verbs(case) else shown(case)
    typed = {name: digits(request.form.get(name, ""), most) for name, most in MOST.items()}
    number = typed["number"]
    step = "code" if request.form.get("step") == "code" else "number"
    if "press" in request.form:
        typed[step] = pressed(typed[step], request.form["press"], MOST[step])
        return asked(**typed, step=step)
    if request.method == "GET" or "again" in request.form:
        return asked()
    return asked(number, step="code") if is_number(number) else asked(number, problem=NOT_A_NUMBER)


def asked(number: str = "", code: str = "", *, step: str = "number", problem: str = "") -> Response:
    """The keypad for the number or the code."""
    typed = {"number": number, "code": code}[step]
    return unkept(draw(
        NAME, step=step, number=number, typed=spoken(typed), value=typed, most=MOST[step], problem=problem,
        take=url_for("cases.find"),
    ))  # fmt: skip


def shown(case: Case, *, told: str = "", problem: str = "") -> Response:
    """A case as its writer may read it: not what they wrote, since others may stand behind them."""
    clear, lead = read_as_writer(db(), case), case.held_by[0].place
    return unkept(draw(
        NAME, sheet="case", **_frame(case), stands=STATES[case.state],
        refused=REFUSED if case.state == "discarded" else "", promises=promises(db(), case, today=day_of(now())),
        reply=clear.reply, remedy=remedy(case, clear.reply), lines=lines(clear.steps, with_own_words=False), told=told,
        problem=problem, verbs=_verbs(case), papers=papers() if clear.reply.text else {},
        contact=contact_of(db(), lead if isinstance(lead, Unit) else lead.unit),
    ))  # fmt: skip


def asking(case: Case, verb: str) -> Response:
    """The one question of a verb, answered with one tap."""
    answers = STARS if verb == "rate" else REASONS
    return unkept(draw(NAME, sheet="tap", **_frame(case), verb=verb, question=VERBS[verb], answers=answers))


def said(verb: str, answer: str) -> Said | None:
    """What a tap on the answer to a verb's question says; None for what is none."""
    number = int(answer) if answer in "12345" and answer else 0
    if verb == "rate":
        return Said(stars=number) if number else None
    return Said(REASONS[number - 1]) if verb in VERBS and 1 <= number <= len(REASONS) else None


def _frame(case: Case) -> dict[str, Any]:
    return {
        "kind": kind_of(case), "number": spoken(case.number), "held": pass_for(case.number), "up": at("follow"),
        "take": url_for("cases.find"),
    }  # fmt: skip


def _verbs(case: Case) -> list[str]:
    allowed = verbs_open_to(db(), case, None)
    return [verb for verb in VERBS if verb in allowed]
