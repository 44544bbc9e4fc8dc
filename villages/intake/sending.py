"""Sending what waits in the outbox: claimed in one transaction, sent in none, noted in another.

Whoever is killed in between leaves rows that are tried again: better told twice than never, and a letter has the same
Message-ID. A server that does not answer costs a run some seconds, never more than BUDGET_S and one try.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.core.clock import day_of
from villages.core.db import Storage
from villages.core.outward import Letter, Postman, Unsent, post_text, postman
from villages.core.sealing import Unreadable
from villages.intake.channels import EMAIL, address_of, note_told
from villages.intake.mailing import Way, mail_way
from villages.intake.models import NoticeChannel, Outbox
from villages.intake.numbers import spoken
from villages.intake.outbox import ANSWERED, NEW, RECEIPT, REISSUED, due_counts, may_tell
from villages.intake.sealed import opened_values
from villages.settings import Settings

MOST, MOST_NAMED = 200, 10
BUDGET_S = 40.0
UNREADABLE = "读不出通知发到哪里（密钥换过），请重新添加"
# Longer than a run takes: nobody else sends what somebody is sending.
CLAIMED = timedelta(minutes=10)
FIRST, LONGEST, MOST_TRIES = timedelta(minutes=1), timedelta(hours=6), 16


@dataclass(frozen=True)
class Parcel:
    """What is sent at once: of which rows, to where (`robot`: or a mailbox), the words."""

    rows: tuple[int, ...]
    name: str
    to: str
    is_robot: bool
    subject: str
    text: str


def send_due(storage: Storage, at: datetime) -> int:
    """Send what is due; returns how much was sent. Never raises for want of a server."""
    settings = _settings(storage)
    with storage.transaction() as session:
        parcels, way = list(_claimed(session, settings, at)), way_of(session)
    until, sent = time.monotonic() + BUDGET_S, 0
    with ExitStack() as open_while:
        send = _senders(settings, way, open_while, at)
        for parcel in parcels:
            if time.monotonic() > until:
                break
            trouble: Unsent | None = None
            try:
                send(parcel)
                sent += len(parcel.rows)
            except Unsent as error:
                trouble = error
            with storage.transaction() as session:
                _note(session, parcel, trouble, at)
    return sent


def _settings(storage: Storage) -> Settings:
    if storage.settings is None:
        raise TypeError("the key is not known: Storage(…, settings=…)")
    return storage.settings


def _claimed(session: Session, settings: Settings, at: datetime) -> Iterable[Parcel]:
    query = select(Outbox).where(Outbox.next_at <= at).order_by(Outbox.next_at, Outbox.id).limit(MOST)
    rows = session.scalars(query.with_for_update(of=Outbox, skip_locked=True)).all()
    for row in rows:
        row.tries, row.next_at = row.tries + 1, at + CLAIMED
    letters = [row for row in rows if row.channel_id is None]
    for row in letters:
        if parcel := _to_writer(session, row, settings):
            yield parcel
    told = sorted((row for row in rows if row.channel_id is not None), key=lambda row: (row.channel_id or 0, row.what))
    for (_, what), some in groupby(told, key=lambda row: (row.channel_id, row.what)):
        if parcel := _to_office(session, what, list(some), at):
            yield parcel


def _to_writer(session: Session, row: Outbox, settings: Settings) -> Parcel | None:
    if row.case is None:
        raise TypeError(row.id)
    try:
        content = opened_values(session, row.content, about=row.about)
    except Unreadable:
        row.next_at, row.trouble = None, "读不出收信的邮箱（密钥换过）"
        return None
    number, where = spoken(row.case.number), f"{settings.base_url}cases/find"
    words = {
        RECEIPT: f"您的诉求已经收到。\n\n编号：{number}\n查询码：{spoken(content['code'])}\n\n"
        f"凭编号和查询码可以查看办理情况、补充说明：{where}\n查询码请不要告诉别人。",
        REISSUED: f"您的回执补发过，原来的查询码不能用了。\n\n编号：{number}\n"
        f"新的查询码：{spoken(content['code']) or '在补发的回执上'}\n\n"
        f"查看办理情况、补充说明：{where}\n不是您本人去补的，请马上打电话给办理的单位。",
        ANSWERED: f"您的诉求已经有了答复。\n\n编号：{number}\n\n请用编号和查询码查看：{where}",
    }[row.what]
    subject = {
        RECEIPT: f"回执：诉求编号 {number}", REISSUED: f"补发的回执：诉求编号 {number}",
        ANSWERED: f"诉求编号 {number} 已经答复",
    }[row.what]  # fmt: skip
    text = f"{words}\n\n这封信是系统自动发的，请不要回复。\n"
    return Parcel((row.id,), row.name, content["to"], is_robot=False, subject=subject, text=text)


def _to_office(session: Session, what: str, rows: Sequence[Outbox], at: datetime) -> Parcel | None:
    """One text for all that an office is to hear of one thing; what it may not hear goes unsent."""
    channel = rows[0].channel
    if channel is None:
        raise TypeError(rows[0].id)
    text = _reminder(session, channel, at)
    if what == NEW:
        allowed = [row for row in rows if row.case is not None and may_tell(session, channel, row.case)]
        for row in set(rows) - set(allowed):
            session.delete(row)
        rows, text = allowed, _news([row.case.number for row in allowed if row.case is not None])
    elif not text:
        for row in rows:
            session.delete(row)
    if not rows or not text:
        return None
    try:
        address = address_of(session, channel)
    except Unreadable:
        for row in rows:
            row.next_at, row.trouble = None, UNREADABLE
        return None
    ids = tuple(row.id for row in rows)
    return Parcel(ids, rows[0].name.replace(":", "-"), address, channel.kind != EMAIL, "诉求办理提醒", text)


def _news(numbers: Sequence[str]) -> str:
    named = "、".join(spoken(number) for number in numbers[:MOST_NAMED])
    if len(numbers) == 1:
        return f"有一件新的诉求，编号 {named}，请登录查看"
    more = "等，" if len(numbers) > MOST_NAMED else "，"
    return f"有 {len(numbers)} 件新的诉求，编号 {named}{more}请登录查看" if numbers else ""


def _reminder(session: Session, channel: NoticeChannel, at: datetime) -> str:
    soon, over = due_counts(session, channel, day_of(at))
    words = [f"{over} 件诉求已经过了答复期限"] if over else []
    words += [f"{soon} 件诉求三天内到期"] if soon else []
    return f"有 {'，'.join(words)}，请登录办理" if words else ""


def way_of(session: Session, *, even_off: bool = False) -> Way | Unsent:
    """How letters go, or why they do not; `even_off` as in mailing.mail_way."""
    try:
        return mail_way(session, even_off=even_off) or Unsent("没有设置邮件服务器，或者停用了")
    except Unreadable:
        return Unsent("读不出邮件服务器的密码（密钥换过），请重新填写")


def try_channel(storage: Storage, number: int, *, at: datetime) -> str:
    """Send a trial to where an office hears of things; returns the trouble, '' where it was sent."""
    with storage.reading() as session:
        channel = session.get_one(NoticeChannel, number)
        is_robot = channel.kind != EMAIL
        try:
            address = address_of(session, channel)
        except Unreadable:
            return UNREADABLE
    trouble = send_trial(storage, address, is_robot=is_robot, at=at)
    with storage.transaction() as session:
        if (found := session.get(NoticeChannel, number)) is not None:
            note_told(found, trouble, at=at)
    return trouble


def send_trial(storage: Storage, address: str, *, is_robot: bool, at: datetime, even_off: bool = False) -> str:
    """Send a trial to a mailbox or a robot; returns the trouble, '' where it was sent. `even_off` as in mailing."""
    subject, text = "诉求通知试发", "诉求通知试发：收到这一条，说明设置好了"
    with storage.reading() as session:
        way = way_of(session, even_off=even_off)
    try:
        with ExitStack() as open_while:
            send = _senders(_settings(storage), way, open_while, at)
            send(Parcel((), f"try-{at:%Y%m%d%H%M%S%f}", address, is_robot, subject, text))
    except Unsent as error:
        return str(error)
    return ""


def _senders(settings: Settings, way: Way | Unsent, open_while: ExitStack, at: datetime) -> Callable[[Parcel], None]:
    """How a parcel is sent. Where the mail server is not to be had, that is found out once."""
    found: list[Postman | Unsent] = []

    def send(parcel: Parcel) -> None:
        if parcel.is_robot:
            post_text(parcel.to, parcel.text, networks=settings.webhook_networks)
            return
        if not found:
            found.append(_postman(way, open_while))
        if isinstance(found[0], Unsent):
            raise found[0]
        found[0].send(Letter(parcel.name, parcel.to, parcel.subject, parcel.text, at))

    return send


def _postman(way: Way | Unsent, open_while: ExitStack) -> Postman | Unsent:
    if isinstance(way, Unsent):
        return way
    try:
        return open_while.enter_context(postman(way.url, way.sender))
    except Unsent as error:
        return error


def _note(session: Session, parcel: Parcel, trouble: Unsent | None, at: datetime) -> None:
    for row in session.scalars(select(Outbox).where(Outbox.id.in_(parcel.rows)).with_for_update(of=Outbox)):
        if row.channel is not None:
            note_told(row.channel, str(trouble or ""), at=at)
        if trouble is None:
            row.sent_at, row.next_at, row.content, row.trouble = at, None, "", ""
            continue
        row.trouble = str(trouble)
        is_over = trouble.for_good or row.tries >= MOST_TRIES
        row.next_at = None if is_over else at + min(FIRST * 2 ** (row.tries - 1), LONGEST)
