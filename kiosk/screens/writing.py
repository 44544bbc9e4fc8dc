"""One thing somebody has to say, a question a screen, written on the screen's own keys; at the end the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request, url_for

from kiosk.drafts import CHECK, PADS, PUBLISH, YES, Draft, begun, name_of, sent_along, word_of_place
from kiosk.keypad import pressed
from kiosk.machine import here
from kiosk.passes import RECEIPT, pass_for
from kiosk.printing import forms as papers
from kiosk.screen import at, draw, public_address, unkept
from villages.core.clock import day_of, now
from villages.core.web import db, only_reads
from villages.intake.history import kind_of
from villages.intake.kinds import Kind, kinds
from villages.intake.models import Case
from villages.intake.numbers import spoken
from villages.intake.places import Choices, choices, is_of_county, kept_from, organs
from villages.intake.similar import similar
from villages.intake.submitting import ABOUT, about_of
from villages.intake.telling import promises

NAME, PATH = "writing", "/tell/<kind>"
METHODS = ("GET", "POST")


@only_reads
def show(kind: str) -> Response:
    """A step of the form, filled in as far as it goes; what cannot be written here says where it can."""
    found = kind_at_hall(kind)
    if found is None:
        return _elsewhere(kinds().get(kind) or abort(404), sheet="by_phone")
    return _next(sent_along(found)) if request.method == "POST" else _first(begun(found))


def kind_at_hall(key: str) -> Kind | None:
    """The kind of a key, where it is written at a hall."""
    found = kinds().get(key)
    return found if found is not None and found.at_hall else None


def drawn(draft: Draft, step: str, *, problem: str = "", refused: str = "", is_called: bool = False) -> Response:
    """One step. `problem`: with what stands there; `refused`: with the whole; `is_called`: somebody is on the way."""
    kind, steps = draft.kind, draft.steps
    place, field = steps.index(step), kind.field(step)
    more: dict[str, Any] = {}
    if step == ABOUT:
        more = _places(draft)
    elif step == CHECK:
        lines = " ".join(draft.typed[each.name] for each in draft.asked if each.block == "lines")
        whole = about_of(db(), kind, draft.where)[0]
        found = similar(db(), lines, whole.place, today=day_of(now())) if kind.offers_publication else []
        more = {"told": list(draft.told(db())), "similar": found, "kept_from": kept_from(db(), kind, whole)}
    elif field is not None:
        more = {"value": draft.typed[step], "most": PADS.get(field.block, field.longest), "pad": field.block in PADS}
    carried = {name: text for name, text in draft.typed.items() if name != step}
    words = {ABOUT: word_of_place(kind), PUBLISH: "能给别人看吗", CHECK: "看一遍，对不对"}
    return unkept(draw(
        NAME, kind=kind, draft=draft, step=step, number=place + 1, steps=len(steps), field=field, carried=carried,
        before=steps[place - 1] if place else "", label=words.get(step) or (field.label if field else ""),
        problem=problem, refused=refused, is_called=is_called, publish=PUBLISH, yes=YES,
        up=at("tell"), take=phone_of(kind, draft.where.about, draft.where.item), **more,
    ))  # fmt: skip


def again(draft: Draft, problems: Mapping[str, str], refused: str = "") -> Response:
    """The form that was not taken: at the first step where something is wrong, else at the end."""
    step = next((each for each in draft.steps if each in problems), CHECK)
    return drawn(draft, step, problem=problems.get(step, ""), refused=refused)


def receipt(case: Case, code: str) -> Response:
    """Number and code, large; what happens next. `code` is '' where it is too late to show it again."""
    return unkept(draw(
        NAME, sheet="receipt", kind=kind_of(case), number=spoken(case.number), code=spoken(code), papers=papers(),
        promises=promises(db(), case, today=day_of(now())), held=pass_for(case.number, RECEIPT if code else ""),
    ))  # fmt: skip


def _first(draft: Draft) -> Response:
    if draft.kind.receiver == "owner" and about_of(db(), draft.kind, draft.where)[0].item is None:
        return _elsewhere(draft.kind, sheet="which_item")
    if draft.where.item and is_of_county(draft.kind, about := about_of(db(), draft.kind, draft.where)[0]):
        return _elsewhere(draft.kind, sheet="above", organs=organs(db(), about))
    is_known = draft.steps[0] == ABOUT and draft.typed[ABOUT] and name_of(db(), draft.kind, draft.typed[ABOUT])
    return drawn(draft, draft.after(ABOUT) if is_known else draft.steps[0])


def _next(draft: Draft) -> Response:
    """The step that was asked for (`to`), the same one while something is chosen or typed in it, else the next."""
    form, step = request.form, request.form.get("step", "")
    if form.get("to") in draft.steps:
        return drawn(draft, form["to"])
    if step not in draft.steps[:-1]:
        return drawn(draft, CHECK if step == CHECK else draft.steps[0])
    if "press" in form or "group" in form:
        return drawn(_typed_on(draft, step, form.get("press", "")), step)
    problem = draft.problem(step)
    return drawn(draft, step if problem else draft.after(step), problem=problem)


def phone_of(kind: Kind, about: str, item: str) -> str:
    """The same form on a phone, with nothing typed in it."""
    return url_for("cases.new", kind=kind.key, about=about or None, item=item or None)


def _elsewhere(kind: Kind, *, sheet: str, **more: str) -> Response:
    path = phone_of(kind, *(request.args.get(name, "") for name in ("about", "item")))
    return unkept(draw(NAME, sheet=sheet, kind=kind, up=at("tell"), take=path, address=public_address(path), **more))


def _typed_on(draft: Draft, step: str, key: str) -> Draft:
    """After a key of the keypad, where there are no scripts."""
    field = draft.kind.field(step)
    if field is None or field.block not in PADS:
        return draft
    return Draft(
        draft.kind, draft.ticket, {**draft.typed, step: pressed(draft.typed[step], key, PADS[field.block])}
    )  # fmt: skip


def _places(draft: Draft) -> dict[str, Any]:
    """The places of one group, at first those of the hall's township; or the groups."""
    groups: list[Choices] = choices(db(), draft.kind)
    given, hall = request.form.get("group"), here()
    own = next((n for n, group in enumerate(groups) if hall and hall.division_code in dict(group.choices)), None)
    numbers = {str(n): n for n in range(len(groups))}
    chosen = own if given is None else numbers.get(given)
    code = draft.typed[ABOUT]
    return {
        "groups": groups, "group": None if chosen is None else groups[chosen], "chosen": code,
        "chosen_name": name_of(db(), draft.kind, code) if code else "",
    }  # fmt: skip
