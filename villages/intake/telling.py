"""A case in the words of whoever wrote it: where it stands, what happened, what comes next and how that was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from villages.calendar.queries import calendar_of
from villages.core.clock import day_text
from villages.intake.answering import Reply
from villages.intake.deadlines import Clock, Span
from villages.intake.history import clock_of, last_step, terms_of
from villages.intake.letters import lacks_remedy
from villages.intake.models import Case, CaseStep
from villages.intake.numbers import spoken
from villages.intake.results import results
from villages.intake.routing import who_hears
from villages.intake.workflow import ASKED, OPEN

WEEK = "一二三四五六日"
OLD_CODE = "查询码还是补发以前的那个，找不到了就带身份证到县里的窗口，请他们为那一件也补发"
# Where a case stands. What is held back is to its writer a case that came in; drafts are the office's own business.
STATES = {
    "held": "已经收到",
    "received": "已经收到",
    "correcting": "等您补充",
    "in_hand": "正在办",
    "consulting": "正在办，在征求别人的意见",
    "paying": "等您缴费",
    "drafted": "正在办",
    "approved": "正在办",
    "answered": "已经答复",
    "declined": "没有受理",
    "passed_on": "转给了别的单位",
    "withdrawn": "您撤回了",
    "discarded": "没有收下",
    "closed": "已经办结",
}
# What happened, by its verb; those of the writer's own say 您.
STEPS = {
    "receive": "收到了您写的",
    "confirm": "和您确认了收到的日期",
    "accept": "受理了，开始办",
    "decline": "没有受理",
    "pass_on": "转给了别的单位",
    "refile": "改按另一类办理",
    "ask_to_correct": "请您补充",
    "correct": "补充了",
    "extend": "延长了办理期限",
    "ask_fee": "请您缴费",
    "pay": "收到了您缴的费",
    "answer": "答复了",
    "deliver": "送到了",
    "reissue": "补发了回执，原来的查询码不能用了",
    "add": "补充说明",
    "withdraw": "撤回了",
    "rate": "您打了分",
    "not_solved": "您说没有解决，退回重办",
    "close": "办结了",
    "forget": "您删掉了姓名、电话和照片",
}
# Whose words are the writer's, whoever wrote them down.
OWN_WORDS = ("add", "correct", "withdraw", "rate", "not_solved")
REFUSED = "经查看，没有当作诉求收下。如果弄错了，请打电话说，或者重新写一次"


@dataclass(frozen=True)
class Promise:
    """Something that will happen by a day: what, when, how that was reckoned, and every day of the count."""

    what: str
    on: date | None
    how: str
    days: Sequence[str] = ()


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, what, and the words that went with it."""

    on: date
    what: str
    text: str


def promises(session: Session, case: Case, *, today: date) -> list[Promise]:
    """What the writer may expect next, the soonest first."""
    if case.state not in OPEN:
        return []
    found = clock_of(session, case)
    return [*_acknowledgement(session, case, today), *_waited_for(case, found), *_answer(case, found)]


def lines(shown: Sequence[tuple[CaseStep, str]], *, with_own_words: bool = True) -> list[Line]:
    """What happened, as the writer may read it, the first thing first.

    `with_own_words`: with what they wrote themselves; not where others may stand behind them.
    """
    reissued = max((step.ordinal for step, _ in shown if step.verb == "reissue"), default=0)
    return [
        Line(
            step.on, _step(step, is_before=step.ordinal < reissued),
            text if with_own_words or step.verb not in OWN_WORDS else "",
        )
        for step, text in shown
    ]  # fmt: skip


def remedy(case: Case, reply: Reply) -> str:
    """What may be done against the answer to an application, where its text does not say so; '' for all else."""
    result = results().get(reply.result)
    if result is None or not lacks_remedy(reply.text, result):
        return ""
    return result.remedy(heard_by=who_hears(case))


def _step(step: CaseStep, *, is_before: bool) -> str:
    """What a step is called; `is_before`: a receipt was given again since, for this case and not for what is of it."""
    word = STEPS.get(step.verb, "")
    if step.verb == "rate":
        return f"{word}：{step.detail.get('stars', '')} 颗星"
    if step.verb == "refile":
        return f"{word}，新的编号 {spoken(step.detail['number'])}，{OLD_CODE if is_before else '查询码不变'}"
    if step.verb in ("add", "correct", "withdraw"):
        return f"您{word}" if step.staff_id is None else f"工作人员替您{word}"
    return word


def _acknowledgement(session: Session, case: Case, today: date) -> Iterator[Promise]:
    dated = terms_of(case)
    span = dated.acknowledge or dated.terms.confirm
    if case.acknowledge_on is None or span is None:
        return
    what = "和您确认收到的日期" if dated.acknowledge is None else "告诉您受理不受理"
    start = case.received_on
    on = span.after(calendar_of(session), start).on
    late = "，已经晚了，您可以打电话催" if today > on else ""
    yield Promise(what, on, f"从收到那天（{day_text(start)}）的第二天算起，第{_spoken(span)}（{span.article}）{late}")


def _waited_for(case: Case, found: Clock) -> Iterator[Promise]:
    until = found.waits_until.on if found.waits_until else None
    if found.state == "correcting":
        asked = last_step(case, "ask_to_correct")
        days = f"，给您 {asked.days} 个工作日" if asked is not None and asked.days else ""
        yield Promise("请您补充", until, f"从通知那天的第二天算起{days}；补充以后，答复的期限重新算")
    elif found.state == "paying":
        yield Promise("请您缴费", until, "从通知那天的第二天算起；缴了以后，答复的期限重新算")


def _answer(case: Case, found: Clock) -> Iterator[Promise]:
    span = terms_of(case).terms.answer
    if found.due is not None and case.state not in ASKED:
        how = f"{found.due.explain}（{span.article}）"
        yield Promise("答复您", found.due.on, how, [_day(each.on, each.number, each.why) for each in found.days])
    elif found.state == "unconfirmed":
        yield Promise("答复您", None, f"从确认那天的第二天算起，第{_spoken(span)}以前（{span.article}）")


def _spoken(span: Span) -> str:
    return f" {span.days} 个工作日" if span.unit == "working" else f" {span.days} 天"


def _day(on: date, number: int | None, why: str) -> str:
    told = f"第 {number} 天" if number is not None else f"不算（{why}）"
    return f"{on.month}月{on.day}日 星期{WEEK[on.weekday()]}：{told}"
