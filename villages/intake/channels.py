"""Verbs about where offices and departments hear of their cases: a mailbox, or the robot of a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.outward import webhook_problem
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable
from villages.intake.models import NoticeChannel, Outbox
from villages.intake.sealed import closed, opened
from villages.registry.models import Publisher, Unit
from villages.settings import ADDRESS

EMAIL = "email"
KINDS = {EMAIL: "电子邮件", "wecom": "企业微信群机器人", "dingtalk": "钉钉群机器人"}


def add_channel(
    session: Session, place: Unit | Publisher, kind: str, address: str, *, by: Actor, at: datetime
) -> NoticeChannel:  # fmt: skip
    """Have an office or a department told; raises Refusal for an address that is none."""
    problem = webhook_problem(address)
    if kind == EMAIL:
        problem = "" if ADDRESS.fullmatch(address) else "邮箱不对，应当像 name@example.com 这样"
    if problem:
        raise Refusal(problem)
    channel = NoticeChannel(kind=kind, made_at=at)
    channel.unit, channel.publisher = (place, None) if isinstance(place, Unit) else (None, place)
    session.add(channel)
    session.flush()
    channel.address = closed(session, address, about=channel.about)
    record(session, "case.add_channel", subject_of(place), by=by, at=at, kind=kind)
    session.flush()
    return channel


def remove_channel(session: Session, channel: NoticeChannel, *, by: Actor, at: datetime) -> None:
    """Have an office told there no longer; what waits for it goes."""
    session.execute(delete(Outbox).where(Outbox.channel_id == channel.id))
    record(session, "case.remove_channel", subject_of(channel.place), by=by, at=at, kind=channel.kind)
    session.delete(channel)
    session.flush()


def switch_channel(session: Session, channel: NoticeChannel, *, on: bool, by: Actor, at: datetime) -> None:
    """Tell an office nothing there for now, or again; what waits for it goes."""
    if not on:
        session.execute(delete(Outbox).where(Outbox.channel_id == channel.id))
    channel.off_at = None if on else at
    act = "case.channel_on" if on else "case.channel_off"
    record(session, act, subject_of(channel.place), by=by, at=at, kind=channel.kind)
    session.flush()


def note_told(channel: NoticeChannel, trouble: str, *, at: datetime) -> None:
    """Remember that an office heard, or why it did not; '' for no trouble."""
    channel.trouble, channel.trouble_at = trouble, at if trouble else None
    if not trouble:
        channel.told_at = at


def hint_of(session: Session, channel: NoticeChannel) -> str:
    """As much of an address as tells it from others: a mailbox's first letter and its domain, a robot's host."""
    try:
        address = address_of(session, channel)
    except Unreadable:
        return "地址读不出来（密钥换过），请去掉重新添加"
    if channel.kind == EMAIL:
        return f"{address[0]}***@{address.rpartition('@')[2]}"
    return urlsplit(address).hostname or ""


def resend_all(session: Session, *, by: Actor, at: datetime) -> int:
    """Have all that was not sent tried again with the next run, given up or not; returns how much that is."""
    again = update(Outbox).where(Outbox.sent_at.is_(None)).values(next_at=at, tries=0)
    count: int = session.execute(again).rowcount  # type: ignore[attr-defined]
    record(session, "case.resend", "outbox", by=by, at=at, count=count)
    return count


def address_of(session: Session, channel: NoticeChannel) -> str:
    """The mailbox or the robot's address, in the clear."""
    return opened(session, channel.address, about=channel.about)


def channels(session: Session) -> Sequence[NoticeChannel]:
    """All of them, in the order in which they were added."""
    return session.scalars(select(NoticeChannel).order_by(NoticeChannel.id)).all()


def subject_of(place: Unit | Publisher) -> str:
    """What the audit calls an office or a department."""
    return f"{'unit' if isinstance(place, Unit) else 'publisher'}:{place.id}"
