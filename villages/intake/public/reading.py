"""What a writer sees of a case: the receipt, the case itself, its files. Only while it is open in this browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import abort, make_response, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from villages.core.clock import day_of, now
from villages.core.pictures import JPEG, PNG
from villages.core.sealing import Unreadable
from villages.core.web import db, only_reads
from villages.disclosures.models import Item
from villages.intake.acting import verbs_open_to
from villages.intake.enclosures import content_of
from villages.intake.history import is_overtaken, kind_of
from villages.intake.models import Case
from villages.intake.numbers import spoken
from villages.intake.public.door import bp, is_open, open_case, open_since
from villages.intake.public.photos import Photos
from villages.intake.reading import read_as_writer
from villages.intake.receiving import code_of
from villages.intake.results import APPLICANTS
from villages.intake.saying import VERBS
from villages.intake.telling import REFUSED, STATES, lines, promises, remedy
from villages.intake.tickets import new_ticket
from villages.registry.models import Unit
from villages.registry.queries import contact_of

ENDINGS = {JPEG: ".jpg", PNG: ".png", "application/pdf": ".pdf"}


@dataclass(frozen=True)
class Tried:
    """A verb that was sent and could not be taken: what was typed, its photographs, why not; the form's token."""

    verb: str = ""
    text: str = ""
    stars: int = 0
    ticket: str = ""
    photos: Photos = field(default_factory=lambda: Photos((), {}))
    problem: str = ""


def for_its_writer(view: Callable[..., Any]) -> Callable[..., Any]:
    """Lead to the page that asks for the code, unless the case is open in this browser; a case that is not, neither."""

    @wraps(view)
    def guarded(number: str, **more: Any) -> Any:
        since = open_since(number)
        if since is None or is_overtaken(case_of(number), since):
            return redirect(url_for("cases.find"), 303)
        return view(number, **more)

    return guarded


def case_of(number: str) -> Case:
    """The case that is open."""
    return db().scalar(select(Case).where(Case.number == number)) or abort(404)


@bp.get("/<number>/receipt")
@for_its_writer
def receipt(number: str) -> Any:
    """Number and code, and what happens next; as long as the case is open and nobody said that they have noted it."""
    if not is_open(number, receipt=True):
        return redirect(url_for("cases.case", number=number), 303)
    found = case_of(number)
    return render_template(
        "cases/receipt.html", case=found, kind=kind_of(found), code=spoken(code_of(db(), found)),
        number=spoken(number), promises=promises(db(), found, today=day_of(now())),
    )  # fmt: skip


@bp.post("/<number>/noted")
@for_its_writer
@only_reads
def noted(number: str) -> Response:
    """Show the code no more."""
    answer = redirect(url_for("cases.case", number=number), 303)
    open_case(answer, number)
    return answer


@bp.get("/<number>")
@for_its_writer
def case(number: str) -> Any:
    """Where a case stands, what happened, the answer, what its writer may do."""
    return page(number, Tried())


@bp.get("/<number>/files/<int:file_id>")
@for_its_writer
def file(number: str, file_id: int) -> Response:
    """A photograph that the writer sent, or a file of the answer once it was sent."""
    found = case_of(number)
    is_sent = any(step.verb == "answer" for step in found.steps)
    enclosure = next((each for each in found.enclosures if each.id == file_id), None)
    if enclosure is None or (enclosure.field == "reply" and not is_sent):
        abort(404)
    try:
        answer = make_response(content_of(db(), enclosure))
    except Unreadable:
        abort(404)
    answer.headers["Content-Type"] = enclosure.media_type
    how = "inline" if enclosure.media_type in (JPEG, PNG) else "attachment"
    name = f"{number}-{file_id}{ENDINGS.get(enclosure.media_type, '')}"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer


def page(number: str, tried: Tried) -> str:
    """The page of a case."""
    found = case_of(number)
    kind, clear, today = kind_of(found), read_as_writer(db(), found), day_of(now())
    is_sent = any(step.verb == "answer" for step in found.steps)
    allowed = verbs_open_to(db(), found, None)
    lead = found.held_by[0].place  # whom to call: never those whom an accusation is about
    return render_template(
        "cases/case.html", case=found, kind=kind, number=spoken(number), state=STATES[found.state],
        refused=REFUSED if found.state == "discarded" else "", promises=promises(db(), found, today=today),
        told=_told(found, clear.values), reply=clear.reply if is_sent else None,
        remedy=remedy(found, clear.reply) if is_sent else "", lines=lines(clear.steps),
        files=[each for each in found.enclosures if each.field != "reply"],
        answered=[each for each in found.enclosures if each.field == "reply" and is_sent],
        verbs=[verb for verb in VERBS if verb in allowed], tried=tried, ticket=tried.ticket or new_ticket().signed,
        contact=contact_of(db(), lead if isinstance(lead, Unit) else lead.unit),
    )  # fmt: skip


def _told(found: Case, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was written, by the labels of the form."""
    told = [("说的是", found.unit.name)] if found.unit is not None else []
    item = db().get(Item, found.item_id) if found.item_id is not None else None
    told += [("哪一条", item.edition.title)] if item is not None and item.is_public and item.edition else []
    told += [("写给", found.publisher.name)] if found.publisher is not None else []
    fields = [each for each in kind_of(found).fields if values.get(each.name)]
    return told + [
        (each.label, APPLICANTS.get(values[each.name], "") if each.block == "applicant" else values[each.name])
        for each in fields
    ]
