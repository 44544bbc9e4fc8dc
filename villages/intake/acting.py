"""One step of a case's life: checked against the table, the role and who may see it; noted, reckoned, audited.

Every verb of handling.py, seating.py, answering.py and following.py goes through `take`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.core.clock import moment_text
from villages.core.refusal import Refusal
from villages.intake.history import WRITER, Told, add_step, kind_of, last_step, terms_of
from villages.intake.models import Case, CaseStep
from villages.intake.seeing import role_of, visible_case, visible_to
from villages.intake.workflow import STATES, VERBS, Move, move, verb_word, verbs_of

NONE_SUCH = "没有这件诉求，请核对编号"
NOTHING = Told()


def held(session: Session, case_id: int, *, by: Staff | None, seen: int | None = None) -> Case:
    """A case that somebody may see, locked until the transaction ends; `by` None is its writer.

    `seen`: how many steps the person saw. Raises Refusal where there is no such case, or not for them, and where
    something was done with it since.
    """
    query = select(Case).where(Case.id == case_id).with_for_update(of=Case)
    query = query if by is None else query.where(visible_to(by))
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Refusal(NONE_SUCH)
    session.expire(found, ["steps", "seats", "barred"])
    if seen is not None and seen != len(found.steps):
        step = found.steps[-1]
        raise Refusal(
            f"这件诉求{step.by}在{moment_text(step.at)}{verb_word(step.verb)}过，和您打开时不一样了。请重新打开，看过再办"
        )
    return found


def take(
    session: Session, case: Case, verb: str, told: Told = NOTHING, *, by: Staff | None, at: datetime, to: str = "",
    reason: str = "",
) -> CaseStep:  # fmt: skip
    """Take one step; `by` None is the writer. `to`: another state than the table's. Raises Refusal where it may not be.

    What a person wrote is sealed with the step; the audit tells the verb, the states and `reason`, one of our own
    words, and nothing of it.
    """
    found = _allowed(session, case, verb, by)
    before = case.state
    case.state = to or found.to or before
    actor = WRITER if by is None else by.actor
    step = add_step(session, case, verb, told, by=actor, at=at)
    change: dict[str, Any] = {"old": STATES[before], "new": STATES[case.state]} if case.state != before else {}
    change |= {"reason": reason} if reason else {}
    record(session, f"case.{verb}", f"case:{case.number}", by=actor, at=at, **change)
    return step


def verbs_open_to(session: Session, case: Case, by: Staff | None) -> list[str]:
    """What somebody may do with a case now, in the order of workflow.VERBS; nothing where they do not see it."""
    role = _role(session, case, by)
    return [verb for verb in verbs_of(case.state, role) if not _hindrance(case, verb, move(case.state, verb), by)]


def _allowed(session: Session, case: Case, verb: str, by: Staff | None) -> Move:
    role = _role(session, case, by)
    if not role:
        raise Refusal(NONE_SUCH)
    found = move(case.state, verb)
    if role not in found.roles:
        raise Refusal(f"这件诉求不由您{VERBS[verb]}")
    if hindrance := _hindrance(case, verb, found, by):
        raise Refusal(hindrance)
    return found


def _role(session: Session, case: Case, by: Staff | None) -> str:
    """As what somebody acts on a case; '' where they do not see it."""
    if by is None:
        return "writer"
    return role_of(by, case) if visible_case(session, by, case.id) is not None else ""


def _hindrance(case: Case, verb: str, found: Move, by: Staff | None) -> str:
    """Why somebody may not take a step that the table knows; '' where they may."""
    if case.forgotten_at is not None:
        return "这件诉求已到保存期限，内容已经删除，不能再办了"
    kind = kind_of(case)
    if found.not_application and kind.is_application:
        return f"“{kind.label}”不能{VERBS[verb]}，请用相应的答复结果答复"
    if found.needs and terms_of(case).span(found.needs) is None:
        return f"“{kind.label}”不能{VERBS[verb]}"
    if found.with_consent and (hindrance := _unfit_for_others(case, verb)):
        return hindrance
    return _by_oneself(case, verb, found.by_other, by) if found.by_other else ""


def _by_oneself(case: Case, verb: str, before: str, by: Staff | None) -> str:
    """Why somebody may not take the step that another must take after `before`; '' where they may."""
    last = last_step(case, before)
    if last is None:
        return f"还没有人{VERBS[before]}"
    is_own = by is not None and last.staff_id == by.id
    return f"{VERBS[before]}的是您自己，{VERBS[verb]}要由另一个人来做" if is_own else ""


def _unfit_for_others(case: Case, verb: str) -> str:
    """Why a case may not be put before the public; '' where it may."""
    if case.is_restricted or not kind_of(case).offers_publication:
        return f"这件诉求不能{VERBS[verb]}"
    if not case.may_publish:
        return f"写信人没有同意公开，不能{VERBS[verb]}"
    if case.answered_on is None:
        return f"这件诉求没有答复过，不能{VERBS[verb]}"
    return f"这件诉求已经{VERBS[verb]}过一次" if last_step(case, verb) is not None else ""
