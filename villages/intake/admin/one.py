"""One case: what was written, what happened, how its days are counted, and what may be done with it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import UNPROCESSABLE, acting, done, me, note_reading
from villages.core.access import Permission, allow
from villages.core.clock import day_of, now
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable
from villages.core.web import db
from villages.intake.acting import held, verbs_open_to
from villages.intake.admin.blueprint import bp, case_of_mine, number_of, words
from villages.intake.admin.doing import MOST, do
from villages.intake.admin.entering import receipt_page
from villages.intake.enclosures import content_of
from villages.intake.fees import UNITS, Fee, fee
from villages.intake.forms import Wrong
from villages.intake.handling import SILENCE
from villages.intake.history import clock_of, kind_of, last_step, open_consultations, terms_of
from villages.intake.holding import held_of
from villages.intake.models import Case
from villages.intake.offering import offered
from villages.intake.places import offices, places
from villages.intake.reading import WHAT, in_clear, text_of
from villages.intake.receiving import Receipt
from villages.intake.reissuing import LOSSES
from villages.intake.results import APPLICANTS, results
from villages.intake.seating import declare, has_declared
from villages.intake.seeing import case_numbered
from villages.intake.similar import Similar, similar
from villages.intake.verbs import PARTS, Act, acts
from villages.intake.workflow import OPEN, verb_word

# Verbs that have a page of their own.
OWN_PAGES = ("draft", "offer")
INTEREST = "请先说明：您和这件事、和当事人有没有利害关系。有的，请选“回避”"


@dataclass(frozen=True)
class Tried:
    """A form that was sent and comes back: which one, what is wrong with it, and a fee that was worked out for it."""

    verb: str = ""
    lines: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    fee: Fee | None = None


@bp.get("/admin/cases/<number>")
@allow(Permission.HANDLE_CASES)
def one(number: str) -> str:
    """A case that I may see; that I opened it is noted first."""
    return page(case_of_mine(number))


def page(case: Case, tried: Tried | None = None) -> str:
    """The page of a case, a form that was refused with it."""
    note_reading(f"case:{case.number}", what=WHAT, count=1)
    verbs = verbs_open_to(db(), case, me())
    open_acts = [act for verb, act in acts().items() if verb in verbs]
    tried = tried or Tried()
    lost = acts()[tried.verb] if tried.verb and tried.verb not in verbs else None
    blocks = {ask.block for act in open_acts for ask in act.asks}
    return render_template(
        "intake/case.html", case=case, kind=kind_of(case), clear=in_clear(db(), case), clock=clock_of(db(), case),
        terms=terms_of(case), today=day_of(now()), parts=_parts(open_acts), tried=tried, lost=lost, given=request.form,
        declared=has_declared(case, me()), why_not=_why_not(case), verb_word=verb_word, results=results(),
        applicants=APPLICANTS, silence=SILENCE, scales=UNITS, losses=LOSSES, consultations=open_consultations(case),
        offices=offices(db()) if "office" in blocks else [],
        places=places(db()) if blocks & {"place", "places"} else [], kin=_kin(case), why_held=held_of(db(), [case])[0],
        **_published(case), **words(),
    )  # fmt: skip


def _parts(open_acts: list[Act]) -> dict[str, list[Act]]:
    """The forms of the page by their part."""
    parts = {label: [act for act in open_acts if act.part == part] for part, label in PARTS.items()}
    return {label: found for label, found in parts.items() if found}


def _why_not(case: Case) -> str:
    """What waits for another person than me."""
    drafted, asked = last_step(case, "draft"), last_step(case, "ask_extension")
    if case.state == "drafted" and drafted is not None and drafted.staff_id == me().id:
        return "答复是您写的，请另一位同事打开这件诉求，同意以后才能发出"
    is_asked = asked is not None and asked.staff_id == me().id and last_step(case, "extend", "answer") is None
    return "您请求了延期，要由另一位同事同意" if is_asked else ""


def _kin(case: Case) -> list[Case]:
    """The cases that this one was made out of, or into, where I may see them."""
    numbers = [step.detail["number"] for step in case.steps if step.verb == "refile"]
    numbers += [case.came_from.number] if case.came_from else []
    return [found for number in numbers if (found := case_numbered(db(), me(), number)) is not None]


def _published(case: Case) -> dict[str, Any]:
    """What a case was put before the public as; and, while it is open, what was published that is like it."""
    alike: Sequence[Similar] = ()
    if case.state in OPEN and kind_of(case).offers_publication:
        alike = similar(db(), text_of(db(), case), case.unit, today=day_of(now()))
    return {"offered": offered(db(), case), "alike": alike}


@bp.post("/admin/cases/<number>")
@allow(Permission.HANDLE_CASES)
def act(number: str) -> Any:
    """Take one step with a case, as it was seen."""
    case, form = case_of_mine(number), request.form
    chosen, seen = acts().get(form.get("verb", "")), number_of(form.get("seen", ""))
    if chosen is None or chosen.verb in OWN_PAGES or seen is None:
        abort(400)
    if chosen.verb == "ask_fee" and (tried := _fee_first(form)) is not None:
        return page(case, tried)
    try:
        with acting(f"case.{chosen.verb}", f"case:{case.number}") as session:
            made = _take(session, case.id, chosen, seen)
    except Wrong as wrong:
        return page(case_of_mine(number), Tried(chosen.verb, problems=wrong.problems)), UNPROCESSABLE
    except Refusal as refusal:
        return page(case_of_mine(number), Tried(chosen.verb, refusal.lines)), UNPROCESSABLE
    if chosen.verb == "reissue":
        return receipt_page(made, is_reissued=True)
    done(_told(chosen, made))
    if case_numbered(db(), me(), number) is None:
        return redirect(url_for("intake.listed"), 303)
    return redirect(url_for("intake.one", number=number), 303)


def _take(session: Session, case_id: int, chosen: Act, seen: int) -> Any:
    held_case, at = held(session, case_id, by=me(), seen=seen), now()
    if chosen.verb != "recuse":
        declare_first(session, held_case)
    return do(session, held_case, chosen, request.form, by=me(), at=at)


def declare_first(session: Session, case: Case) -> None:
    """Before my first step: that I have no interest in it. Raises Refusal where I did not say so."""
    if has_declared(case, me()):
        return
    if request.form.get("no_interest") != "yes":
        raise Refusal(INTEREST)
    declare(session, case, by=me(), at=now())


def _fee_first(form: Mapping[str, str]) -> Tried | None:
    """The arithmetic of a fee, to be seen before it is sent; None where it was seen, or nothing can be worked out."""
    scale, count = form.get("scale", ""), number_of(form.get("count", "").strip())
    if scale not in UNITS or count is None or count > MOST:
        return None
    found = fee(scale, count)
    return None if form.get("looked") == f"{scale} {count}" else Tried("ask_fee", fee=found)


def _told(chosen: Act, made: Any) -> str:
    if isinstance(made, Receipt):
        return f"已按“{kind_of(made.case).label}”另立一件，编号 {made.case.number}，写信人用原来的查询码就能查"
    return f"办好了：{chosen.label}"


@bp.get("/admin/cases/<number>/files/<int:place>")
@allow(Permission.HANDLE_CASES)
def enclosure(number: str, place: int) -> Response:
    """A file that came with a case, by its place in it; that I opened it is noted first."""
    case = case_of_mine(number)
    if not 0 < place <= len(case.enclosures):
        abort(404)
    found = case.enclosures[place - 1]
    note_reading(f"case:{case.number}:{place}", what="诉求的照片", count=1)
    try:
        return Response(content_of(db(), found), mimetype=found.media_type)
    except Unreadable:
        abort(404)
