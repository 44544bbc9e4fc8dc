"""Verbs of the site's details. Every page shows them, so each change raises every page's version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.freshness import raise_all
from villages.core.refusal import Refusal
from villages.site.details import BY_KEY, Detail
from villages.site.models import SiteDetail
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
