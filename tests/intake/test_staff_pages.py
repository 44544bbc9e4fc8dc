"""The staff's pages of cases: what waits, one case, what is done with it, and its letter."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import select

from tests.intake.asked import counted
from tests.intake.cases import COUNTY, HERE, NAME, PHONE, TEXT
from tests.intake.desks import VILLAGE, act, case_in, new_case, seen, state
from tests.staff import at_desk
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.intake.admin.doing import CALLS
from villages.intake.admin.one import OWN_PAGES
from villages.intake.enclosures import Given
from villages.intake.kinds import kinds
from villages.intake.letters import Occasion, blanks, first_draft, lacks_remedy
from villages.intake.models import Case
from villages.intake.receiving import Came
from villages.intake.results import results
from villages.intake.verbs import acts
from villages.intake.workflow import JOINED, TABLE, WRITER

LIST = "/admin/cases"


@pytest.fixture
def storage(cases_app):
    return cases_app.extensions["storage"]


@pytest.fixture
def desks(cases_app):
    """Two handlers of a township."""
    return [at_desk(cases_app, "handler", HERE) for _ in range(2)]


def entries(storage, number):
    with storage.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.subject.startswith(f"case:{number}")))
        return [(entry.act, entry.subject, entry.refused) for entry in found.all()]


def test_every_verb_of_staff_is_a_form_and_every_form_a_verb():
    theirs = {verb for (_, verb), move in TABLE.items() if move.roles - WRITER and move.roles & JOINED}
    assert set(acts()) == theirs == {*CALLS, *OWN_PAGES}
    assert not {field.name for kind in kinds().values() for field in kind.fields} & {
        "kind", "token", "channel", "on", "about", "item", "may_publish", "csrf_token",
    }  # fmt: skip


def test_a_question_goes_from_the_list_to_its_end(storage, desks):
    one, other = desks
    number = new_case(storage)
    assert "我们要办的1" in one.get(LIST).links()
    assert act(one, number, "accept").status_code == 303
    text = one.get(f"{LIST}/{number}/answer").tree.xpath("//textarea[@name='text']")[0].text
    assert NAME in text
    form = {"seen": 2, "verb": "save", "text": text}
    refused = one.post(f"{LIST}/{number}/answer", **form)
    assert refused.status_code == 422
    assert "还有 2 处没有写：【写明查到的情况】" in refused.text
    assert one.post(f"{LIST}/{number}/answer", **form | {"text": "换", "result": "granted"}).status_code == 400
    assert one.post(f"{LIST}/{number}/answer", **form | {"text": "灯泡明天就换"}).status_code == 303
    assert "请另一位同事" in one.get(f"{LIST}/{number}").text
    assert act(one, number, "approve").status_code == 422
    for desk, verb, given in (
        (other, "approve", {}), (one, "answer", {}), (one, "deliver", {"how": "当面交给本人"}), (one, "close", {}),
    ):  # fmt: skip
        assert act(desk, number, verb, **given).status_code == 303, verb
    assert state(storage, number) == "closed"
    assert "答复过、办完的1" in one.get(LIST).links()


def test_what_was_typed_stays_with_what_is_wrong_at_its_form(storage, desks):
    one, _ = desks
    number = new_case(storage, "foi_request", came=Came("counter"))
    act(one, number, "accept")
    answer = act(one, number, "ask_to_correct", text="请写明年份", days="十天", on="明天")
    assert answer.status_code == 422
    page = answer.text
    assert "“给几个工作日”请填一个整数" in page
    assert "“发出通知的日期”看不懂" in page
    assert 'value="十天"' in page
    assert ">请写明年份</textarea>" in page
    assert '<details id="do-ask_to_correct" open>' in page
    late = act(one, number, "ask_to_correct", text="请写明年份", days="99")
    assert "1 到 60 个工作日" in late.text


def test_a_number_longer_than_any_of_ours_is_told_or_not_found(storage, desks):
    one, _ = desks
    number, long = new_case(storage, "foi_request", came=Came("counter")), "9" * 5_000
    act(one, number, "accept")
    told = act(one, number, "ask_fee", scale="pages", count=long)
    assert (told.status_code, "请填一个整数，最大" in told.text) == (422, True)
    assert act(one, number, "note", text="记", seen=long).status_code == 400
    for address in (f"{LIST}?page={long}", f"{LIST}/year?year={long}"):
        assert one.fetch(address).status_code == 404
    assert one.post(f"{LIST}/held", verb="release", case=f"{number}:{long}", no_interest="yes").status_code == 400


def test_an_older_page_does_nothing_and_says_who_was_quicker(storage, desks):
    one, other = desks
    number = new_case(storage)
    before = seen(other, number)
    act(one, number, "accept")
    answer = other.post(f"{LIST}/{number}", verb="decline", seen=before, no_interest="yes", reason="不归我们管")
    assert answer.status_code == 422
    assert f"{one.name}在" in answer.text
    assert "不归我们管" in answer.text
    assert state(storage, number) == "in_hand"


def test_the_first_step_asks_for_an_interest_and_whoever_has_one_is_kept_out(storage, desks):
    one, other = desks
    number = new_case(storage)
    assert "利害关系" in one.get(f"{LIST}/{number}").text
    refused = one.post(f"{LIST}/{number}", verb="accept", seen=seen(one, number))
    assert refused.status_code == 422
    assert "请先说明" in refused.text
    assert act(one, number, "recuse", reason="当事人是我的亲戚").headers["Location"].endswith(LIST)
    assert one.fetch(f"{LIST}/{number}").status_code == 404
    act(other, number, "accept")
    assert other.post(f"{LIST}/{number}", verb="note", seen=seen(other, number), text="查过").status_code == 303
    acts_noted = [act for act, *_ in entries(storage, number)]
    assert acts_noted.count("case.declare") == 1


def test_each_opening_of_words_and_pictures_is_noted(storage, desks):
    one, _ = desks
    number = new_case(storage, files=(Given("photos", "image/jpeg", b"\xff\xd8\xffpicture"),))
    page = one.get(f"{LIST}/{number}")
    assert TEXT in page.text
    picture = one.fetch(f"{LIST}/{number}/files/1")
    assert (picture.mimetype, picture.data) == ("image/jpeg", b"\xff\xd8\xffpicture")
    assert one.fetch(f"{LIST}/{number}/files/2").status_code == 404
    read = [subject for act, subject, _ in entries(storage, number) if act == "personal.read"]
    assert read == [f"case:{number}", f"case:{number}:1"]


def test_the_last_day_is_explained_day_by_day_with_its_article(storage, desks):
    number = new_case(storage, "foi_request", came=Came("counter"))
    page = desks[0].get(f"{LIST}/{number}")
    rows = page.tree.xpath("//div[@aria-label='期限怎样算的']//tbody/tr")
    assert "第 20 天" in "".join(rows[-1].itertext())
    assert "政府信息公开条例第三十三条" in page.text
    with storage.reading() as session:
        assert len(rows) == (case_in(session, number).due_on - case_in(session, number).received_on).days


def test_cases_are_found_by_what_is_asked_and_nothing_typed_reaches_an_address(storage, desks):
    one, _ = desks
    number, other = new_case(storage), new_case(storage, "error", values={"text": "错字"})
    for typed in ({"number": f"{number[:4]} {number[4:8]} {number[8:]}"}, {"phone": PHONE}, {"name": NAME}):
        page = one.post(LIST, **typed).text
        assert number in page
        assert other not in page
        addresses = re.findall(r'(?:href|action)="([^"]*)"', page)
        assert not any(value in address for value in typed.values() for address in addresses)
    for query in ("kind=error", "kind=error&state=received", f"kind=error&place={VILLAGE}", "tab=soon"):
        assert other in "".join(one.get(f"{LIST}?{query}").links().values())
    assert "没有这样的诉求" in one.get(f"{LIST}?tab=&first=2026-01-01&last=2026-01-02").text
    assert "看不懂" in one.get(f"{LIST}?first=x").text
    assert one.fetch(f"{LIST}?tab=none").status_code == 404


def test_the_workbook_has_no_words_and_no_formula_and_is_an_entry(storage, desks):
    number = new_case(storage)
    answer = desks[0].post(f"{LIST}/export", tab="mine")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1][:5] == [number, "咨询", "已收到", "手机、网页", "柳溪村"]
    assert not any(word in str(cells) for word in (NAME, PHONE, TEXT))
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
    with storage.reading() as session:
        assert session.scalar(select(AuditEntry.detail).where(AuditEntry.act == "case.export")) == {"count": 1}


def test_what_waits_stands_on_the_first_page_and_in_the_menu(storage, desks):
    one, _ = desks
    assert one.get("/admin/").tree.xpath("//nav//span[@class='count' and not(@hidden)]") == []
    for days in (0, 60):
        new_case(storage, at=now() - timedelta(days=days))
    new_case(storage, came=Came("online", is_held=True))
    page = one.get("/admin/")
    told = {"".join(li.itertext()).strip() for li in page.tree.xpath("//ul[@class='tiles']/li")}
    assert told == {"2新来的诉求", "1逾期的诉求", "0快到期的诉求", "1等人查看的诉求"}
    assert page.tree.xpath("string(//nav//span[@class='count' and not(@hidden)]/b)") == "2"


def test_several_are_let_in_or_not_taken_at_once(storage, desks):
    one, _ = desks
    trapped = Came("online", is_held=True, held={"why": ["trap"]})
    held = [new_case(storage, came=trapped) for _ in range(4)]
    pairs = [f"{number}:1" for number in held]
    assert one.post(f"{LIST}/held", verb="release", no_interest="yes").status_code == 422
    page = one.get(f"{LIST}/held").response.text
    assert page.count("填了页面上人看不见的一格") == 1
    assert page.count("填了看不见的格") == len(held)
    assert "填了页面上人看不见的一格" in one.get(f"{LIST}/{held[0]}").response.text
    assert one.post(f"{LIST}/held", verb="discard", case=pairs[:1], no_interest="yes").status_code == 422
    assert one.post(f"{LIST}/held", verb="discard", case=pairs[:2], no_interest="yes", reason="重复").status_code == 303
    assert one.post(f"{LIST}/held", verb="release", case=pairs[1:], no_interest="yes").status_code == 303
    assert "没有办成 1 件" in one.get("/admin/").text
    assert [state(storage, number) for number in held] == ["discarded", "discarded", "received", "received"]


def test_what_is_kept_back_costs_as_many_questions_however_much_it_is(storage, desks):
    one, _ = desks
    asked = []
    for many in (2, 7):
        while len(asked_for := one.get(f"{LIST}/held").tree.xpath("//input[@name='case']/@value")) < many:
            new_case(storage, came=Came("online", is_held=True))
        assert all(value.endswith(":1") for value in asked_for)
        with counted() as statements:
            one.get(f"{LIST}/held")
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_a_fee_is_worked_out_before_it_is_sent(storage, desks):
    one, _ = desks
    number = new_case(storage, "foi_request", came=Came("counter"))
    act(one, number, "accept")
    first = act(one, number, "ask_fee", scale="pages", count="120")
    assert first.status_code == 200
    assert "合计1100元" in first.text
    assert state(storage, number) == "in_hand"
    other = act(one, number, "ask_fee", scale="pages", count="130", looked="pages 120")
    assert "合计1300元" in other.text
    assert act(one, number, "ask_fee", scale="pages", count="130", looked="pages 130").status_code == 303
    assert state(storage, number) == "paying"


def test_an_accusation_in_disguise_becomes_another_case(storage, desks):
    one, _ = desks
    number = new_case(storage)
    wanting = act(one, number, "refile", kind="foi_request", about=HERE, reason="要的是一份文件")
    assert "请选申请人是哪一类" in wanting.text
    answer = act(one, number, "refile", kind="complaint", about=HERE, reason="说的是镇里的事")
    assert answer.headers["Location"].endswith(LIST)
    with storage.reading() as session:
        made = session.scalars(select(Case).where(Case.kind == "complaint")).one()
        assert made.held_by[0].unit.division_code == COUNTY
        numbers = [number, made.number]
    assert [one.fetch(f"{LIST}/{each}").status_code for each in numbers] == [404, 404]


@pytest.mark.parametrize("code", results())
def test_each_result_has_a_template_that_names_its_remedy(code):
    received, above = date(2026, 1, 2), "示例县人民政府"
    about = Occasion(
        "202600000000", "", "示例{公司}", received, "窗口", "示例【2020】5号",
        is_reviewed=False, above=above, is_person=False,
    )  # fmt: skip
    result = results()[code]
    text = first_draft(about, result)
    assert len(blanks(text)) == 1
    assert "【2020】5号" in text
    assert result.must in text
    assert not lacks_remedy(text, result)
    assert ("应当先申请行政复议" in text) is result.refuses
    assert "您" not in text
    assert "示例{公司}：" in text


def test_only_a_complaints_answer_says_that_it_may_be_reviewed_and_by_whom():
    above = "示例县人民政府"
    for kind in kinds().values():
        about = Occasion("202600000000", kind.label, NAME, date(2026, 1, 2), "窗口", "", kind.is_reviewed, above)
        text, is_told = first_draft(about, None), kind.key == "complaint"
        for words in ("信访工作条例第三十五条", "收到这份书面答复之日起30日内", f"上一级机关、单位（{above}）复查"):
            assert (words in text) is is_told, (kind.key, words)


def test_a_letter_is_a_draft_until_it_is_sent_on_paper_and_in_word(storage, desks):
    one, other = desks
    number = new_case(storage, "foi_request", came=Came("counter"))
    act(one, number, "accept")
    form = {"seen": seen(one, number), "result": "refused_third_party"}
    filled = one.post(f"{LIST}/{number}/answer", verb="fill", text="旧的", **form)
    assert filled.status_code == 200
    assert "应当先申请行政复议" in filled.text
    assert "旧的" not in filled.text
    wanting = one.post(f"{LIST}/{number}/answer", verb="save", text=f"{NAME}：\n不予公开。", **form)
    assert wanting.status_code == 303
    assert "没有写可以申请行政复议" in other.get(f"{LIST}/{number}").text
    text = f"{NAME}：\n不予公开。\n应当先申请行政复议。"
    one.post(f"{LIST}/{number}/answer", verb="save", text=text, **form | {"seen": seen(one, number)})
    assert "草稿，没有发出" in word_of(one, number)
    act(other, number, "approve")
    act(one, number, "answer")
    told = word_of(one, number)
    assert "草稿" not in told
    assert told.splitlines()[3:6] == ["不予公开。", "应当先申请行政复议。", "清河镇人民政府"]
    pdf = PdfDocument(one.fetch(f"{LIST}/{number}/letter.pdf").data)
    printed = "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")
    assert "清河镇人民政府" in printed
    assert "不予公开。" in printed


def word_of(desk, number):
    return "\n".join(p.text for p in Document(io.BytesIO(desk.fetch(f"{LIST}/{number}/letter.docx").data)).paragraphs)
