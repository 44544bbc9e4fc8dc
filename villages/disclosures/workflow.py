"""The table of the life of an item: (state, verb) -> the state after it and who may. Pure.

draft -> submitted -> approved as often as the kind demands -> published; sent back with a reason; scheduled; corrected
with a public note; withdrawn with a notice left in place; archived. Whatever is not in the table is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from villages.core.refusal import Refusal

STATES = {
    "draft": "草稿",
    "in_review": "待审",
    "approved": "待发布",
    "scheduled": "定时发布",
    "published": "已发布",
    "withdrawn": "已撤回",
    "archived": "已归档",
}
VERBS = {
    "write": "修改",
    "submit": "送审",
    "approve": "审核通过",
    "send_back": "退回",
    "override": "放行",
    "publish": "发布",
    "schedule": "定时发布",
    "emergency": "紧急发布",
    "correct": "更正",
    "withdraw": "撤回",
    "archive": "归档",
}
WRITERS = frozenset({"editor", "reviewer", "publisher"})
REVIEWERS = frozenset({"reviewer", "publisher"})
PUBLISHERS = frozenset({"publisher"})
# Done by what is due, not by a person.
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Move:
    """Where a verb leads, and the roles that may take it. A review's own role is the kind's, step by step."""

    to: str
    roles: frozenset[str]


TABLE: dict[tuple[str, str], Move] = {
    ("draft", "write"): Move("draft", WRITERS),
    ("draft", "submit"): Move("in_review", WRITERS),
    ("draft", "override"): Move("draft", REVIEWERS),
    ("draft", "emergency"): Move("published", PUBLISHERS),
    ("in_review", "approve"): Move("in_review", REVIEWERS),
    ("in_review", "send_back"): Move("draft", REVIEWERS),
    ("in_review", "override"): Move("in_review", REVIEWERS),
    ("approved", "publish"): Move("published", PUBLISHERS),
    ("approved", "schedule"): Move("scheduled", PUBLISHERS),
    ("approved", "send_back"): Move("draft", REVIEWERS),
    ("scheduled", "publish"): Move("published", PUBLISHERS),
    ("scheduled", "send_back"): Move("draft", REVIEWERS),
    ("published", "correct"): Move("draft", WRITERS),
    ("published", "withdraw"): Move("withdrawn", PUBLISHERS),
    ("published", "archive"): Move("archived", NOBODY),
}


def move(state: str, verb: str) -> Move:
    """Where a verb leads from a state; raises Refusal for what the table lacks."""
    found = TABLE.get((state, verb))
    if found is None:
        can = "、".join(VERBS[each] for at, each in TABLE if at == state and TABLE[at, each].roles)
        raise Refusal(f"现在的状态是“{STATES[state]}”，不能{VERBS[verb]}" + (f"；可以：{can}" if can else ""))
    return found
