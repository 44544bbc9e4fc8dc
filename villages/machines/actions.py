"""Verbs of the machines: pairing and its end, the heartbeat, counts, calls for help."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.clock import day_of
from villages.core.db import upsert
from villages.core.keys import key
from villages.core.refusal import Refusal
from villages.core.sealing import seal
from villages.machines.heartbeat import Heartbeat, screen_size
from villages.machines.models import CODE_HOLDS, HelpCall, Kiosk, KioskCount
from villages.machines.phones import phone_number
from villages.machines.queries import default_name, kiosk_of_token, open_calls_of
from villages.machines.tokens import digest_of, new_code
from villages.machines.words import ORIENTATIONS, PAPERS, name_of_screen
from villages.registry.models import Unit

MOST_ASKING = 50
HALLS = ("county", "township")
LONGEST_NAME = 40
TRIES = 20
MOST_OPEN = 5
# Who rings from a browser that is no machine of ours.
STRANGER = Actor("大厅屏幕")
ASKED_KEPT, COUNTS_KEPT = timedelta(days=1), timedelta(days=400)


def ask(session: Session, *, token: str, screen: str, at: datetime) -> Kiosk:
    """Have the machine with a token ask to be paired; it shows the row's `code` until that lapses.

    Whoever asks again gets the same row, with a new code where the old one lapsed. A token that was paired or revoked
    gives its row as it is: a revoked one never comes back, its machine asks with a new token. Of those who ask only the
    latest MOST_ASKING are kept. Not audited: anybody may ask, and as often as they like. `screen`: 1080x1920.
    """
    for _ in range(TRIES):
        found = kiosk_of_token(session, token)
        if found is None:
            found = Kiosk(token_digest=digest_of(token), state="asking", asked_at=at)
        elif found.state != "asking" or (found.code_at is not None and at - found.code_at < CODE_HOLDS):
            return found
        try:
            with session.begin_nested():
                found.code, found.code_at, found.screen = new_code(), at, screen_size(screen)
                session.add(found)
                session.flush()
        except IntegrityError:  # the code is taken, or the same machine asked twice at once
            continue
        _forget_asking(session)
        return found
    raise Refusal("现在给不出配对码，请过一分钟再试")


def _forget_asking(session: Session) -> None:
    """Let go of those who asked before the latest MOST_ASKING did."""
    order = (Kiosk.code_at.desc(), Kiosk.id.desc())
    old = session.scalars(select(Kiosk.id).where(Kiosk.state == "asking").order_by(*order).offset(MOST_ASKING)).all()
    if old:
        session.execute(delete(Kiosk).where(Kiosk.id.in_(old), Kiosk.state == "asking"))


def approve(
    session: Session, kiosk: Kiosk, *, unit: Unit, name: str, orientation: str, paper: str = "", by: Actor, at: datetime
) -> None:  # fmt: skip
    """Pair a machine that asks with the hall of a county or township; without a name it is called after the hall."""
    _hold(session, kiosk)
    if kiosk.state != "asking" or kiosk.code_at is None or at - kiosk.code_at >= CODE_HOLDS:
        raise Refusal("这个配对码已经过期或用过了，请照一体机屏幕上现在的数字再填一次")
    _place(session, kiosk, unit, name, orientation, paper or kiosk.paper)
    kiosk.state, kiosk.code, kiosk.code_at, kiosk.paired_at = "paired", None, None, at
    session.flush()
    record(
        session, "kiosk.approve", f"kiosk:{kiosk.id}", by=by, at=at, unit=unit.scope, place=kiosk.name,
        orientation=orientation,
    )  # fmt: skip


def move(
    session: Session, kiosk: Kiosk, *, unit: Unit, name: str, orientation: str, paper: str = "", by: Actor, at: datetime
) -> None:  # fmt: skip
    """Give a paired machine another hall, name, orientation or printer; without a name it is called after the hall."""
    _hold(session, kiosk)
    if kiosk.state != "paired" or kiosk.unit is None:
        raise Refusal("这台一体机没有配对，不能改。请让它重新显示配对码，再配对一次")
    old = _placed(kiosk, kiosk.unit)
    _place(session, kiosk, unit, name, orientation, paper or kiosk.paper)
    session.flush()
    record(session, "kiosk.move", f"kiosk:{kiosk.id}", by=by, at=at, old=old, new=_placed(kiosk, unit))


def revoke(session: Session, kiosk: Kiosk, *, by: Actor, at: datetime) -> None:
    """Let a machine in no more, or turn one away that asks; its token never opens anything again."""
    _hold(session, kiosk)
    if kiosk.state == "revoked":
        raise Refusal("这台一体机已经停用了，不用再停")
    old, kiosk.state = kiosk.state, "revoked"
    kiosk.code, kiosk.code_at, kiosk.revoked_at = None, None, at
    session.flush()
    record(session, "kiosk.revoke", f"kiosk:{kiosk.id}", by=by, at=at, old=old, new="revoked")


def heard(session: Session, kiosk: Kiosk, *, beat: Heartbeat, at: datetime) -> None:
    """Note a paired machine's heartbeat; others are not listened to. Not audited."""
    if kiosk.state != "paired":
        return
    kiosk.heard_at = at
    for name, value in vars(beat).items():
        setattr(kiosk, name, value)
    session.flush()


