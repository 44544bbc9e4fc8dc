"""Writing to the government: choose what it is, fill in one short page, see what is known already, send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from villages.core.clock import day_of, minutes_until, now
from villages.core.files import Unstored
from villages.core.refusal import Refusal
from villages.core.web import client_address, db, only_reads, storage
from villages.intake.enclosures import laid_down
from villages.intake.forms import Wrong
from villages.intake.kinds import Kind, kinds, offered
from villages.intake.numbers import new_number
from villages.intake.places import choices, code_of, is_of_county, kept_from, organs
from villages.intake.public.door import (
    TOO_MANY,
    UNAVAILABLE,
    UNPROCESSABLE,
    bp,
    know,
    open_case,
)
from villages.intake.public.photos import Photos, photos_of
from villages.intake.receiving import Receipt, again
from villages.intake.results import APPLICANTS
from villages.intake.similar import similar
from villages.intake.staging import unstage
from villages.intake.submitting import ABOUT, ITEM, PLATE, Later, Sent, Where, about_of, checked, submit
from villages.intake.tickets import Ticket, new_ticket, ticket_of
from villages.registry.queries import contact_of, counties

TRAP = "website"
# Asked for beside what must be filled in; other questions that need no answer are folded up.
SHOWN = ("photos", "plate")
AGAIN = "这一页放得太久了，还没有交上去。您写的都在，请再点一次“提交”"
CROWDED = "现在交的人太多了，还没有交上去。您写的都在，请过 {} 分钟再点一次“提交”"
BROKEN = "现在存不进去，还没有交上去。您写的都在，请过一会儿再点一次“提交”"


@dataclass(frozen=True)
class Draft:
    """A form as somebody fills it in: about what, which form it is, what was typed, its photographs."""

    kind: Kind
    where: Where
    ticket: Ticket
    typed: Mapping[str, str] = field(default_factory=dict)
    photos: Photos = field(default_factory=lambda: Photos((), {}))


@bp.get("/new")
def new() -> Any:
    """What somebody may write, or the form of one kind; the context comes by `about`, `item`, `plate`."""
    where = _where(request.args)
    kind = kinds().get(request.args.get("kind", ""))
    if kind is None:
        return _chooser(where)
    if kind.receiver == "owner" and about_of(db(), kind, where)[0].item is None:
        return render_template("cases/no_item.html", kind=kind, where=where, about=about_of(db(), kind, where)[0])
    if where.item and is_of_county(kind, known := about_of(db(), kind, Where(item=where.item))[0]):
        return render_template("cases/above.html", kind=kind, where=where, organs=organs(db(), known))
    return _form(Draft(kind, where, new_ticket()))


@bp.post("/new")
@only_reads
def write() -> Any:
    """Take a form in: at most one case, however often it is sent. What is refused comes back as it was typed."""
    kind = kinds().get(request.args.get("kind", ""))
    if kind is None:
        return _chooser(_where(request.form))
    ticket = ticket_of(request.form.get("ticket", ""))
    with storage().reading() as session:
        before = again(session, ticket.token, at=now()) if ticket else None
        if before is not None:
            return _received(session, before)
        draft = _read(session, kind, ticket or new_ticket())
        sent = _sent(draft)
        try:
            _, about = checked(session, sent, draft.photos.files)
        except Wrong as wrong:
            return _form(draft, wrong.problems | dict(draft.photos.problems)), UNPROCESSABLE
        if draft.photos.problems or ticket is None:
            return _form(draft, draft.photos.problems, AGAIN if ticket is None else ""), UNPROCESSABLE
        if kind.offers_publication and "sure" not in request.form:
            text = " ".join(draft.typed[each.name] for each in kind.fields if each.block == "lines")
            if found := similar(session, text, about.place, today=day_of(now())):
                return render_template("cases/similar.html", draft=draft, similar=found, names=(ABOUT, ITEM, PLATE))
    return _submit(draft, sent)


write.takes_photos = True  # type: ignore[attr-defined]


def _submit(draft: Draft, sent: Sent) -> Any:
    moment = now()
    number = new_number(day_of(moment).year)
    try:
        with (
            storage().reading() as before,
            laid_down(before, number, draft.photos.files) as files,
            storage().transaction() as session,
        ):
            receipt = submit(session, sent, files, at=moment)
    except Later as later:
        return _form(draft, refused=CROWDED.format(minutes_until(later.until, now()))), TOO_MANY
    except Wrong as wrong:
        return _form(draft, wrong.problems), UNPROCESSABLE
    except (DBAPIError, Unstored, OSError):
        return _form(draft, refused=BROKEN), UNAVAILABLE
    except Refusal as refusal:
        return _form(draft, refused=str(refusal)), UNPROCESSABLE
    with storage().reading() as session:
        return _received(session, receipt, draft)


def _received(session: Session, receipt: Receipt, draft: Draft | None = None) -> Response:
    """To the receipt; the browser that sent the form has the case open."""
    number = receipt.case.number
    if draft is not None:
        unstage(session, draft.ticket.token)
    if not receipt.code:  # too late to show the code again
        return redirect(url_for("cases.find"), 303)
    answer = redirect(url_for("cases.receipt", number=number), 303)
    open_case(answer, number, receipt=True)
    know(answer, session, number)
    return answer


def _read(session: Session, kind: Kind, ticket: Ticket) -> Draft:
    typed = {each.name: request.form.get(each.name, "") for each in kind.fields if each.block != "photos"}
    typed |= {TRAP: request.form.get(TRAP, ""), "may_publish": request.form.get("may_publish", "")}
    photos = photos_of(session, ticket.token, [each.name for each in kind.fields if each.block == "photos"])
    return Draft(kind, _where(request.form), ticket, typed, photos)


def _sent(draft: Draft) -> Sent:
    return Sent(
        draft.kind, draft.typed, draft.where, draft.ticket.token, draft.ticket.opened_at, draft.typed[TRAP],
        client_address(), may_publish=bool(draft.typed["may_publish"]),
    )  # fmt: skip


def _where(given: Mapping[str, str]) -> Where:
    return Where(*(given.get(name, "").strip()[:20] for name in (ABOUT, ITEM, PLATE)))


def _chooser(where: Where) -> Any:
    about, _ = about_of(db(), offered()[0], where)
    county = next(iter(counties(db())), None)
    place = about.place or county
    return render_template(
        "cases/new.html", kinds=offered(), where=where, place=place,
        contact=contact_of(db(), place) if place is not None else None,
    )  # fmt: skip


def _form(draft: Draft, problems: Mapping[str, str] | None = None, refused: str = "") -> Any:
    about, _ = about_of(db(), draft.kind, draft.where)
    chosen = draft.where.about if draft.typed else code_of(draft.kind, about)
    kind, problems = draft.kind, problems or {}
    optional = [each for each in kind.fields if not (each.required or each.block in SHOWN or kind.is_application)]
    page = render_template(
        "cases/form.html", draft=draft, kind=kind, typed=draft.typed, problems=problems, refused=refused,
        about=about, chosen=chosen, choices=choices(db(), kind), applicants=APPLICANTS,
        kept_from=kept_from(db(), kind, about),
        asked=[each for each in kind.fields if each not in optional], optional=optional,
        is_unfolded=any(draft.typed.get(each.name) or each.name in problems for each in optional),
    )  # fmt: skip
    return make_response(page)
