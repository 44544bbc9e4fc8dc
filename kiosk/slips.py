"""What a writer takes along on paper: the receipt with its code, or the answer with what can be done against it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort

from kiosk.passes import RECEIPT, opened
from kiosk.printing import drawn, forms, sheets
from villages.core.clock import day_of, day_text, now
from villages.core.web import db, only_reads, settings
from villages.intake.history import kind_of
from villages.intake.models import Case
from villages.intake.numbers import spoken
from villages.intake.reading import read_as_writer
from villages.intake.receiving import code_of
from villages.intake.telling import promises, remedy
from villages.paper.notices import Notice, Part

TEST_MARK = "测试"


@only_reads
def paper(form: str) -> Response:
    """The pages for the printer. Asked for by POST with the pass of the page; in no address, kept nowhere."""
    chosen = forms().get(form) or abort(404)
    case, what = opened()
    if case is None:
        abort(404)
    notice = _receipt(case) if what == RECEIPT else _answer(case)
    return sheets(drawn(notice, chosen, at=now()) or abort(422), chosen)


def _receipt(case: Case) -> Notice:
    told = tuple(
        each.what + (f"：最迟{day_text(each.on)}" if each.on else "") + f"。{each.how}"
        for each in promises(db(), case, today=day_of(now()))
    )
    facts = (("编号", spoken(case.number)), ("查询码", spoken(code_of(db(), case))))
    return _notice(case, "回执", facts, (Part("接下来", told),))


def _answer(case: Case) -> Notice:
    reply = read_as_writer(db(), case).reply
    if not reply.text:
        abort(404)
    text = Part("怎么答复的", tuple(_lines(reply.text, remedy(case, reply))))
    return _notice(case, "答复", (("编号", spoken(case.number)),), (text,))


def _lines(*texts: str) -> Iterator[str]:
    return (line for text in texts for line in text.splitlines() if line.strip())


def _notice(case: Case, title: str, facts: tuple[tuple[str, str], ...], parts: tuple[Part, ...]) -> Notice:
    url = f"{settings().base_url}cases/find"
    received = ("收到", day_text(case.received_on))
    foot = ("凭编号和查询码，扫码或者在大厅的触摸屏上查办到哪一步。查询码别告诉别人。", f"网址：{url}")
    mark = "" if settings().is_public else TEST_MARK
    return Notice(kind_of(case).label, title, "", url, (*facts, received), parts, foot, mark)
