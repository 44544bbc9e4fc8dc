"""The print centre: what to print, on which paper; a look at the first sheet; then the PDF, every code read back."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from villages.accounts.door import acting, done, me
from villages.core.access import Group, Permission, allow, menu
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import db, settings, transaction
from villages.plates import printing
from villages.plates.actions import Paper, note_print_run
from villages.plates.admin.blueprint import area, bp, store
from villages.plates.forms import Choice, places, read_choice
from villages.plates.layouts import layouts
from villages.plates.models import Plate
from villages.plates.printing import Job
from villages.plates.queries import plates_to_print, run_of_form
from villages.plates.runs import printers_of, run_in
from villages.plates.watching import numbers_in
from villages.registry.models import Unit
from villages.registry.queries import units_below

UNPROCESSABLE = 422


@bp.get("/admin/plates/print")
@menu("打印码牌", group=Group.PLATES, order=30)
@allow(Permission.PRINT_PLATES)
def sheets() -> str:
    """Choose what to print."""
    choice = read_choice(request.args)
    printers = printers_of(db(), me().id)
    if "run" in request.args:
        choice = _as_before(request.args.get("run", 0, type=int))
    elif printers and "shift_x" not in request.args:
        last = printers[0]
        choice = replace(choice, printer=last.name, shift_x=f"{last.shift_x:g}", shift_y=f"{last.shift_y:g}")
    if choice.is_empty and area().level != "county":
        choice = replace(choice, everything=True)
    _refuse_foreign(choice)
    return _page(replace(choice, token=secrets.token_urlsafe(16)))


def _as_before(run_id: int) -> Choice:
    """What a run printed in my area, and how."""
    run, plates, _ = run_in(db(), area(), run_id) or abort(404)
    return Choice(
        plates=tuple(plate.number for plate in plates if not plate.is_retired), layout=run.layout, skip=str(run.skip),
        shift_x=f"{run.shift_x_mm:g}", shift_y=f"{run.shift_y_mm:g}", printer=run.printer, is_test=run.is_test,
        cut_lines="" if run.cut_lines is None else str(int(run.cut_lines)),
    )  # fmt: skip


@bp.post("/admin/plates/print")
@allow(Permission.PRINT_PLATES)
def print_() -> Any:
    """A look at the first sheet, or the sheets themselves."""
    choice = read_choice(request.form)
    _refuse_foreign(choice)
    plates = plates_to_print(db(), within=area())
    with transaction():
        """The gate began it; sheets take seconds, and nobody may wait for the database meanwhile."""
    try:
        job = _job(choice, plates)
        if request.form.get("act") == "print":
            return _print(choice, job)
        picture, sheets = printing.preview(job)
    except Refusal as refusal:
        return _page(choice, refusal.lines), UNPROCESSABLE
    return _page(choice, picture=base64.b64encode(picture).decode(), sheets=sheets, count=len(job.plates))


def _print(choice: Choice, job: Job) -> Any:
    """One run: set, read back, stored for a day, noted. A form sent twice leads to the run that it made."""
    before = run_of_form(db(), choice.token) if choice.token else None
    if before is not None:
        return redirect(url_for("plates.run", run_id=before.id), 303)
    printing.refuse_unfit_address(settings(), is_test=choice.is_test)
    pdf, reading = printing.read_back_sheets(job, progress=lambda _done, _all: None)
    paper = Paper(
        skip=job.skip, shift_mm=job.shift_mm, cut_lines=job.cut_lines, printer=choice.printer, pages=reading.pages,
        digest=store().put(pdf), token=choice.token or None,
    )  # fmt: skip
    with acting("plate.print", "plates") as session:
        run = note_print_run(
            session, job.plates, layout=job.layout.name, base_url=settings().base_url, is_test=job.is_test, paper=paper,
            by=me().actor, at=now(),
        )  # fmt: skip
    done(f"已排好 {reading.pages} 页，{reading.codes} 个码全部读回，大约 {reading.distance_mm / 1000:.1f} 米内能扫")
    return redirect(url_for("plates.run", run_id=run.id), 303)


def _job(choice: Choice, plates: Sequence[Plate]) -> Job:
    layout, skip, shift, cut_lines = choice.paper()
    chosen = [
        plate for plate in plates
        if choice.everything or plate.number in choice.plates or plate.unit.division_code in choice.villages
        or (plate.unit.parent is not None and plate.unit.parent.division_code in choice.townships)
    ]  # fmt: skip
    if not chosen:
        raise Refusal("请先勾选要打印的乡镇、村，或者码牌；停用的码牌不能打印")
    return Job(layout, printing.fit_for(layout, chosen), settings(), choice.is_test, skip, shift, cut_lines)


def _refuse_foreign(choice: Choice) -> None:
    """Whatever is named must lie in my area; what does not is not found."""
    if not (choice.villages or choice.townships or choice.plates):
        return
    named = {*choice.villages, *choice.townships}
    units = {unit.division_code for unit in units_below(db(), area())} if named else set()
    if not (named <= units and set(choice.plates) <= numbers_in(db(), area())):
        abort(404)


def _page(choice: Choice, lines: tuple[str, ...] = (), *, picture: str = "", sheets: int = 0, count: int = 0) -> str:
    plates = plates_to_print(db(), within=area())
    by_township: dict[Unit, dict[Unit, int]] = {}
    for plate in plates:
        villages = by_township.setdefault(plate.unit.parent or plate.unit, {})
        villages[plate.unit] = villages.get(plate.unit, 0) + 1
    return render_template(
        "plates/sheets.html", choice=choice, problems=lines, by_township=by_township, total=len(plates),
        named=[plate for plate in plates if plate.number in choice.plates], layouts=layouts().values(),
        places=places, printers=[each for each in printers_of(db(), me().id) if each.name], picture=picture,
        sheets=sheets, count=count, only_test=not settings().is_public,
    )  # fmt: skip
