"""Verbs about where offices and departments hear of their cases: a mailbox, or the robot of a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.outward import webhook_problem
from villages.core.refusal import Refusal
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
    record(session, "case.add_channel", _subject(place), by=by, at=at, kind=kind)
    session.flush()
    return channel


def remove_channel(session: Session, channel: NoticeChannel, *, by: Actor, at: datetime) -> None:
    """Have an office told there no longer; what waits for it goes."""
    session.execute(delete(Outbox).where(Outbox.channel_id == channel.id))
    record(session, "case.remove_channel", _subject(channel.place), by=by, at=at, kind=channel.kind)
    session.delete(channel)
    session.flush()


def address_of(session: Session, channel: NoticeChannel) -> str:
    """The mailbox or the robot's address, in the clear."""
    return opened(session, channel.address, about=channel.about)


def channels(session: Session) -> Sequence[NoticeChannel]:
    """All of them, in the order in which they were added."""
    return session.scalars(select(NoticeChannel).order_by(NoticeChannel.id)).all()


def _subject(place: Unit | Publisher) -> str:
    return f"{'unit' if isinstance(place, Unit) else 'publisher'}:{place.id}"
