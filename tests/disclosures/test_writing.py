"""The forms that clerks write in: each kind's form gives back what it shows, and nothing typed is lost."""

import io
import re
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from lxml import html
from sqlalchemy import select

from tests.factories import NOON, STATEMENT, TESTER
from tests.portal.published import ARTICLE, DECISION, ROSTER, given_of, publish, statement_given
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import Staff
from villages.calendar.periods import Period
from villages.core.clock import now
from villages.disclosures import actions
from villages.disclosures.admin.drawing import Drawn
from villages.disclosures.blocks import blocks
from villages.disclosures.kinds import kinds, load_kinds
from villages.disclosures.models import Attachment, Item, Unfinished
from villages.disclosures.typed import given, posted, problems_of, typed_of
from villages.disclosures.unfinished import KEPT, forget_unfinished
from villages.disclosures.values import read_values, values_from_json
from villages.registry.bodies import make_missing
from villages.registry.models import Publisher

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onfocus='alert(1)", "</textarea><b>x",
    "javascript:alert(1)", "{{ 7*7 }}", "<svg/onload=alert(1)>", "&lt;b&gt;", "]]><!--",
)  # fmt: skip
FILES = ("files", "steps")


@pytest.fixture
def office(app):
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
    return app


def body_of(app, code, kind):
    with app.extensions["storage"].reading() as session:
        query = select(Publisher).where(Publisher.kind.in_(kind.publishers), Publisher.code.startswith(code))
        return session.scalars(query.order_by(Publisher.id)).first().code


def form_of(tree):
    """What a browser would send of the form of writing."""
    sent = {}
    for each in tree.xpath("//form[@data-write]//*[@name]"):
        if each.tag == "button" or (each.get("type") in ("file", "hidden") and each.get("name") == "csrf_token"):
            continue
        if each.tag == "select":
            value = next((o.get("value") for o in each if o.get("selected") is not None), each[0].get("value"))
        elif each.tag == "textarea":
            value = "".join(each.itertext()).removeprefix("\n")
        elif (each.get("type") == "checkbox" and each.get("checked") is None) or each.get("type") == "file":
            continue
        else:
            value = each.get("value")
        sent.setdefault(each.get("name"), []).append(value)
    return sent


def new(app, kind, code=VILLAGE):
    return f"/admin/items/new/{kind.key}/{body_of(app, code, kind)}"


def draw(app, kind, typed, problems=None):
    form = Drawn(kind, typed, problems or {})
    source = (
        "<form data-write>{% for field in form.fields %}"
        "{{ block(field.block).draw(field, field.name, form.typed[field.name], form) }}{% endfor %}</form>"
    )
    with app.test_request_context():
        return app.jinja_env.overlay(autoescape=True).from_string(source).render(form=form)


def own_kinds(tmp_path):
    folder = tmp_path / "catalogue"
    folder.mkdir()
    text = (Path(__file__).with_name("flood_watch.toml")).read_text(encoding="utf-8")
    (folder / "flood_watch.toml").write_text(text, encoding="utf-8")
    return load_kinds(folder).values()


def test_every_kind_s_form_gives_back_the_values_it_shows(office, tmp_path):
    for kind in [*kinds().values(), *own_kinds(tmp_path)]:
        values = read_values(kind, given_of(kind))
        tree = html.document_fromstring(draw(office, kind, typed_of(kind, values)))
        again = posted(kind, form_of(tree), {})
        assert problems_of(kind, again) == {}, kind.key
        assert read_values(kind, given(kind, again)) == values, kind.key


def test_every_type_of_field_has_its_template(office):
    with office.test_request_context():
        for name, each in blocks().items():
            macros = office.jinja_env.globals["block"](name)
            assert macros.draw
            assert not each.cell or name == "rich" or macros.cell


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_comes_out_escaped(office, text):
    for kind in kinds().values():
        typed = {
            field.name: {
                "several": [text], "files": [{"digest": text, "name": text}],
                "table": [{column.name: text for column in field.columns}],
                "steps": [{"place": text, "held_on": text, "meeting": text, "files": [{"digest": text, "name": text}]}],
            }.get(field.block, text)
            for field in kind.fields
        }  # fmt: skip
        problems = {place: [text] for place in problems_of(kind, typed)}
        page = draw(office, kind, typed, problems)
        tree = html.document_fromstring(page)
        assert not tree.xpath("//script|//img|//svg|//b[text()='x']|//*[@onfocus or @onerror or @onload]"), kind.key
        assert "49" not in re.findall(r'value="(49)"', page)


