"""The audit for those who watch: looking entries up, giving them out, and whether the chain is whole.

An auditor of the county sees everything; one of a township, a village or a department the acts of the accounts there,
without the running numbers, as these tell how much else is done: where a list goes on is sealed. Nobody sees what was
done with a case that is kept from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, stream_with_context
from sqlalchemy import ColumnElement, and_, exists, func, select, true

from villages.accounts.door import acting, me
from villages.accounts.models import Staff
from villages.audit import verdicts, words
from villages.audit.actions import record
from villages.audit.models import AuditEntry
from villages.audit.queries import HEADINGS, Wanted, newest, rows
from villages.audit.sealing import head_of
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import day_of, moment_tag, now
from villages.core.keys import data_keys
from villages.core.sealing import Unreadable, key_of, seal, unseal
from villages.core.sheets import as_csv, as_xlsx
from villages.core.web import db, settings, storage
from villages.intake.models import Case
from villages.intake.numbers import DIGITS
from villages.intake.seeing import is_kept_from
from villages.registry.queries import is_below

A_PAGE, LONGEST = 50, 60
ASKED = ("act", "actor", "subject", "first", "last", "refused")
CASE = "case:"
PLACE, LONGEST_PLACE = "audit:before", 100
WHOLE = ("province", "city", "county")
FORMS = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
bp = Blueprint("audit_log", __name__, template_folder="templates")


@bp.get("/admin/audit")
@menu("操作日志", group=Group.WATCH, order=80)
@allow(Permission.READ_AUDIT)
def entries() -> str:
    """The newest entries first, narrowed by what is asked."""
    wanted, problems = _wanted(request.args)
    before = _place(request.args.get("before", ""))
    found = newest(db(), wanted, before=before, limit=A_PAGE + 1)
    shown = found[:A_PAGE]
    return render_template(
        "office/audit.html", shown=shown, wanted=wanted, problems=problems, act_groups=words.acts_by_group(),
        words=words, tag=moment_tag, older=_closed(shown[-1]) if len(found) > A_PAGE else "", is_first=before is None,
        asked={name: text for name in ASKED if (text := request.args.get(name, ""))},
        head=head_of(db()), is_whole=_is_whole(me()), verdict=verdicts.last(settings().data_dir),
    )  # fmt: skip


@bp.post("/admin/audit/export")
@allow(Permission.READ_AUDIT)
def export() -> Response:
    """The entries that are asked for, as a file; that somebody took them is an entry itself."""
    wanted, _ = _wanted(request.form)
    form = "xlsx" if request.form.get("form") == "xlsx" else "csv"
    with acting("audit.export", "audit") as session:
        record(session, "audit.export", "audit", by=me().actor, at=now(), what=wanted.told() | {"form": form})
    write, mimetype = FORMS[form]
    found = rows(storage(), wanted, is_numbered=_is_whole(me()))
    db().close()  # what is streamed must hold no connection
    response = Response(stream_with_context(write(HEADINGS, found)), mimetype=mimetype)
    day = day_of(now()).isoformat()
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"audit-{day}.{form}\"; filename*=UTF-8''{quote(f'操作日志-{day}.{form}', safe='')}"
    )
    return response


def _wanted(given: Mapping[str, str]) -> tuple[Wanted, list[str]]:
    """What is asked for, and what of it cannot be read."""
    texts = {name: _text(given.get(name, "")) for name in ("act", "actor", "subject")}
    days, problems = {}, []
    for name in ("first", "last"):
        days[name], problem = _day(given.get(name, "").strip())
        problems += [problem] if problem else []
    wanted = Wanted(
        act=texts["act"], actor=texts["actor"], subject=texts["subject"], first=days["first"], last=days["last"],
        refused=given.get("refused") == "yes", within=_within(me()),
    )  # fmt: skip
    return wanted, problems


def _closed(entry: AuditEntry) -> str:
    """Where a list goes on, for an address that tells nobody an entry's id; of one length whatever it is."""
    return seal(_keys()[0], f"{entry.id:020}", about=PLACE)


def _place(text: str) -> int | None:
    """The id that was sealed; None for anything else, which shows the newest."""
    try:
        return int(unseal(key_of(_keys(), text), text, about=PLACE)) if len(text) <= LONGEST_PLACE else None
    except Unreadable:
        return None


def _keys() -> tuple[str, ...]:
    return data_keys(settings().data_dir, settings().data_key)


def _text(text: str) -> str:
    text = text.strip()[:LONGEST]
    return text if text.isprintable() else ""


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not date(2000, 1, 1) <= day <= date(2200, 1, 1):
        return None, f"日期“{text[:LONGEST]}”看不懂，没有按它查。请写成 2026-01-31 这样"
    return day, ""


def _within(staff: Staff) -> ColumnElement[bool]:
    """The acts that a person may see: of everybody, machines and commands among them, or of the accounts of an area."""
    return and_(_of_area(staff), ~_is_secret(staff))


def _is_whole(staff: Staff) -> bool:
    """Whether somebody watches the whole county."""
    return staff.publisher_id is None and staff.unit.level in WHOLE


def _of_area(staff: Staff) -> ColumnElement[bool]:
    if _is_whole(staff):
        return true()
    if staff.publisher_id is not None:
        return AuditEntry.staff_id.in_(select(Staff.id).where(Staff.publisher_id == staff.publisher_id))
    here = is_below(staff.unit.division_code)
    return AuditEntry.staff_id.in_(select(Staff.id).join(Staff.unit).where(here, Staff.publisher_id.is_(None)))


def _is_secret(staff: Staff) -> ColumnElement[bool]:
    """That an entry is about a case that is kept from somebody."""
    number = func.substr(AuditEntry.subject, len(CASE) + 1, DIGITS)
    return AuditEntry.subject.startswith(CASE) & exists(
        select(Case.id).where(Case.number == number, is_kept_from(staff))
    )
