"""What comes over the counter, by telephone or by post, written down by staff (代为填写), and its receipt.

Source: 政府信息公开条例 Art 29 (whoever cannot write is written for), Art 31 (the day of receipt by channel).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, render_template, request

from villages.accounts.door import UNPROCESSABLE, acting, let_go, me
from villages.core.access import Permission, allow
from villages.core.clock import day_of, now
from villages.core.pictures import read_picture
from villages.core.refusal import Refusal
from villages.core.web import db, settings
from villages.disclosures.models import Item
from villages.intake.admin.blueprint import bp, number_of, words
from villages.intake.enclosures import Given, laid_down
from villages.intake.forms import PHOTOS, Wrong, read
from villages.intake.kinds import Kind, kinds
from villages.intake.models import CHANNELS
from villages.intake.numbers import new_number
from villages.intake.places import about, choices, places
from villages.intake.receiving import AT_ONCE, Came, Receipt, receive
from villages.intake.results import APPLICANTS
from villages.intake.routing import About
from villages.intake.seeing import case_numbered

# What staff write down; the other ways are the writer's own.
WAYS = ("counter", "phone", "post", "letter", "email", "fax")
EARLIEST = date(2000, 1, 1)
MOST_PICTURES, LONGEST_TOKEN = 4, 64


@dataclass(frozen=True)
class _Entry:
    """A form that can be taken in: what was written, what it is about, how it came."""

    values: Mapping[str, Any]
    about: About
    came: Came
    files: tuple[Given, ...]


@bp.get("/admin/cases/new")
@allow(Permission.HANDLE_CASES)
def new() -> str:
    """The form of a kind, or the kinds to choose from."""
    key = request.args.get("kind", "")
    if not key:
        return render_template("intake/new.html", **words())
    return _form(kinds().get(key) or abort(404), {}, ())


@bp.post("/admin/cases/new")
@allow(Permission.HANDLE_CASES)
def enter() -> Any:
    """Take in what was written down, once however often the form is sent; the answer is the receipt itself."""
    kind = kinds().get(request.form.get("kind", "")) or abort(400)
    try:
        entry, moment = _read(kind), now()
        number = new_number(day_of(moment).year)
        with laid_down(db(), number, entry.files) as files, acting("case.receive", "cases") as session:
            receipt = receive(
                session, kind, entry.values, entry.about, entry.came, by=me().actor, at=moment, files=files
            )
    except Wrong as wrong:
        return _form(kind, wrong.problems, ()), UNPROCESSABLE
    except Refusal as refusal:
        return _form(kind, {}, refusal.lines), UNPROCESSABLE
    return receipt_page(receipt)


def _read(kind: Kind) -> _Entry:
    """What the form says; raises Wrong with all that is wrong with it."""
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    try:
        values = read(kind, request.form)
    except Wrong as wrong:
        problems |= wrong.problems
    way, on = request.form.get("channel", ""), _day(problems)
    if way not in WAYS:
        problems["channel"] = "请选是怎样收到的"
    found = about(db(), kind, request.form.get("about", ""))
    if found is None or (kind.receiver == "chosen" and found.publisher is None):
        problems["about"] = "请选一个" + ("行政机关" if kind.receiver == "chosen" else "地方或单位，说不清的选“说不清”")
    item = _item(kind, problems)
    files = _pictures(kind, problems)
    if problems or found is None:
        raise Wrong(problems)
    token = request.form.get("token", "")[:LONGEST_TOKEN]
    may_publish = request.form.get("may_publish") == "yes"
    return _Entry(
        values, About(found.unit, found.publisher, item), Came(way, token, on, may_publish=may_publish), files
    )


def _day(problems: dict[str, str]) -> date | None:
    text = request.form.get("on", "").strip()
    try:
        on = date.fromisoformat(text) if text else None
    except ValueError:
        on = date.min
    if on is not None and not EARLIEST <= on <= day_of(now()):
        problems["on"] = "收到的日期不对：不能晚于今天，请写成 2026-01-31 这样"
    return on


def _item(kind: Kind, problems: dict[str, str]) -> Item | None:
    """The published item that it is about, by the number that its address shows."""
    text = request.form.get("item", "").strip() if kind.within_notice else ""
    number = number_of(text)
    found = db().get(Item, number) if number is not None else None
    if text and (found is None or not found.is_public):
        problems["item"] = "没有这一条公开内容，请核对网址里的数字，或者不填"
        return None
    return found


def _pictures(kind: Kind, problems: dict[str, str]) -> tuple[Given, ...]:
    """The photographs, small and without what the camera noted; they take their time, and nobody waits meanwhile."""
    found: list[Given] = []
    for field in kind.fields:
        sent = [file for file in request.files.getlist(field.name) if file.filename] if field.block == PHOTOS else []
        if len(sent) > MOST_PICTURES:
            problems[field.name] = f"最多 {MOST_PICTURES} 张，请少选几张"
            continue
        if sent:
            let_go()
        for at, file in enumerate(sent, start=1):
            try:
                picture = read_picture(file.read(), f"第 {at} 张")
            except Refusal as refusal:
                problems[field.name] = str(refusal)
            else:
                found.append(Given(field.name, picture.media_type, picture.data))
    return tuple(found)


def _form(kind: Kind, problems: Mapping[str, str], refused: tuple[str, ...]) -> str:
    is_chosen = kind.receiver == "chosen"
    return render_template(
        "intake/enter.html", kind=kind, given=request.form, problems=problems, refused=refused, ways=WAYS,
        groups=choices(db(), kind) if is_chosen else places(db()), is_chosen=is_chosen, today=day_of(now()),
        token_value=request.form.get("token") or secrets.token_urlsafe(24), applicants=APPLICANTS, at_once=AT_ONCE,
        lost=[field.label for field in kind.fields if any(each.filename for each in request.files.getlist(field.name))],
        **words(),
    )  # fmt: skip


def receipt_page(receipt: Receipt, *, is_reissued: bool = False) -> str:
    """The page to print: the number and the code, which nobody can show a second time after a day."""
    case = receipt.case
    return render_template(
        "intake/receipt.html", receipt=receipt, case=case, kind=kinds()[case.kind], way=CHANNELS[case.channel],
        is_mine=case_numbered(db(), me(), case.number) is not None, find=f"{settings().base_url}cases/find",
        is_reissued=is_reissued, is_late_entry=case.received_on.year < day_of(case.submitted_at).year,
    )  # fmt: skip
