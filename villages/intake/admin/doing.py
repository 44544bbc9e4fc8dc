"""What a form of a case's page says, read and done: each verb by its name, what it asks by its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.intake import answering, following, handling, refiling, reissuing, seating
from villages.intake.admin.blueprint import number_of
from villages.intake.fees import UNITS
from villages.intake.forms import Wrong
from villages.intake.history import open_consultations
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.places import about, chosen
from villages.intake.verbs import Act, Ask

# No applicant asks for more; a fee for more would be explained in more words than anybody reads.
MOST = 10_000
CALLS: Mapping[str, Callable[..., Any]] = {
    "release": handling.release, "discard": handling.discard, "confirm": handling.confirm, "accept": handling.accept,
    "decline": handling.decline, "pass_on": handling.pass_on, "note": handling.note, "correct": handling.correct,
    "ask_to_correct": handling.ask_to_correct, "give_up": handling.give_up, "consult": handling.consult,
    "consulted": handling.consulted, "ask_extension": handling.ask_extension, "extend": handling.extend,
    "ask_fee": handling.ask_fee, "pay": handling.pay, "fee_lapsed": handling.fee_lapsed,
    "forward": seating.forward, "join": seating.join, "return": seating.give_back, "recuse": seating.recuse,
    "restrict": seating.restrict, "refile": refiling.refile,
    "approve": answering.approve, "send_back": answering.send_back, "answer": answering.answer,
    "deliver": answering.deliver, "close": answering.close,
    "reissue": reissuing.reissue, "add": following.add, "withdraw": following.withdraw,
}  # fmt: skip

CHOICES: dict[str, Mapping[str, Any]] = {"scale": UNITS, "article": handling.SILENCE, "loss": reissuing.LOSSES}


def do(session: Session, case: Case, act: Act, form: Mapping[str, str], *, by: Staff, at: datetime) -> Any:
    """Take the step that a form asks for; raises Wrong for what was typed, Refusal for what may not be."""
    return CALLS[act.verb](session, case, **_values(session, case, act, form), by=by, at=at)


def _values(session: Session, case: Case, act: Act, form: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for ask in act.asks:
        text = form.get(ask.name, "").strip()
        try:
            values[ask.name] = _value(session, case, ask, text)
        except ValueError:
            problems[ask.name] = _problem(ask, text)
    if problems:
        raise Wrong(problems)
    if act.verb == "refile":
        found = about(session, values["kind"], form.get("about", ""))
        if found is None:
            raise Wrong({"about": "没有这个地方或单位，请重新选择"})
        values["about"] = found
    return values


def _value(session: Session, case: Case, ask: Ask, text: str) -> Any:
    """What an answer means; raises ValueError for none that can be."""
    if ask.block in ("lines", "text", "place", "applicant"):  # those that the verb itself looks at
        return text
    if ask.block == "day":
        return date.fromisoformat(text) if text else None
    if ask.block in ("count", "consultation"):
        return _count(case, ask, text)
    if ask.block in ("office", "places"):
        place = chosen(session, text)
        if place is None and (ask.needed or text):
            raise ValueError(text)
        return place if ask.block == "office" else (place,) if place is not None else ()
    if ask.block == "kind":
        return _among(kinds(), text)
    _among(CHOICES[ask.block], text)
    return text


def _count(case: Case, ask: Ask, text: str) -> int:
    number = number_of(text)
    if number is None or number > MOST or (ask.block == "consultation" and number not in open_consultations(case)):
        raise ValueError(text)
    return number


def _among(known: Mapping[str, Any], text: str) -> Any:
    if text not in known:
        raise ValueError(text)
    return known[text]


def _problem(ask: Ask, text: str) -> str:
    """What to do about an answer that cannot be."""
    if ask.block == "day":
        return f"“{ask.label}”看不懂，请写成 2026-01-31 这样"
    if ask.block == "count":
        return f"“{ask.label}”请填一个整数" + (f"，最大 {MOST}" if text else "，现在是空的")
    return f"请选“{ask.label}”"
