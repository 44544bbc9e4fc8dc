"""A case in the clear: for staff, each reading noted in the audit; for its writer, what they may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record_reading
from villages.core.refusal import Refusal
from villages.intake.acting import NONE_SUCH
from villages.intake.answering import Reply, reply_of
from villages.intake.history import kind_of, note_of
from villages.intake.models import Case, CaseStep
from villages.intake.sealed import opened_values
from villages.intake.seeing import visible_case

WHAT = "诉求的内容"  # as the audit says what was read


@dataclass(frozen=True)
class Clear:
    """What was typed, by the fields of the kind; what happened, each step with what was written; the answer."""

    values: Mapping[str, Any]
    steps: Sequence[tuple[CaseStep, str]]
    reply: Reply


def read_as_staff(session: Session, case: Case, *, by: Staff, at: datetime) -> Clear:
    """All of a case, for somebody who may see it; raises Refusal where they may not."""
    if visible_case(session, by, case.id) is None:
        raise Refusal(NONE_SUCH)
    record_reading(session, f"case:{case.number}", by=by.actor, at=at, what=WHAT)
    return in_clear(session, case)


def in_clear(session: Session, case: Case) -> Clear:
    """All of a case, for a door that has looked who may see it and had the reading noted."""
    return Clear(
        _values(session, case), [(step, note_of(session, step)) for step in case.steps], reply_of(session, case)
    )


def read_as_writer(session: Session, case: Case) -> Clear:
    """What whoever wrote a case may read of it: their own words, the steps shown to them, a sent answer."""
    shown = [(step, note_of(session, step)) for step in case.steps if step.is_shown]
    is_sent = any(step.verb == "answer" for step in case.steps)
    return Clear(_values(session, case), shown, _sent(session, case) if is_sent else Reply())


def text_of(session: Session, case: Case) -> str:
    """What a case says in the writer's own sentences; for a door that had the reading noted."""
    values = _values(session, case)
    asked = (field.name for field in kind_of(case).fields if field.block == "lines")
    return "\n".join(values[name] for name in asked if name in values)


def _values(session: Session, case: Case) -> Mapping[str, Any]:
    return opened_values(session, case.body, about=case.about("body"))


def _sent(session: Session, case: Case) -> Reply:
    """The answer that was sent last; a later draft is nobody's business yet."""
    last = max(n for n, step in enumerate(case.steps) if step.verb == "answer")
    drafted = next(step for step in reversed(case.steps[:last]) if step.verb == "draft")
    return Reply(note_of(session, drafted), drafted.detail.get("result", ""))