def count(session: Session, kiosk: Kiosk, what: str, *, number: int = 1, at: datetime) -> None:
    """Add to what was done at a machine today. `what`: a word such as those of COUNTED."""
    if not name_of_screen(what):
        raise ValueError(what)
    table: Table = KioskCount.__table__  # type: ignore[assignment]
    row = {"kiosk_id": kiosk.id, "on_day": day_of(at), "what": what, "count": number}
    upsert(session, table, [row], keys=["kiosk_id", "on_day", "what"], change={"count": table.c.count + number})


def call_for_help(session: Session, kiosk: Kiosk | None, *, screen: str, phone: str, at: datetime) -> HelpCall:
    """Ring those who may answer. `screen`: the name of the screen; `phone`: a number to call back, or ''.

    Whoever rings again before anybody came makes the same call; a second number is a call of its own, since its owner
    waits too. Without a paired machine it is the county's. Raises Refusal for a number that is none, and where
    MOST_OPEN calls wait already.
    """
    number = phone_number(phone)
    machine = kiosk if kiosk is not None and kiosk.state == "paired" else None
    if machine is not None:
        _hold(session, machine)  # two at once: the second sees what the first did
    waiting = open_calls_of(session, machine)
    same = next((call for call in waiting if not (number and call.phone_sealed)), None)
    if same is None and len(waiting) >= MOST_OPEN:
        raise Refusal("已经有好几个人在等，工作人员会按先后联系。着急的话，请直接到窗口")
    call = same or HelpCall(kiosk=machine, screen=name_of_screen(screen), called_at=at)
    session.add(call)
    session.flush()
    if number:
        settings = session.info["settings"]
        call.phone_sealed = seal(key(settings.data_dir, "data", settings.data_key), number, about=call.about)
        session.flush()
    if number or same is None:
        by = machine.actor if machine is not None else STRANGER
        record(session, "help.call", f"help_call:{call.id}", by=by, at=at, phone=bool(number))
    return call


def answer_help(session: Session, call: HelpCall, *, by: Actor, at: datetime) -> None:
    """Say that somebody went, or called back; the number is gone at once. Raises Refusal where another was first."""
    session.refresh(call, with_for_update={"of": HelpCall})
    if call.answered_at is not None:
        raise Refusal(f"{call.answered_by}已经应答了，不用再去")
    call.answered_at, call.answered_by, call.phone_sealed = at, by.name, ""
    session.flush()
    record(session, "help.answer", f"help_call:{call.id}", by=by, at=at)


def forget(session: Session, at: datetime) -> int:
    """Forget what is old: numbers of calls and machines that only asked after a day, counts and calls after 400 days.

    Returns how many.
    """
    numbers = update(HelpCall).where(HelpCall.called_at < at - ASKED_KEPT, HelpCall.phone_sealed != "")
    never = delete(Kiosk).where(
        Kiosk.paired_at.is_(None), func.coalesce(Kiosk.revoked_at, Kiosk.code_at, Kiosk.asked_at) < at - ASKED_KEPT
    )
    counts = delete(KioskCount).where(KioskCount.on < day_of(at - COUNTS_KEPT))
    calls = delete(HelpCall).where(HelpCall.called_at < at - COUNTS_KEPT)
    done = (session.execute(query) for query in (numbers.values(phone_sealed=""), never, counts, calls))
    return sum(result.rowcount for result in done)  # type: ignore[attr-defined]


def _hold(session: Session, kiosk: Kiosk) -> None:
    """See a machine as it is now, and keep others from changing it until the end of the transaction."""
    session.refresh(kiosk, with_for_update={"of": Kiosk})


def _placed(kiosk: Kiosk, unit: Unit) -> str:
    return f"{unit.name} {kiosk.name} {ORIENTATIONS[kiosk.orientation]} {PAPERS[kiosk.paper]}"


def _place(session: Session, kiosk: Kiosk, unit: Unit, name: str, orientation: str, paper: str) -> None:
    if unit.level not in HALLS:
        raise Refusal(f"一体机放在县或乡镇的大厅里，{unit.name}不是县或乡镇，请重新选")
    if orientation not in ORIENTATIONS:
        raise Refusal("请选竖屏或横屏")
    if paper not in PAPERS:
        raise Refusal("请选打印机用的纸，没有打印机就选“没有打印机”")
    name = name.strip() or default_name(session, unit, but=kiosk)
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(f"一体机的名称最多 {LONGEST_NAME} 个字，写在一行里")
    kiosk.unit, kiosk.name, kiosk.orientation, kiosk.paper = unit, name, orientation, paper
