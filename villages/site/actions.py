"""Verbs of the site's details. Every page shows them, so each change raises every page's version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_all
from villages.core.refusal import Refusal, needed
from villages.site.details import BY_KEY, Detail
from villages.site.models import Proposal, SiteDetail
from villages.site.rules import RULE_BY_KEY, Rule

SETTABLE: dict[str, Detail | Rule] = {**BY_KEY, **RULE_BY_KEY}


def set_detail(session: Session, key: str, value: str, *, by: Actor, at: datetime) -> None:
    """State a detail; raises Refusal for an unknown key or a value that is not of its form."""
    value = value.strip()
    _refuse_unknown(key)
    problem = SETTABLE[key].problem(value)
    if problem:
        raise Refusal(problem)
    row = session.get(SiteDetail, key) or SiteDetail(key=key)
    record(session, "site.set", f"site:{key}", by=by, at=at, old=row.value or "", new=value)
    row.value, row.at = value, at
    session.add(row)
    session.flush()
    raise_all(session)


def clear_detail(session: Session, key: str, *, by: Actor, at: datetime) -> None:
    """State a detail no longer; raises Refusal where it is not set."""
    _refuse_unknown(key)
    row = session.get(SiteDetail, key)
    if row is None:
        raise Refusal(f"“{SETTABLE[key].label}”还没有设置，不用清除")
    record(session, "site.clear", f"site:{key}", by=by, at=at, old=row.value)
    session.delete(row)
    session.flush()
    raise_all(session)


def _refuse_unknown(key: str) -> None:
    if key not in SETTABLE:
        can = "、".join(f"{each}（{told.label}）" for each, told in SETTABLE.items())
        raise Refusal(f"没有“{key}”这一项，可以设置的有：{can}")


def propose(
    session: Session, act: str, payload: Mapping[str, Any], lines: Sequence[str], *, by: Actor, at: datetime
) -> Proposal:
    """Ask a second person to confirm a change; nothing is changed yet."""
    proposal = Proposal(act=act, payload=dict(payload), lines=list(lines), by=by.name, staff_id=by.staff_id, at=at)
    session.add(proposal)
    session.flush()
    record(session, "proposal.make", f"proposal:{proposal.id}", by=by, at=at, what=act, lines=list(lines))
    return proposal


def confirm(session: Session, proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Confirm what somebody else proposed; whoever calls this does it in the same transaction."""
    _decide(session, proposal, "confirmed", "", by=by, at=at)


def decline(session: Session, proposal: Proposal, reason: str, *, by: Actor, at: datetime) -> None:
    """Say no, with the reason; one's own proposal may be taken back like this too."""
    _decide(session, proposal, "declined", needed(reason, "不同意的原因"), by=by, at=at)


def _decide(session: Session, proposal: Proposal, verdict: str, note: str, *, by: Actor, at: datetime) -> None:
    session.refresh(proposal, with_for_update=True)
    if proposal.verdict:
        raise Refusal(f"这一项{proposal.decided_by}已经处理过了")
    if verdict == "confirmed" and proposal.staff_id == by.staff_id:
        raise Refusal("这是您自己提的，要由另一个人来复核")
    proposal.verdict, proposal.note = verdict, note
    proposal.decided_by, proposal.decided_at = by.name, at
    record(session, f"proposal.{verdict}", f"proposal:{proposal.id}", by=by, at=at, what=proposal.act)
