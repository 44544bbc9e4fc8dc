"""What is to be sent, noted in the transaction of what it tells of; sending.py sends it, later.

So a case never waits for a mail server, and nothing is told of what was rolled back. A text never has a name in it, nor
what anybody wrote; an office hears of a case only where all who handle cases there may see it, looked at when it is
sent, as whoever reads along in a group may be the one who is accused.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.calendar.queries import calendar_of
from villages.core.access import Permission
from villages.core.clock import SHANGHAI, day_of
from villages.intake.channels import EMAIL
from villages.intake.history import kind_of
from villages.intake.mailing import has_mail
from villages.intake.models import Case, CaseSeat, NoticeChannel, Outbox
from villages.intake.sealed import closed_values, opened_values
from villages.intake.seeing import visible_to
from villages.intake.workflow import OPEN
from villages.registry.models import Unit
from villages.settings import ADDRESS
from villages.site.queries import rules_of

RECEIPT, REISSUED, ANSWERED, NEW, DUE = "receipt", "reissued", "answered", "new", "due"
WHAT = {RECEIPT: "回执", REISSUED: "补发的回执", ANSWERED: "已答复", NEW: "有新的诉求", DUE: "快到期的提醒"}
# A morning's reminder: from this hour on working days, of what is due within so many days.
FROM_HOUR, SOON = 8, timedelta(days=3)


def tell_writer(session: Session, case: Case, what: str, *, code: str = "", at: datetime) -> None:
    """Write to whoever gave a mailbox: the receipt with its code, or another one's, or that there is an answer."""
    address = mailbox_of(session, case) if has_mail(session) else ""
    if not ADDRESS.fullmatch(address):
        return
    row = Outbox(name=secrets.token_hex(16), what=what, case=case, made_at=at, next_at=at)
    row.content = closed_values(session, {"to": address, "code": code}, about=row.about)
    session.add(row)


def mailbox_of(session: Session, case: Case) -> str:
    """The mailbox that the writer gave; '' for none."""
    fields = [field.name for field in kind_of(case).fields if field.block == "email"]
    values = opened_values(session, case.body, about=case.about("body")) if fields else {}
    return next((values[name] for name in fields if values.get(name)), "")


def tell_seat(session: Session, case: Case, seat: CaseSeat, *, at: datetime) -> None:
    """Tell an office that it has a case; not of one that is kept back."""
    if case.state == "held":
        return
    for channel in channels_of(session, seat):
        same = select(Outbox.id).where(
            Outbox.case_id == case.id, Outbox.channel_id == channel.id, Outbox.what == NEW, Outbox.next_at.is_not(None)
        )
        if session.scalar(same.limit(1)) is None:
            name = secrets.token_hex(16)
            session.add(Outbox(name=name, what=NEW, case=case, channel=channel, made_at=at, next_at=at))


def tell_seats(session: Session, case: Case, *, at: datetime) -> None:
    """Tell everybody who holds a case."""
    for seat in case.held_by:
        tell_seat(session, case, seat, at=at)


def remind(session: Session, at: datetime) -> int:
    """Once a working day, tell each office of what is due soon or over; returns how many hear of it."""
    day, count = day_of(at), 0
    if at.astimezone(SHANGHAI).hour < FROM_HOUR or not calendar_of(session).is_workday(day):
        return 0
    query = select(NoticeChannel).where(NoticeChannel.off_at.is_(None)).order_by(NoticeChannel.id)
    for channel in session.scalars(query).all():
        name = f"due:{channel.id}:{day.isoformat()}"
        is_told = session.scalar(select(Outbox.id).where(Outbox.name == name)) is not None
        if not is_told and any(due_counts(session, channel, day)):
            session.add(Outbox(name=name, what=DUE, channel=channel, made_at=at, next_at=at))
            count += 1
    session.flush()
    return count


def due_counts(session: Session, channel: NoticeChannel, day: date) -> tuple[int, int]:
    """How many cases of an office, which all who handle there may see, are due soon, and how many are over."""
    own = CaseSeat.unit_id == channel.unit_id if channel.unit_id else CaseSeat.publisher_id == channel.publisher_id
    held = select(CaseSeat.case_id).where(CaseSeat.until.is_(None), own)
    near = or_(Case.target_on <= day + SOON, Case.due_on < day)
    staff = handlers_of(session, channel)
    found = session.execute(
        select(Case.due_on).where(Case.id.in_(held), Case.state.in_(OPEN), near, *map(visible_to, staff))
    ).all() if staff else []  # fmt: skip
    over = sum(row.due_on is not None and row.due_on < day for row in found)
    return len(found) - over, over


def may_tell(session: Session, channel: NoticeChannel, case: Case) -> bool:
    """Whether all who handle cases at an office may see one; not where there is nobody."""
    staff = handlers_of(session, channel)
    query = select(Case.id).where(Case.id == case.id, *map(visible_to, staff))
    return bool(staff) and session.scalar(query) is not None


def handlers_of(session: Session, channel: NoticeChannel) -> list[Staff]:
    """Everybody who handles cases at an office or a department."""
    own = Staff.unit_id == channel.unit_id if channel.unit_id else Staff.publisher_id == channel.publisher_id
    query = select(Staff).where(own, Staff.disabled_at.is_(None))
    if channel.unit_id:
        query = query.where(Staff.publisher_id.is_(None))
    staff = session.scalars(query.order_by(Staff.id))
    return [each for each in staff if Permission.HANDLE_CASES in each.permissions(is_separated=True)]


def unsent(session: Session) -> Sequence[Outbox]:
    """What was not sent yet, given up or not, the oldest first."""
    return session.scalars(select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.id)).all()


def last_letter(session: Session) -> datetime | None:
    """When a letter was last sent by mail, to a writer or to an office; as far back as that is remembered."""
    query = select(func.max(Outbox.sent_at)).outerjoin(Outbox.channel)
    return session.scalar(query.where(or_(Outbox.channel_id.is_(None), NoticeChannel.kind == EMAIL)))


def channels_of(session: Session, seat: CaseSeat) -> Sequence[NoticeChannel]:
    """Where the office or department of a seat hears of things."""
    place = seat.place
    own = NoticeChannel.unit_id if isinstance(place, Unit) else NoticeChannel.publisher_id
    query = select(NoticeChannel).where(own == place.id, NoticeChannel.off_at.is_(None))
    return session.scalars(query.order_by(NoticeChannel.id)).all()


def forget_told(session: Session, case: Case) -> None:
    """Let go of what was or will be sent about a case, the writer's address with it."""
    session.execute(delete(Outbox).where(Outbox.case_id == case.id))


def forget_receipt(session: Session, case: Case) -> None:
    """Let go of a receipt that was not sent: its code is not in force any more."""
    unsent = Outbox.sent_at.is_(None) & Outbox.what.in_((RECEIPT, REISSUED))
    session.execute(delete(Outbox).where(Outbox.case_id == case.id, unsent))


def clear_outbox(session: Session, at: datetime) -> int:
    """Remove what was sent, or given up, so long ago as the rule says; returns how many."""
    before = at - timedelta(days=rules_of(session)["outbox_days"])
    gone = session.execute(delete(Outbox).where(Outbox.next_at.is_(None), Outbox.made_at < before))
    return gone.rowcount  # type: ignore[no-any-return, attr-defined]
