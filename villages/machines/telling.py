"""What is told of the machines: one row each, for the fleet page, its JSON answer and the command. No personal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.core.clock import day_of
from villages.machines.models import Kiosk
from villages.machines.queries import counts_on, kiosks_within, open_calls_within, state_of
from villages.machines.spans import lasted
from villages.machines.words import ERRORS, STATES
from villages.registry.models import Unit
from villages.site.queries import rules_of

# The purpose of the key that monitoring sends.
KEY = "kiosks"


@dataclass(frozen=True)
class Told:
    """One machine at a moment: how it stands, what it did today, how many wait there for a person."""

    kiosk: Kiosk
    at: datetime
    state: str
    today: dict[str, int]
    open_calls: int

    @property
    def state_words(self) -> str:
        """How it stands, in words: 正常; 12 分钟没有消息."""
        if self.state != "silent":
            return STATES[self.state]
        last = self.kiosk.heard_at
        return f"{lasted((self.at - last).total_seconds())}没有消息" if last else "配对后没有消息"

    @property
    def error_words(self) -> str:
        """What went wrong there last, in words; '' for nothing."""
        return ERRORS.get(self.kiosk.last_error, "")

    def row(self) -> dict[str, Any]:
        """The same for programs; moments in ISO 8601."""
        kiosk, unit = self.kiosk, self.kiosk.unit
        moments = {name: getattr(kiosk, name) for name in ("paired_at", "heard_at", "content_at", "touched_at")}
        return {
            "id": kiosk.id,
            "state": self.state,
            "hall": unit.name if unit else "",
            "hall_code": unit.division_code if unit else "",
            "name": kiosk.name,
            "orientation": kiosk.orientation,
            **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
            "version": kiosk.version,
            "up_seconds": kiosk.up_seconds,
            "screen": kiosk.screen,
            "printed": kiosk.printed,
            "errors": kiosk.errors,
            "last_error": kiosk.last_error,
            "today": self.today,
            "open_calls": self.open_calls,
        }


def told_of(session: Session, scope: Unit | None, *, at: datetime) -> Sequence[Told]:
    """The machines of the halls in a unit's subtree, or all: silent ones first, revoked ones last."""
    minutes, today = rules_of(session)["kiosk_silent"], counts_on(session, day_of(at))
    waiting = Counter(call.kiosk_id for call in open_calls_within(session, scope))
    told = [
        Told(each, at, state_of(each, at, silent_minutes=minutes), today.get(each.id, {}), waiting[each.id])
        for each in kiosks_within(session, scope)
    ]
    return sorted(told, key=lambda each: each.state != "silent")
