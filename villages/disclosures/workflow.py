"""The table of the life of an item: (state, verb) -> the state after it and who may. Pure.

draft -> submitted -> approved as often as the kind demands -> published; sent back with a reason; scheduled; corrected
with a public note, or the correction given up; withdrawn with a notice left in place; archived. Whatever is not in the
table is refused. An item that is public while its correction is written, reviewed or awaited is in the state of the
correction; `of_public` says which verbs want such an item.
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
    "confirm": "确认紧急发布",
    "correct": "更正",
    "restore_edition": "恢复旧版",
    "discard": "放弃更正",
    "mask": "打码",
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
    """Where a verb leads, and the roles that may take it. A review's own role is the kind's, step by step.

    `of_public`: only for what the public sees already.
    """

    to: str
    roles: frozenset[str]
    of_public: bool = False


TABLE: dict[tuple[str, str], Move] = {
    ("draft", "write"): Move("draft", WRITERS),
    ("draft", "submit"): Move("in_review", WRITERS),
    ("draft", "mask"): Move("draft", WRITERS),
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
    ("published", "confirm"): Move("published", REVIEWERS),
    ("published", "correct"): Move("draft", WRITERS),
    ("published", "restore_edition"): Move("draft", WRITERS),
    ("draft", "discard"): Move("published", WRITERS, of_public=True),
    ("published", "withdraw"): Move("withdrawn", PUBLISHERS, of_public=True),
    ("draft", "withdraw"): Move("withdrawn", PUBLISHERS, of_public=True),
    ("in_review", "withdraw"): Move("withdrawn", PUBLISHERS, of_public=True),
    ("approved", "withdraw"): Move("withdrawn", PUBLISHERS, of_public=True),
    ("scheduled", "withdraw"): Move("withdrawn", PUBLISHERS, of_public=True),
    ("published", "archive"): Move("archived", NOBODY),
}


def move(state: str, verb: str, *, is_public: bool) -> Move:
    """Where a verb leads from a state; raises Refusal for what the table lacks."""
    found = TABLE.get((state, verb))
    if found is None or (found.of_public and not is_public):
        can = "、".join(VERBS[each] for each in verbs_of(state, is_public=is_public))
        raise Refusal(f"现在的状态是“{STATES[state]}”，不能{VERBS[verb]}" + (f"；可以：{can}" if can else ""))
    return found


def verbs_of(state: str, *, is_public: bool) -> list[str]:
    """What people may do with an item in a state, whatever their role."""
    return [
        verb for (at, verb), each in TABLE.items() if at == state and each.roles and (is_public or not each.of_public)
    ]
