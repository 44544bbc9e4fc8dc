"""What was written under one kind and is another: a complaint sent as an application, or the reverse.

A second case is made out of the first, with the same code, so that the writer opens both; an application is still
answered with its result (政府信息公开条例 Art 39(1)), whatever is passed on to the second.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.refusal import Refusal, needed
from villages.intake.acting import take
from villages.intake.enclosures import Given, content_of
from villages.intake.history import Told, kind_of
from villages.intake.kinds import ADDED, Kind
from villages.intake.models import Case
from villages.intake.receiving import Came, Receipt, receive
from villages.intake.results import APPLICANTS
from villages.intake.routing import About, accused, keep_away
from villages.intake.sealed import opened_values

LONGEST = 2_000


def refile(
    session: Session, case: Case, kind: Kind, about: About, reason: str, *, by: Staff, at: datetime, applicant: str = ""
) -> Receipt:  # fmt: skip
    """Make a case of another kind out of one; the writer reads why, and its number. Raises Refusal.

    `about`: whom or what the new one is about, as whoever read it understood it. An accusation is kept from them, and
    so is, from now on, what it was made of; from whom the first was kept, the second is too. `applicant`: a key of
    results.APPLICANTS, where it becomes an application.
    """
    former = kind_of(case)
    if kind.key == former.key:
        raise Refusal(f"这件诉求本来就是“{kind.label}”")
    reason = needed(reason, "为什么改按另一类办理", LONGEST)
    values = _carried(former, kind, opened_values(session, case.body, about=case.about("body")))
    if kind.is_application:
        if applicant not in APPLICANTS:
            raise Refusal("请选申请人是哪一类：年度报告要按申请人的类别统计")
        values["applicant"] = applicant
    files = [
        Given(name, each.media_type, content_of(session, each))
        for each in case.enclosures if (name := _filed(former, kind, each.field))
    ]  # fmt: skip
    came = Came(case.channel, on=case.received_on, out_of=case)  # the law counts from there, whatever it was taken for
    receipt = receive(session, kind, values, about, came, by=by.actor, at=at, files=files)
    detail = {"number": receipt.case.number, "kind": kind.key}
    take(session, case, "refile", Told(text=reason, is_shown=True, detail=detail), by=by, at=at)
    if not former.is_application:
        take(session, case, "pass_on", Told(is_shown=True), by=by, at=at)
    case.is_restricted = case.is_restricted or kind.is_restricted
    keep_away(session, case, *accused(kind, about), at=at)
    return receipt


def _filed(former: Kind, kind: Kind, name: str) -> str:
    """Where a photograph of one kind lies with another; '' for what is not carried: the other's proof of identity."""
    if kind.field(name) is not None:
        return name
    field = former.field(name)
    return ADDED.name if field is not None and field.is_lasting_photos else ""


def _carried(former: Kind, kind: Kind, values: dict[str, str]) -> dict[str, str]:
    """What of a form fits another: fields of the same name, and what it is about."""
    carried = {name: value for name, value in values.items() if kind.field(name) is not None}
    words = [values[field.name] for field in former.fields if field.block == "lines" and field.name in values]
    for field in kind.fields:
        if field.block == "lines" and field.required and field.name not in carried:
            carried[field.name] = "\n".join(words)
    return carried
