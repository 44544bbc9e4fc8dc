"""Opening a case by its number and code. Wrong and unknown are answered alike, in the same time."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from villages.core.clock import minutes_until, now
from villages.core.web import client_address, only_reads, storage
from villages.intake import following
from villages.intake.numbers import is_number, plain
from villages.intake.public.door import TOO_MANY, UNPROCESSABLE, bp, is_known, know, leave, open_case

LONGEST = 60
NOT_A_NUMBER = "编号是 12 位数字，这里有一位不对。请对照回执再看一遍"
NO_CODE = "请填查询码，8 位数字"
WRONG = "编号和查询码对不上。请对照回执，两个数都再看一遍"


@bp.get("/find")
def find() -> str:
    """Asks for number and code."""
    return _page({}, "")


@bp.post("/find")
@only_reads
def look() -> Any:
    """Open the case for this browser. Tries are counted, right or wrong."""
    number, code = (plain(request.form.get(name, "")[:LONGEST]) for name in ("number", "code"))
    if not is_number(number):
        return _page({"number": NOT_A_NUMBER}, number), UNPROCESSABLE
    if not code:
        return _page({"code": NO_CODE}, number), UNPROCESSABLE
    moment = now()
    with storage().transaction() as session:
        known = is_known(session, number)
        found = following.find(session, number, code, network=client_address(), at=moment, is_known=known)
    if found.case is None:
        if found.until is None:
            return _page({"code": following.REPLACED if found.is_replaced else WRONG}, number), UNPROCESSABLE
        told = f"试的次数太多了，请过 {minutes_until(found.until, moment)} 分钟再试。急的话，可以带着回执到窗口查"
        return _page({"code": told}, number), TOO_MANY
    answer = redirect(url_for("cases.case", number=number), 303)
    open_case(answer, number)
    with storage().reading() as session:
        know(answer, session, number)
    return answer


@bp.post("/leave")
@only_reads
def close() -> Any:
    """Close whatever case is open in this browser."""
    answer = redirect(url_for("cases.find"), 303)
    leave(answer)
    return answer


def _page(problems: dict[str, str], number: str) -> str:
    return render_template("cases/find.html", problems=problems, number=number)
