"""Writing an answer from a template, and the letter of it to print or to work on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from villages.accounts.door import UNPROCESSABLE, acting, done, me, note_reading
from villages.core.access import Permission, allow
from villages.core.clock import SHANGHAI, day_text, now
from villages.core.refusal import Refusal
from villages.core.web import db
from villages.intake.acting import held, verbs_open_to
from villages.intake.admin.blueprint import bp, case_of_mine, number_of, words
from villages.intake.admin.one import declare_first
from villages.intake.answering import LONGEST, Reply, draft, reply_of
from villages.intake.history import kind_of, last_step
from villages.intake.letters import Occasion, blanks, first_draft, lacks_remedy, title_of
from villages.intake.models import CHANNELS, Case, CaseStep
from villages.intake.numbers import spoken
from villages.intake.reading import WHAT, in_clear
from villages.intake.results import results
from villages.intake.routing import signatory, who_hears
from villages.intake.seating import has_declared
from villages.paper.letters import Letter, as_pdf

GROUP_ENDS = "）"
DRAFT = "草稿，没有发出"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@bp.get("/admin/cases/<number>/answer")
@allow(Permission.HANDLE_CASES)
def write(number: str) -> Any:
    """The form of an answer: the draft as it stands, or a template."""
    case = case_of_mine(number)
    if "draft" not in verbs_open_to(db(), case, me()):
        flash("这件诉求现在不能写答复", "error")
        return redirect(url_for("intake.one", number=number), 303)
    reply = reply_of(db(), case)
    if not reply.text:
        reply = Reply(_template(case, reply.result), reply.result)
    return _page(case, reply)


@bp.post("/admin/cases/<number>/answer")
@allow(Permission.HANDLE_CASES)
def written(number: str) -> Any:
    """Put the template of a result into the form, or keep what was written as the draft."""
    case, form = case_of_mine(number), request.form
    reply, seen = Reply(form.get("text", ""), form.get("result", "")), number_of(form.get("seen", ""))
    if seen is None or (reply.result and (reply.result not in results() or not kind_of(case).is_application)):
        abort(400)
    if "draft" not in verbs_open_to(db(), case, me()):
        return _page(case, reply, ("这件诉求现在不能写答复，请回到诉求那一页",)), UNPROCESSABLE
    if form.get("verb") == "fill":
        return _page(case, Reply(_template(case, reply.result), reply.result))
    if left := blanks(reply.text):
        return _page(case, reply, (f"还有 {len(left)} 处没有写：{'、'.join(left[:3])}",)), UNPROCESSABLE
    try:
        with acting("case.draft", f"case:{number}") as session:
            found = held(session, case.id, by=me(), seen=seen)
            declare_first(session, found)
            draft(session, found, _plain(reply.text), result=reply.result, by=me(), at=now())
    except Refusal as refusal:
        return _page(case_of_mine(number), reply, refusal.lines), UNPROCESSABLE
    done("答复写好了，请另一位同事打开这件诉求，同意以后才能发出")
    return redirect(url_for("intake.one", number=number), 303)


def _plain(text: str) -> str:
    return "\n".join(text.splitlines())


def _page(case: Case, reply: Reply, refused: tuple[str, ...] = ()) -> str:
    note_reading(f"case:{case.number}", what=WHAT, count=1)
    groups: dict[str, list[Any]] = {}
    if kind_of(case).is_application:
        for each in results().values():
            groups.setdefault(each.row.split(GROUP_ENDS)[1].split()[0].split("（")[0], []).append(each)
    return render_template(
        "intake/answer.html", case=case, kind=kind_of(case), reply=reply, refused=refused, groups=groups,
        result=results().get(reply.result), clear=in_clear(db(), case), longest=LONGEST,
        declared=has_declared(case, me()), given=request.form, **words(),
    )  # fmt: skip


def _template(case: Case, result: str) -> str:
    """The first draft of an answer; '' for an application whose result was not chosen yet."""
    if kind_of(case).is_application and not result:
        return ""
    return first_draft(_occasion(case), results().get(result))


def _occasion(case: Case) -> Occasion:
    kind, values = kind_of(case), in_clear(db(), case).values
    subject = next((values.get(field.name, "") for field in kind.fields if field.block == "lines"), "")
    return Occasion(
        case.number, kind.label, values.get("name", ""), case.received_on, CHANNELS[case.channel],
        subject if kind.is_application else "", kind.is_reviewed, who_hears(case),
        is_person=case.applicant in ("", "natural_person"),
    )  # fmt: skip


@bp.get("/admin/cases/<number>/letter.<any(docx, pdf):form>")
@allow(Permission.HANDLE_CASES)
def letter(number: str, form: str) -> Response:
    """The answer as a letter, marked as a draft until it is sent; that I took it is noted first."""
    case = case_of_mine(number)
    reply = reply_of(db(), case)
    if not reply.text:
        abort(404)
    note_reading(f"case:{case.number}", what=WHAT, count=1)
    found = _letter(case, reply)
    stamp = (sent_step(case) or case.steps[-1]).at.astimezone(SHANGHAI)
    body = _as_docx(found, stamp) if form == "docx" else as_pdf(found, stamp=stamp)
    return Response(
        body, mimetype=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{case.number}.{form}"'}
    )


def _as_docx(letter: Letter, stamp: datetime) -> bytes:
    from villages.paper.word import as_docx  # noqa: PLC0415 - slow to load

    return as_docx(letter, stamp=stamp)


@bp.app_template_filter("sent_step")
def sent_step(case: Case) -> CaseStep | None:
    """The step that sent the answer as it stands; None where it was written anew since."""
    last = last_step(case, "answer", "draft")
    return last if last is not None and last.verb == "answer" else None


def _letter(case: Case, reply: Reply) -> Letter:
    sent = sent_step(case)
    return Letter(
        title_of(is_application=kind_of(case).is_application), spoken(case.number),
        tuple(line for line in reply.text.splitlines() if line.strip()), signatory(db(), case),
        day_text(sent.on) if sent else "　　年　　月　　日", "" if sent else DRAFT,
    )  # fmt: skip


bp.add_app_template_test(lambda reply: lacks_remedy(reply.text, results().get(reply.result)), "lacking_remedy")
