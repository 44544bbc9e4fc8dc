"""The forms: a new item, an item's draft, a correction, one for many villages. What each button of them does."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me, publisher_of_mine
from villages.core.access import Permission, allow
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db, transaction
from villages.disclosures import actions, masking, rosters
from villages.disclosures.admin.attaching import act, take_uploads
from villages.disclosures.admin.blueprint import bp, clock, item_of_mine, kind_or_404, my_publishers, shown_to_me
from villages.disclosures.admin.conflicts import Conflict, differences, refuse_changed
from villages.disclosures.admin.sheet import Sheet
from villages.disclosures.models import Item
from villages.disclosures.publishing import refuse_sums
from villages.disclosures.sharing import share
from villages.disclosures.typed import given, problems_of
from villages.disclosures.unfinished import attach_waiting, finish, keep
from villages.disclosures.values import values_from_json
from villages.registry.models import Publisher

CONFLICT, SEE_OTHER = 409, 303


@bp.route("/admin/items/new/<key>/<code>", methods=["GET", "POST"])
@allow(Permission.WRITE)
def write_new(key: str, code: str) -> Any:
    """A new item of a kind and a publisher."""
    kind, publisher = kind_or_404(key), publisher_of_mine(code)
    if publisher.kind not in kind.publishers:
        abort(404)
    return _answer(Sheet(db(), kind, publisher))


@bp.route("/admin/items/many/<key>", methods=["GET", "POST"])
@allow(Permission.WRITE)
def write_many(key: str) -> Any:
    """One form that becomes an item in each of many villages."""
    kind = kind_or_404(key)
    if kind.shared == "none" or len(my_publishers(db(), kind)) < 2:  # noqa: PLR2004 - many
        abort(404)
    return _answer(Sheet(db(), kind, None))


@bp.route("/admin/items/<int:item_id>/edit", methods=["GET", "POST"])
@allow(Permission.WRITE)
def edit(item_id: int) -> Any:
    """An item's draft; of what is published, its correction."""
    item = item_of_mine(item_id)
    if item.state not in ("draft", "published"):
        raise Refusal("这一条正在审核或者等着发布，现在不能改；要改请让审核的人退回来")
    return _answer(Sheet(db(), kind_or_404(item.kind), item.publisher, item, is_correction=item.state == "published"))


def _answer(sheet: Sheet) -> Any:
    sheet.load(now())
    if request.method == "GET":
        return page(sheet)
    button, _, rest = request.form.get("act", "save").partition(":")
    if button == "forget":
        with transaction() as session:
            finish(session, me(), sheet.subject)
        done("没写完的内容已经去掉")
        return redirect(_here(), SEE_OTHER)
    if button in ("here", "autosave"):
        return _kept(sheet, typed=button == "autosave")
    sheet.read()
    with transaction() as session:  # first of all, so that nothing typed is lost whatever happens next
        sheet.unfinished = keep(session, sheet.subject, sheet.kept(), base=sheet.base, by=me(), at=now())
    try:
        return _press(sheet, button, rest)
    except Conflict:
        return page(sheet, CONFLICT)
    except Refusal as refusal:
        sheet.lines = refusal.lines
        return page(sheet, UNPROCESSABLE)


def _press(sheet: Sheet, button: str, rest: str) -> Any:
    """What a button does; all but saving is kept as unfinished, and the form is shown again at its place."""
    with transaction() as session:
        unfinished = keep(session, sheet.subject, None, base=sheet.base, by=me(), at=now())
        take_uploads(sheet, unfinished, at=now())
        place = act(sheet, button, rest)
        keep(session, sheet.subject, sheet.kept(), base=sheet.base, by=me(), at=now())
    if button in ("save", "submit", "mask"):
        return _save(sheet, button, rest)
    for text in sheet.told:
        flash(text, "done")
    anchor = f"f-{place.replace('.', '-')}" if place and place.replace(".", "").replace("_", "").isalnum() else None
    return redirect(_here() + (f"#{anchor}" if anchor else ""), SEE_OTHER)


