"""The table of the life of a case: (state, verb) -> the state after it and who may. Pure.

received -> confirmed (where the kind wants it) -> accepted, or declined, or returned for correction -> in hand, with
others consulted, a fee asked for, more time given -> an answer drafted, approved, sent -> closed. A writer who is not
helped says so once: the case is opened again, for its handler and the township. Whatever is not in the table is
refused. Sources: 政府信息公开条例 (2019) Arts 30-36; 信访工作条例 Arts 22-23, 31-36.
"""

from __future__ import annotations

from dataclasses import dataclass

from villages.core.refusal import Refusal

STATES = {
    "held": "等人查看",
    "received": "已收到",
    "correcting": "等补充",
    "in_hand": "办理中",
    "consulting": "征求意见",
    "paying": "等缴费",
    "drafted": "答复待审",
    "approved": "答复待发",
    "answered": "已答复",
    "declined": "不予受理",
    "passed_on": "已转出",
    "withdrawn": "已撤回",
    "closed": "已办结",
}
VERBS = {
    "release": "放行",
    "discard": "不收",
    "confirm": "确认收到",
    "accept": "受理",
    "decline": "不予受理",
    "pass_on": "转到别处",
    "forward": "转办",
    "join": "请人协办",
    "recuse": "回避",
    "return": "退回转办",
    "note": "记一笔",
    "ask_to_correct": "请补充",
    "correct": "补充",
    "give_up": "逾期不补正",
    "consult": "征求意见",
    "consulted": "收到意见",
    "extend": "延期",
    "ask_fee": "通知缴费",
    "pay": "已缴费",
    "fee_lapsed": "逾期未缴费",
    "draft": "写答复",
    "approve": "同意答复",
    "send_back": "退回答复",
    "answer": "发出答复",
    "deliver": "记下送达",
    "add": "补充说明",
    "withdraw": "撤回",
    "rate": "评价",
    "not_solved": "没解决",
    "close": "办结",
}
HANDLERS = frozenset({"handler"})
APPROVERS = frozenset({"handler", "approver"})
# The person who wrote, known by number and code.
WRITER = frozenset({"writer"})
OPEN = ("held", "received", "correcting", "in_hand", "consulting", "paying", "drafted", "approved")
AT_WORK = ("in_hand", "consulting", "drafted", "approved")


@dataclass(frozen=True)
class Move:
    """Where a verb leads ('' to where it was), and who may take it. `by_other`: never by whoever took the step before.

    `is_law`: only where the kind's terms know the period that it moves (correction, consultation, fee, extension).
    """

    to: str
    roles: frozenset[str]
    by_other: bool = False
    is_law: bool = False


TABLE: dict[tuple[str, str], Move] = {
    ("held", "release"): Move("received", HANDLERS),
    ("held", "discard"): Move("closed", HANDLERS),
    ("received", "confirm"): Move("received", HANDLERS, is_law=True),
    ("received", "accept"): Move("in_hand", HANDLERS),
    ("received", "decline"): Move("declined", HANDLERS),
    ("received", "ask_to_correct"): Move("correcting", HANDLERS, is_law=True),
    ("in_hand", "ask_to_correct"): Move("correcting", HANDLERS, is_law=True),
    ("correcting", "correct"): Move("in_hand", WRITER | HANDLERS),
    ("correcting", "give_up"): Move("drafted", HANDLERS),
    ("in_hand", "consult"): Move("consulting", HANDLERS, is_law=True),
    ("consulting", "consult"): Move("consulting", HANDLERS, is_law=True),
    ("consulting", "consulted"): Move("in_hand", HANDLERS),
    ("in_hand", "ask_fee"): Move("paying", HANDLERS, is_law=True),
    ("paying", "pay"): Move("in_hand", HANDLERS),
    ("paying", "fee_lapsed"): Move("drafted", HANDLERS),
    ("in_hand", "draft"): Move("drafted", HANDLERS),
    ("consulting", "draft"): Move("drafted", HANDLERS),
    ("drafted", "draft"): Move("drafted", HANDLERS),
    ("drafted", "approve"): Move("approved", APPROVERS, by_other=True),
    ("drafted", "send_back"): Move("in_hand", APPROVERS),
    ("approved", "answer"): Move("answered", HANDLERS),
    ("answered", "deliver"): Move("answered", HANDLERS),
    ("answered", "rate"): Move("answered", WRITER),
    ("answered", "not_solved"): Move("in_hand", WRITER),
    ("answered", "close"): Move("closed", HANDLERS),
    ("declined", "close"): Move("closed", HANDLERS),
    ("withdrawn", "close"): Move("closed", HANDLERS),
    ("passed_on", "close"): Move("closed", HANDLERS),
    **{(state, "extend"): Move("", HANDLERS, is_law=True) for state in AT_WORK},
    **{(state, "withdraw"): Move("withdrawn", WRITER | HANDLERS) for state in OPEN},
    **{(state, "add"): Move("", WRITER | HANDLERS) for state in OPEN},
    **{(state, verb): Move("", HANDLERS) for state in OPEN for verb in ("forward", "join", "recuse", "return", "note")},
    **{(state, "pass_on"): Move("passed_on", HANDLERS) for state in ("received", "in_hand")},
}


def move(state: str, verb: str) -> Move:
    """Where a verb leads from a state; raises Refusal where it leads nowhere."""
    found = TABLE.get((state, verb))
    if found is None:
        raise Refusal(f"这件事现在是“{STATES[state]}”，不能{VERBS[verb]}")
    return found


def verbs_of(state: str, role: str) -> list[str]:
    """What a role may do in a state, in the order of VERBS."""
    return [verb for verb in VERBS if (state, verb) in TABLE and role in TABLE[state, verb].roles]


def is_open(state: str) -> bool:
    """Whether somebody still has to do something."""
    return state in OPEN
