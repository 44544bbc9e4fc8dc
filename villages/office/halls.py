"""What the self-check asks about the halls: machines that are silent or ask to be paired, people who wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from villages.core.clock import moment_text, now
from villages.machines.queries import kiosks_asking, open_calls_within
from villages.machines.spans import lasted
from villages.machines.telling import told_of
from villages.settings import Settings

# A machine that asks, and a call that nobody answers, are nothing odd until then.
ASKS_LONG, WAITS_LONG = timedelta(hours=1), timedelta(minutes=10)


def silent(session: Session, _settings: Settings) -> Iterator[str]:
    """Machines that were not heard for as long as the county's rule says."""
    for told in told_of(session, None, at=now()):
        if told.state == "silent":
            yield f"{told.kiosk.name}的触摸一体机{told.state_words}：请看看电源和网线，或请人重新开机；不用了就停用"


def unanswered(session: Session, _settings: Settings) -> Iterator[str]:
    """Calls for help that nobody answered."""
    at = now()
    for call in open_calls_within(session, None):
        if at - call.called_at >= WAITS_LONG:
            place = call.kiosk.name if call.kiosk else "没有配对的屏幕"
            yield f"{place}有人 {moment_text(call.called_at)} 请求帮助，还没有人应答：请去看看，再点“我去”"


def asking(session: Session, _settings: Settings) -> Iterator[str]:
    """Machines that nobody pairs."""
    at = now()
    for kiosk in kiosks_asking(session, at=at):
        if at - kiosk.asked_at >= ASKS_LONG:
            waited = lasted((at - kiosk.asked_at).total_seconds())
            yield f"有一台机器等着配对，已经{waited}（现在的配对码 {kiosk.code}）：请核对屏幕后配对，不是我们的就拒绝"
