"""What the self-check asks about cases: counts alone, since whoever reads them handles none.

Where nobody sees a case, the office is named that lacks somebody: that tells nothing of whom the case is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from villages.core.clock import day_of, now
from villages.intake.models import Case, Outbox
from villages.intake.queries import count_overdue, numbers_that_nobody_sees
from villages.settings import Settings

# What is tried again is nothing odd until then.
LONG = timedelta(hours=1)


def unseen(session: Session, _settings: Settings) -> Iterator[str]:
    """Open cases that lie where nobody has an account to see them."""
    found = session.scalars(select(Case).where(Case.number.in_(numbers_that_nobody_sees(session))))
    for place, count in Counter(case.held_by[0].place.name for case in found).items():
        yield f"有 {count} 件诉求在“{place}”，但没有人能看到：请给“{place}”建承办员账号（或让停用的恢复）"


def overdue(session: Session, _settings: Settings) -> Iterator[str]:
    """Cases whose last day for an answer is over."""
    if count := count_overdue(session, day_of(now())):
        yield f"有 {count} 件诉求过了答复的最后一天，还没有答复：请催承办的单位"


def stuck(session: Session, _settings: Settings) -> Iterator[str]:
    """What waits to be sent for long, or was given up."""
    waits = Outbox.next_at.is_not(None) & (Outbox.made_at < now() - LONG)
    is_stuck = or_(waits, Outbox.next_at.is_(None) & Outbox.sent_at.is_(None))
    query = select(Outbox.trouble, func.count()).where(is_stuck).group_by(Outbox.trouble).order_by(Outbox.trouble)
    for trouble, count in session.execute(query):
        how = "请在“诉求通知”里核对设置，再按“全部再发”（或运行 villages cases resend）"
        yield f"有 {count} 条诉求的通知没有发出去：{trouble or '定时的工作没有运行'}。{how}"
