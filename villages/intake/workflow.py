"""The table of the life of a case: (state, verb) -> the state after it and who may. Pure.

received -> confirmed (where the kind wants it) -> accepted, or declined, or returned for correction -> in hand, with
others consulted, a fee asked for, more time given -> an answer drafted, approved, sent -> closed. A writer who is not
helped says so once: the case is opened again, for its handler and the office above. Whatever is not in the table is
refused. Sources: 政府信息公开条例 (2019) Arts 30-36, 39; 信访工作条例 Arts 22-23, 30-36.
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
    "discarded": "没有收",
    "closed": "已办结",
}
VERBS = {
    "release": "放行",
    "discard": "不收",
    "confirm": "确认收到",
    "accept": "受理",
    "decline": "不予受理",
    "pass_on": "转到别处",
    "refile": "改按另一类办理",
    "forward": "转办",
    "join": "请人协办",
    "recuse": "回避",
    "return": "退回转办",
    "restrict": "限定谁能看",
    "note": "记一笔",
    "ask_to_correct": "请补充",
    "correct": "补充",
    "give_up": "按逾期不补正办",
    "consult": "征求意见",
    "consulted": "收到意见",
    "ask_extension": "请求延期",
    "extend": "同意延期",
    "ask_fee": "通知缴费",
    "pay": "记下缴费",
    "fee_lapsed": "按逾期未缴费办",
    "draft": "写答复",
    "approve": "同意答复",
    "send_back": "退回答复",
    "answer": "发出答复",
    "deliver": "记下送达",
    "reissue": "补发回执",
    "add": "补充说明",
    "withdraw": "撤回",
    "offer": "推荐公开",
    "rate": "评价",
    "not_solved": "说没解决",
    "close": "办结",
    "forget": "删除个人信息",
}
# What happens without anybody choosing it.
OWN_VERBS = {"receive": "收到", "recount": "重新计算期限", "erase": "到期删除"}
HANDLERS = frozenset({"handler"})
# Whoever was asked to help may note, and leave; the answer is the handler's.
JOINED = frozenset({"handler", "joined"})
# The person who wrote, known by number and code.
WRITER = frozenset({"writer"})
OPEN = ("held", "received", "correcting", "in_hand", "consulting", "paying", "drafted", "approved")
AT_WORK = ("in_hand", "consulting", "drafted", "approved")
# The writer is waited for: what they are told counts from what they do.
ASKED = ("correcting", "paying")
# Ended in one way or another, and still to be put away.
ENDED = ("answered", "declined", "passed_on", "withdrawn")


@dataclass(frozen=True)
class Move:
    """Where a verb leads ('' to where it was), and who may take it.

    `by_other`: never by whoever took this verb last. `needs`: only for kinds whose terms know this period (a field of
    kinds.Dated). `not_application`: an application is always answered with a result instead. `with_consent`: once,
    where the writer agreed that others may read it.
    """

    to: str
    roles: frozenset[str]
    by_other: str = ""
    needs: str = ""
    not_application: bool = False
    with_consent: bool = False


TABLE: dict[tuple[str, str], Move] = {
    ("held", "release"): Move("received", HANDLERS),
    ("held", "discard"): Move("discarded", HANDLERS),
    ("received", "confirm"): Move("received", HANDLERS, needs="confirm"),
    ("received", "accept"): Move("in_hand", HANDLERS),
    ("received", "decline"): Move("declined", HANDLERS, not_application=True),
    ("correcting", "correct"): Move("in_hand", WRITER | HANDLERS),
    ("correcting", "give_up"): Move("drafted", HANDLERS),
    ("in_hand", "consult"): Move("consulting", HANDLERS, needs="consult"),
    ("consulting", "consult"): Move("consulting", HANDLERS, needs="consult"),
    ("consulting", "consulted"): Move("in_hand", HANDLERS),
    ("in_hand", "ask_fee"): Move("paying", HANDLERS, needs="fee"),
    ("paying", "pay"): Move("in_hand", HANDLERS),
    ("paying", "fee_lapsed"): Move("drafted", HANDLERS),
    ("in_hand", "draft"): Move("drafted", HANDLERS),
    ("consulting", "draft"): Move("drafted", HANDLERS),
    ("drafted", "draft"): Move("drafted", HANDLERS),
    ("drafted", "approve"): Move("approved", HANDLERS, by_other="draft"),
    ("approved", "answer"): Move("answered", HANDLERS),
    ("answered", "not_solved"): Move("in_hand", WRITER, not_application=True),
    ("closed", "forget"): Move("closed", WRITER),
    **{(state, "pass_on"): Move("passed_on", HANDLERS, not_application=True) for state in ("received", "in_hand")},
    **{(state, "refile"): Move("", HANDLERS) for state in ("received", "in_hand")},
    **{(state, "ask_to_correct"): Move("correcting", HANDLERS, needs="correct") for state in ("received", "in_hand")},
    **{(state, "ask_extension"): Move("", HANDLERS, needs="extension") for state in AT_WORK},
    **{(state, "extend"): Move("", HANDLERS, by_other="ask_extension", needs="extension") for state in AT_WORK},
    **{(state, "send_back"): Move("in_hand", HANDLERS) for state in ("drafted", "approved")},
    **{(state, "withdraw"): Move("withdrawn", WRITER | HANDLERS) for state in OPEN},
    **{(state, "add"): Move("", WRITER | HANDLERS) for state in OPEN},
    **{(state, verb): Move("", HANDLERS) for state in OPEN for verb in ("forward", "join", "restrict")},
    **{(state, verb): Move("", JOINED) for state in OPEN for verb in ("note", "recuse", "return")},
    **{(state, verb): Move("", role) for state in ("answered", "closed")
       for verb, role in (("deliver", HANDLERS), ("rate", WRITER))},
    **{(state, "offer"): Move("", HANDLERS, with_consent=True) for state in ("answered", "closed")},
    **{(state, "reissue"): Move("", HANDLERS) for state in (*OPEN, *ENDED, "closed")},
    **{(state, "close"): Move("closed", HANDLERS) for state in ENDED},
}  # fmt: skip


def move(state: str, verb: str) -> Move:
    """Where a verb leads from a state; raises Refusal where it leads nowhere."""
    found = TABLE.get((state, verb))
    if found is None:
        raise Refusal(f"这件事现在是“{STATES[state]}”，不能{VERBS[verb]}")
    return found


def verbs_of(state: str, role: str) -> list[str]:
    """What a role may do in a state, in the order of VERBS."""
    return [verb for verb in VERBS if (state, verb) in TABLE and role in TABLE[state, verb].roles]


def verb_word(verb: str) -> str:
    """What a verb is called."""
    return VERBS.get(verb) or OWN_VERBS[verb]