def _save(sheet: Sheet, button: str, rest: str) -> Any:
    sheet.problems = problems_of(sheet.asked, sheet.typed)
    if sheet.problems:
        raise Refusal(f"有 {len(sheet.problems)} 处要改，改好再保存；您填的都还在")
    if sheet.publisher is None:
        return _save_many(sheet, button)
    item = _write(sheet, sheet.publisher)
    if button == "mask":
        with acting("item.mask", f"item:{item.id}") as session:
            masked = masking.mask(session, item_of_mine(item.id, session, lock=True), by=me(), at=now(), only=[rest])
        done(f"已保存，打了码 {len(masked)} 处")
        return redirect(url_for("items.edit", item_id=item.id) + f"#f-{rest}", SEE_OTHER)
    if button == "submit":
        return submit(item.id)
    done("已保存，还没有送审")
    return redirect(url_for("items.one", item_id=item.id), SEE_OTHER)


def _write(sheet: Sheet, publisher: Publisher) -> Item:
    """Save the draft, over what this person has seen and nothing else."""
    subject, at = sheet.subject, now()
    with acting("item.write", subject) as session:
        item = item_of_mine(sheet.item.id, session, lock=True) if sheet.item else None
        if item is not None:
            refuse_changed(session, item, sheet)
        values = given(sheet.kind, sheet.typed)
        if item is not None and sheet.is_correction:
            actions.correct(session, item, values, public_note=sheet.note, by=me(), at=at)
        else:
            item = actions.write(
                session, sheet.kind, publisher, values, by=me(), at=at, item=item, period=sheet.read_period(),
                elsewhere_on=sheet.read_elsewhere(),
            )  # fmt: skip
        rosters.remember(session, item, rosters.opened(session, sheet.tails, about=subject))
        attach_waiting(session, item, sheet.unfinished, at=at)
        finish(session, me(), subject)
    return item


def _save_many(sheet: Sheet, button: str) -> Any:
    wanted, at = set(sheet.codes), now()
    with acting("item.write", sheet.subject) as session:
        chosen = [each for each in my_publishers(session, sheet.kind) if each.code in wanted]
        if len(chosen) < len(wanted):
            raise Refusal("选的单位里有不归您管的，请重新打开这一页再选")
        content = given(sheet.kind, sheet.typed)
        items = share(session, sheet.kind, chosen, content, period=sheet.read_period(), by=me(), at=at)
        for item in items:
            attach_waiting(session, item, sheet.unfinished, at=at)
            if button == "submit":
                refuse_unready(item)
                actions.submit(session, item, by=me(), at=at)
        finish(session, me(), sheet.subject)
    done(f"已给 {len(items)} 个单位各写好一条" + ("，都已送审" if button == "submit" else "草稿"))
    return redirect(url_for("items.mine", kind=sheet.kind.key), SEE_OTHER)


def submit(item_id: int, *, looked: bool = False) -> Any:
    """Send to review; what keeps it is shown on the item's page, where it can be seen to."""
    try:
        with acting("item.submit", f"item:{item_id}") as session:
            item = item_of_mine(item_id, session, lock=True)
            refuse_unready(item)
            actions.submit(session, item, by=me(), at=now(), looked=looked)
    except Refusal as refusal:
        for line in refusal.lines[:12]:
            flash(line, "error")
        flash("内容已保存，还没有送审：请看上面的原因", "error")
    else:
        done("已送审")
    return redirect(url_for("items.one", item_id=item_id), SEE_OTHER)


def refuse_unready(item: Item) -> None:
    """Raise Refusal for sums that would stop the item at its publication: better now than after three reviews."""
    kind = kind_or_404(item.kind)
    values = values_from_json(kind, item.draft)
    if kind.check != "none" and all(values.get(name) is not None for name in ("opening", "income", "expenditure")):
        refuse_sums(db(), kind, item, values)


def _kept(sheet: Sheet, *, typed: bool) -> Any:
    """The answer to the form's own script: kept at what time, and who else has it open."""
    if typed:
        sheet.read()
    with transaction() as session:
        keep(session, sheet.subject, sheet.kept() if typed else None, base=sheet.base, by=me(), at=now())
        others = sheet.others(now())
    return jsonify(at=clock(now()), others=others)


def page(sheet: Sheet, status: int = 200) -> Any:
    """The form."""
    at = now()
    if sheet.item is not None:
        shown_to_me(sheet.item)
    changed = differences(db(), sheet)
    html = render_template(
        "disclosures/write.html", sheet=sheet, kind=sheet.kind, form=sheet.drawn(), periods=sheet.periods(at),
        others=sheet.others(at), differences=changed,
        choices=my_publishers(db(), sheet.kind) if sheet.publisher is None else (),
    )  # fmt: skip
    return html, status


def _here() -> str:
    return request.script_root + request.path
