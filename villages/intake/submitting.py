"""From what somebody sent to a case: read, checked, weighed, received. Whatever door it came through."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.disclosures.models import Item
from villages.intake import forms
from villages.intake.enclosures import Given
from villages.intake.flooding import Arrival, weigh
from villages.intake.forms import Wrong
from villages.intake.history import WRITER
from villages.intake.kinds import Kind
from villages.intake.receiving import Came, Receipt, again, receive
from villages.intake.routing import ANSWERABLE, About
from villages.intake.staging import MOST
from villages.plates.models import Plate
from villages.plates.numbers import plain
from villages.plates.queries import plate_by_number
from villages.registry.queries import publisher_by_code, unit_by_code

CODE = re.compile(r"[0-9A-Za-z-]{1,20}", re.ASCII)
GREATEST_ID = 2**31 - 1
ABOUT, ITEM, PLATE = "about", "item", "plate"


@dataclass(frozen=True)
class Where:
    """What a form says it is about: the code of a place or a body, an item's number, a plate's number; '' for none."""

    about: str = ""
    item: str = ""
    plate: str = ""


@dataclass(frozen=True)
class Sent:
    """One form as it was sent. `typed`: by the fields of the kind.

    `token`, `opened_at`: which form it is, and when it was opened (None where nobody knows); `trap`: what stood in the
    field that no person sees; `network`: the client's address, or what names a hall's screen.
    """

    kind: Kind
    typed: Mapping[str, str]
    where: Where = field(default_factory=Where)
    token: str = ""
    opened_at: datetime | None = None
    trap: str = ""
    network: str = ""
    channel: str = "online"
    may_publish: bool = False


class Later(Exception):  # noqa: N818 - what it is
    """Nothing is taken from here before a moment; the form stays as it is and may be sent again then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def submit(session: Session, sent: Sent, files: Sequence[Given] = (), *, at: datetime) -> Receipt:
    """Make a case of what was sent, or give the receipt again where its token has made one.

    Raises Wrong (by field), Later, and core.refusal.Refusal where nobody can receive it.
    """
    if sent.token and (before := again(session, sent.token, at=at)) is not None:
        return before
    values, about = checked(session, sent, files)
    verdict = weigh(session, _arrival(sent, values), at=at)
    if verdict.until is not None:
        raise Later(verdict.until)
    held = {"why": list(verdict.why), "took": verdict.took, "same": verdict.same}
    came = Came(sent.channel, sent.token, is_held=verdict.is_held, held=held, may_publish=sent.may_publish)
    return receive(session, sent.kind, values, about, came, by=WRITER, at=at, files=files)


def checked(session: Session, sent: Sent, files: Sequence[Given] = ()) -> tuple[dict[str, Any], About]:
    """The values of a form, and what it is about. Raises Wrong that names every field at once."""
    values: dict[str, Any] = {}
    try:
        values = forms.read(sent.kind, sent.typed)
        problems: dict[str, str] = {}
    except Wrong as wrong:
        problems = wrong.problems
    about, unknown = about_of(session, sent.kind, sent.where, plate=values.get(PLATE, ""))
    problems |= unknown | _photos(sent.kind, files)
    if problems:
        raise Wrong(problems)
    return values, about


def about_of(session: Session, kind: Kind, where: Where, *, plate: str = "") -> tuple[About, dict[str, str]]:
    """What a form is about, as far as that is known, and by field what is not right about it.

    `plate`: a number that was typed; that of no plate of ours is no mistake, as a code may be a forged one.
    """
    problems: dict[str, str] = {}
    unit = body = item = None
    if CODE.fullmatch(where.about):
        body = publisher_by_code(session, where.about)
        unit = unit_by_code(session, where.about)
    if kind.receiver == "chosen":
        body = body if body is not None and body.kind in ANSWERABLE else None
        if body is None:
            problems[ABOUT] = "请选向谁申请"
        else:
            unit = None
    else:
        body = body if body is not None and body.kind == "department" else None
        if where.about and unit is None and body is None:
            problems[ABOUT] = "没有这个村、这个单位，请重新选一个"
    if re.fullmatch(r"\d{1,10}", where.item, re.ASCII) and int(where.item) <= GREATEST_ID:
        item = session.get(Item, int(where.item))
    item = item if item is not None and item.is_public else None
    if item is None and kind.receiver == "owner":
        problems[ITEM] = "请先打开您有异议的那一条，在它下面点“我有异议”"
    return About(unit, body, item, _plate(session, plate or where.plate)), problems


def _plate(session: Session, typed: str) -> Plate | None:
    number = plain(typed)
    return plate_by_number(session, number) if CODE.fullmatch(number) else None


def _photos(kind: Kind, files: Sequence[Given]) -> dict[str, str]:
    problems = {}
    for each in kind.fields:
        count = sum(1 for file in files if file.field == each.name)
        if each.block == "photos" and count > MOST:
            problems[each.name] = f"最多 {MOST} 张照片，现在是 {count} 张，请去掉 {count - MOST} 张"
        elif each.block == "photos" and each.required and not count:
            problems[each.name] = f"请拍一张“{each.label}”" if "照片" in each.label else f"请传“{each.label}”"
    return problems


def _arrival(sent: Sent, values: Mapping[str, Any]) -> Arrival:
    text = "\n".join(values[each.name] for each in sent.kind.fields if each.block == "lines" and each.name in values)
    return Arrival(sent.network, sent.where.plate or sent.where.about, text, sent.opened_at, bool(sent.trap))