def test_a_clerk_writes_a_statement_and_sends_it_to_review(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    page = desk.get(path)
    assert "2026年10月" in page.text
    sent = form_of(page.tree) | statement_fields()
    answer = desk.post(path, act="submit", **sent)
    assert answer.status_code == 303
    one = desk.get(answer.location.removeprefix("/msgk"))
    assert "已送审" in one.text
    assert "等审核员审第 1 道，共 3 道" in one.text


def statement_fields(closing="130", income="50"):
    return {
        "v.opening": "100", "v.income": income, "v.expenditure": "20", "v.closing": closing, "period": "2026年9月",
        "v.lines.0.day": "2026-09-03", "v.lines.0.summary": "承包费", "v.lines.0.income": "50",
        "v.lines.1.day": "2026-09-09", "v.lines.1.summary": "修路灯", "v.lines.1.expenditure": "20",
    }  # fmt: skip


def test_what_is_wrong_stands_at_its_field_and_all_that_was_typed_is_kept(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    wrong = statement_fields() | {"v.lines.1.day": "昨天", "v.note": "大额的说明"}
    answer = desk.post(path, act="save", **wrong)
    assert answer.status_code == 422
    tree = html.document_fromstring(answer.text)
    cell = tree.get_element_by_id("f-lines-1-day")
    assert (cell.get("value"), cell.get("aria-invalid")) == ("昨天", "true")
    assert "不是日期" in tree.get_element_by_id(cell.get("aria-describedby")).text_content()
    again = desk.get(path)
    assert "没写完的内容" in again.text
    assert form_of(again.tree)["v.note"] == ["大额的说明"]


def test_rows_are_added_without_a_script(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    answer = desk.post(path, act="add:lines", **statement_fields())
    assert answer.location.endswith("#f-lines")
    page = desk.get(path)
    assert len(page.tree.xpath("//fieldset[@id='f-lines']//tbody/tr")) == 7
    assert form_of(page.tree)["v.lines.1.summary"] == ["修路灯"]


def test_what_a_script_keeps_is_offered_on_return_and_forgotten_when_saved(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    kept = desk.post(path, act="autosave", **(statement_fields() | {"v.opening": "一百"}))
    assert re.fullmatch(r"\d{1,2}:\d\d", kept.json["at"])
    assert form_of(desk.get(path).tree)["v.opening"] == ["一百"]
    desk.post(path, act="save", **statement_fields())
    assert "没写完" not in desk.get(path).text


def test_what_nobody_comes_back_to_is_gone_after_thirty_days(office):
    desk = at_desk(office, "editor", VILLAGE)
    desk.post(new(office, STATEMENT), act="autosave", **statement_fields())
    with office.extensions["storage"].transaction() as session:
        assert forget_unfinished(session, now()) == 0
        assert forget_unfinished(session, now() + KEPT * 1.1) == 1
        assert session.scalar(select(Unfinished.id)) is None


def written(office, desk, kind=STATEMENT, **given):
    """A draft that somebody at a desk has written; its number."""
    with office.extensions["storage"].transaction() as session:
        by = session.scalar(select(Staff).where(Staff.name == desk.name))
        publisher = session.scalar(select(Publisher).where(Publisher.code == body_of(office, VILLAGE, kind)))
        period = Period(date(2026, 9, 1), kind.cycle) if kind.cycle in ("month", "quarter", "year") else None
        values = given or (statement_given() if kind is STATEMENT else given_of(kind))
        return actions.write(session, kind, publisher, values, by=by, at=now(), period=period).id


def test_nobody_saves_over_what_somebody_else_has_changed(office):
    first, second = at_desk(office, "editor", VILLAGE), at_desk(office, "editor", VILLAGE)
    number = written(office, first)
    path = f"/admin/items/{number}/edit"
    mine, theirs = form_of(first.get(path).tree), form_of(second.get(path).tree)
    assert second.post(path, act="save", **(theirs | {"v.note": "他们的"})).status_code == 303
    answer = first.post(path, act="save", **(mine | {"v.note": "我的"}))
    assert answer.status_code == 409
    tree = html.document_fromstring(answer.text)
    row = tree.xpath("//div[@role='alert']//tr[th='说明']/td/text()")
    assert row == ["他们的", "我的"]
    with office.extensions["storage"].reading() as session:
        assert session.get(Item, number).draft["note"] == "他们的"
    assert first.post(path, act="save", **form_of(tree)).status_code == 303
    with office.extensions["storage"].reading() as session:
        assert session.get(Item, number).draft["note"] == "我的"


def test_a_form_says_who_else_has_it_open(office):
    first, second = at_desk(office, "editor", VILLAGE), at_desk(office, "editor", VILLAGE)
    path = f"/admin/items/{written(office, first)}/edit"
    assert second.post(path, act="here").json["others"] == []
    assert f"{second.name}也开着这一条" in first.get(path).text


def a_workbook(rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


HEADS = ["月份", "期初余额", "本期收入", "本期支出", "期末余额", "日期", "摘要", "收入", "支出"]


def test_a_spreadsheet_fills_the_form_to_be_looked_through(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    rows = [HEADS, ["2026年9月", 100, 50, 20, 130, "2026-09-03", "承包费", 50], [""] * 5 + ["9月9日", "修路灯", "", 20]]
    answer = desk.post(path, act="fill", sheet=(io.BytesIO(a_workbook(rows)), "九月.xlsx"))
    assert answer.status_code == 303
    page = desk.get(path)
    form = form_of(page.tree)
    assert "已从表格填入 2 行" in page.text
    assert (form["period"], form["v.closing"]) == (["2026年9月"], ["130.00"])
    assert (form["v.lines.0.income"], form["v.lines.1.day"]) == (["50.00"], ["9月9日"])


def test_a_spreadsheet_of_another_body_is_not_taken(office):
    desk = at_desk(office, "editor", VILLAGE)
    rows = [["村名", *HEADS], ["别处村", "2026年9月", 1, 0, 0, 1, "2026-09-03", "费", 0]]
    answer = desk.post(new(office, STATEMENT), act="fill", sheet=(io.BytesIO(a_workbook(rows)), "九月.xlsx"))
    assert answer.status_code == 422
    assert "表格里写的单位是“别处村”" in answer.text


def test_a_file_is_kept_with_a_form_that_is_wrong_and_attached_when_it_is_right(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    voucher = {"u.vouchers": (io.BytesIO("收据\n".encode()), "收据.txt")}
    assert desk.post(path, act="save", **(statement_fields() | {"v.opening": ""}), **voucher).status_code == 422
    form = form_of(desk.get(path).tree)
    assert form["v.vouchers.name"] == ["收据.txt"]
    answer = desk.post(path, act="save", **(form | statement_fields()))
    page = desk.get(answer.location.removeprefix("/msgk"))
    assert "收据.txt" in page.text
    with office.extensions["storage"].reading() as session:
        found = session.scalars(select(Attachment)).one()
    file = desk.fetch(f"/admin/items/{found.item_id}/files/{found.id}")
    assert file.data.decode("utf-8-sig") == "收据\n"
    stranger = at_desk(office, "editor", "410923205201")
    assert stranger.fetch(f"/admin/items/{found.item_id}/files/{found.id}").status_code == 404


def test_a_file_that_was_never_uploaded_cannot_be_named(office):
    desk = at_desk(office, "editor", VILLAGE)
    forged = {"v.vouchers.digest": "a" * 64, "v.vouchers.name": "别人的.pdf"}
    answer = desk.post(new(office, STATEMENT), act="save", **statement_fields(), **forged)
    assert answer.status_code == 422
    assert "没有上传到这一条" in answer.text


def test_what_the_gate_finds_stands_at_its_field_and_one_click_masks_it(office):
    desk = at_desk(office, "editor", VILLAGE)
    number = written(office, desk, **(statement_given() | {"note": "电话 13812345678"}))
    path = f"/admin/items/{number}/edit"
    page = desk.get(path)
    assert "有手机号 138****5678" in page.text
    answer = desk.post(path, act="mask:note", **form_of(page.tree))
    assert answer.status_code == 303
    with office.extensions["storage"].reading() as session:
        assert session.get(Item, number).draft["note"] == "电话 138****5678"
    assert "有手机号" not in desk.get(path).text


def test_what_the_gate_asks_is_ticked_before_it_goes_to_review(office):
    desk = at_desk(office, "editor", VILLAGE)
    number = written(office, desk, **(statement_given() | {"note": "张三患糖尿病，住院花了不少"}))
    page = desk.get(f"/admin/items/{number}")
    keys = [box.get("value") for box in page.tree.xpath("//input[@name='seen']")]
    assert keys
    desk.post(f"/admin/items/{number}/submit")
    with office.extensions["storage"].reading() as session:
        assert session.get(Item, number).state == "draft"
    desk.post(f"/admin/items/{number}/submit", seen=keys)
    with office.extensions["storage"].reading() as session:
        assert session.get(Item, number).state == "in_review"


def test_sums_that_do_not_add_up_are_said_before_anybody_reviews(office):
    desk = at_desk(office, "editor", VILLAGE)
    answer = desk.post(new(office, STATEMENT), act="submit", **statement_fields(closing="131"))
    page = desk.get(answer.location.removeprefix("/msgk"))
    assert "期末余额应是 130.00 元" in page.text
    assert "草稿" in page.text


def test_a_township_fills_one_form_for_all_its_villages(office):
    kind = next(k for k in kinds().values() if k.shared == "completed" and k.cycle == "at_once")
    desk = at_desk(office, "editor", TOWNSHIP)
    page = desk.get(f"/admin/items/many/{kind.key}")
    form = form_of(page.tree)
    count = len(form["village"])
    assert count > 5
    title = kind.short.title
    form |= {f"v.{title}": ["全镇一样的标题"], "village": form["village"][1:]}
    assert desk.post(f"/admin/items/many/{kind.key}", act="save", **form).status_code == 303
    with office.extensions["storage"].reading() as session:
        items = session.scalars(select(Item)).all()
        assert len(items) == count - 1
        one, village = items[0].id, items[0].unit.division_code
    clerk = at_desk(office, "editor", village)
    assert "还缺：" in clerk.get(f"/admin/items/{one}").text
    clerk.post(f"/admin/items/{one}/submit")
    with office.extensions["storage"].reading() as session:
        assert session.get(Item, one).state == "draft"


def without_files(kind):
    return given_of(kind) | {field.name: None for field in kind.fields if field.block == "files"}


def test_what_is_the_same_everywhere_goes_to_review_at_once(office):
    kind = next(k for k in kinds().values() if k.shared == "whole")
    desk = at_desk(office, "editor", TOWNSHIP)
    path = f"/admin/items/many/{kind.key}"
    form = form_of(desk.get(path).tree)
    tree = html.document_fromstring(draw(office, kind, typed_of(kind, read_values(kind, without_files(kind)))))
    form |= form_of(tree)
    if form.get("period"):
        form["period"] = [desk.get(path).tree.xpath("//select[@id='period']/option/@value")[1]]
    answer = desk.post(path, act="submit", **form)
    assert answer.status_code == 303, html.document_fromstring(answer.text).xpath("string(//div[@role='alert'])")
    with office.extensions["storage"].reading() as session:
        states = set(session.scalars(select(Item.state)))
    assert states == {"in_review"}


def test_a_foreign_village_is_in_no_list_and_behind_no_address(office):
    number = written(office, at_desk(office, "editor", VILLAGE))
    stranger = at_desk(office, "editor", "410923205201")
    assert "共 0 条" in stranger.get("/admin/items").text
    paths = ["", "/edit", "/preview", "/preview/page", "/preview/sheet.pdf"]
    assert {stranger.fetch(f"/admin/items/{number}{path}").status_code for path in paths} == {404}
    assert stranger.fetch(new(office, STATEMENT)).status_code == 404
    posts = ["/edit", "/submit", "/mask", "/discard"]
    assert {stranger.post(f"/admin/items/{number}{path}").status_code for path in posts} == {404}
    whole = next(k for k in kinds().values() if k.shared != "none")
    desk = at_desk(office, "editor", TOWNSHIP)
    form = {"village": [body_of(office, "410923205", whole)], "period": ""}
    assert desk.post(f"/admin/items/many/{whole.key}", act="save", **form).status_code == 422
    with office.extensions["storage"].reading() as session:
        assert len(session.scalars(select(Item)).all()) == 1


@pytest.mark.parametrize("kind", [STATEMENT, ROSTER, DECISION, ARTICLE], ids=lambda kind: kind.key)
def test_a_draft_is_seen_as_on_a_phone_and_as_a_sheet_before_it_is_public(office, kind):
    desk = at_desk(office, "editor", VILLAGE if {"committee", "collective"} & set(kind.publishers) else "410923")
    with office.extensions["storage"].transaction() as session:
        given_ = statement_given() if kind is STATEMENT else given_of(kind)
        if "files" in [f.block for f in kind.fields]:
            given_ |= {f.name: None for f in kind.fields if f.block == "files"}
        code = VILLAGE if {"committee", "collective"} & set(kind.publishers) else "410923"
        number = publish(session, code, kind, given_, public=False).id
    desk.get(f"/admin/items/{number}/preview")
    page = desk.fetch(f"/admin/items/{number}/preview/page")
    assert page.status_code == 200
    pdf = desk.fetch(f"/admin/items/{number}/preview/sheet.pdf")
    assert pdf.data.startswith(b"%PDF"), pdf.text[:3000]
    assert "预览" in pypdfium2.PdfDocument(pdf.data)[0].get_textpage().get_text_range()


def test_a_word_file_is_read_into_an_article(office):
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("第一段话")
    document.save(out)
    desk = at_desk(office, "editor", "410923")
    rich = next(f.name for f in ARTICLE.fields if f.block == "rich")
    path = new(office, ARTICLE, "410923")
    answer = desk.post(path, act=f"word:{rich}", **{f"w.{rich}": (io.BytesIO(out.getvalue()), "通知.docx")})
    assert answer.status_code == 303, answer.text[-3000:]
    assert form_of(desk.get(path).tree)[f"v.{rich}"] == ["<p>第一段话</p>"]


def test_the_buttons_are_those_that_the_table_and_the_role_allow(office):
    desk = at_desk(office, "editor", VILLAGE)
    number = written(office, desk)
    page = desk.get(f"/admin/items/{number}").text
    assert "送审" in page
    assert "紧急发布（不经审核）" not in page
    chief = at_desk(office, "publisher", VILLAGE)
    chief.post(f"/admin/items/{number}/emergency", reason="汛情")
    with office.extensions["storage"].reading() as session:
        item = session.get(Item, number)
        assert (item.is_public, values_from_json(STATEMENT, item.draft)["opening"]) == (True, 1246000)
    assert "撤回" in chief.get(f"/admin/items/{number}").text


@pytest.mark.parametrize("scope", ["410923", TOWNSHIP, VILLAGE])
def test_the_kinds_to_choose_from_are_those_that_are_owed(office, scope):
    desk = at_desk(office, "editor", scope)
    page = desk.get("/admin/items/new")
    assert STATEMENT.label in page.text
    answer = desk.fetch(f"/admin/items/new/{DECISION.key}")
    assert answer.status_code == (302 if scope == VILLAGE else 200)  # a village has one committee: nothing to choose


def test_the_sums_of_a_statement_are_counted_from_its_lines(office):
    desk = at_desk(office, "editor", VILLAGE)
    path = new(office, STATEMENT)
    desk.post(path, act="sums:income", **(statement_fields() | {"v.income": "", "v.expenditure": "", "v.closing": ""}))
    form = form_of(desk.get(path).tree)
    assert [form[f"v.{name}"] for name in ("income", "expenditure", "closing")] == [["50.00"], ["20.00"], ["130.00"]]
