"""The table of a plate's life: (state, verb) -> the state after it. Pure.

issued -> printed -> posted -> found fine, damaged, suspicious or missing -> printed and posted again, or replaced.
Whatever is not in the table is refused. A plate that came down, or is illegible, is printed again with the same number,
which is also on paper elsewhere; one whose code cannot be trusted any more, or a metal one that is lost, is replaced by
a plate with a new number, and the old number says so to whoever scans it. Printing does not clear a suspicion: only
somebody who stands before the plate does.
"""

from __future__ import annotations

from villages.core.refusal import Refusal

STATES = {
    "issued": "还没打印",
    "printed": "待张贴",
    "posted": "张贴在用",
    "damaged": "损坏",
    "suspicious": "可疑",
    "missing": "不见了",
    "replaced": "已换新码",
    "retired": "已停用",
}
OVER = frozenset({"replaced", "retired"})
VERBS = {
    "print": "打印",
    "post": "记为已张贴",
    "fine": "记为完好",
    "damaged": "记为损坏",
    "suspicious": "记为可疑",
    "missing": "记为不见了",
    "replace": "换新码",
    "retire": "停用",
}
# What somebody may find who stands before a plate, in the order in which a phone offers it.
FINDINGS = {"fine": "完好", "damaged": "损坏", "suspicious": "可疑", "missing": "不见了", "post": "刚贴上"}

_SEEN = {"post": "posted", "fine": "posted", "damaged": "damaged", "suspicious": "suspicious"}
_ENDS = {"replace": "replaced", "retire": "retired"}
_HANGS = _SEEN | {"missing": "missing"} | _ENDS
TABLE: dict[str, dict[str, str]] = {
    # What was never printed here may hang all the same, made of metal from a drawn code; but it cannot be missed.
    "issued": {"print": "printed"} | _SEEN | _ENDS,
    "printed": {"print": "printed"} | _HANGS,
    "posted": {"print": "posted"} | _HANGS,
    "damaged": {"print": "printed"} | _HANGS,
    "suspicious": {"print": "suspicious"} | _HANGS,
    "missing": {"print": "printed"} | _HANGS,
    "replaced": {},
    "retired": {},
}


def move(state: str, verb: str, number: str) -> str:
    """The state after a verb; raises Refusal, naming the plate, for what the table lacks."""
    after = TABLE[state].get(verb)
    if after is not None:
        return after
    if state in OVER:
        raise Refusal(f"码牌 {number} 已经停用，不能再{VERBS[verb]}；如果它还挂着，请取下来")
    can = "、".join(VERBS[each] for each in TABLE[state])
    raise Refusal(f"码牌 {number} 的状态是“{STATES[state]}”，不能{VERBS[verb]}；可以：{can}")
