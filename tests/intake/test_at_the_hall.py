"""What people write, follow and ask at the hall's screen, page by page, as it works without scripts, too."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html
from sqlalchemy import func, select

from tests.factories import NOON, TESTER
from tests.intake.cases import COUNTY, HERE, NAME, PHONE, TEXT, VILLAGES, answered, handler, unit
from tests.portal.published import publish
from villages.core.clock import now
from villages.disclosures.kinds import kinds
from villages.intake import following, handling
from villages.intake.kinds import offered
from villages.intake.models import Case, GuessWait
from villages.intake.reading import read_as_writer
from villages.machines import actions as machines

COMPLAINT = "/tell/complaint"
TOKEN = "t" * 43
OURS = {"Sec-Fetch-Site": "same-origin"}
SITE = "https://www.county.gov.cn"


class Screen:
    """A hall's screen, paired, and whoever taps on it; each page is looked at on the way."""

    def __init__(self, app: Any, paper: str = "receipt") -> None:
        self.client, self.storage = app.test_client(), app.extensions["storage"]
        self.client.set_cookie("kiosk", TOKEN, domain="www.county.gov.cn", path="/msgk/kiosk")
        with self.storage.transaction() as session:
            machine = machines.ask(session, token=TOKEN, screen="1080x1920", at=now())
            place = {"unit": unit(session, HERE), "name": "", "orientation": "portrait", "paper": paper}
            machines.approve(session, machine, **place, by=TESTER, at=NOON)
        self.tree = html.fromstring("<p>")

    def open(self, path: str, status: int = 200) -> Screen:
        return self._read(self.client.get(f"/msgk/kiosk{path}", base_url=SITE), status)

    def send(self, path: str, status: int = 200, headers: dict[str, str] = OURS, **form: str) -> Screen:
        return self._read(self.client.post(f"/msgk/kiosk{path}", base_url=SITE, headers=headers, data=form), status)

    def goes_on(self, path: str = "", **form: str) -> Screen:
        """Send the form on the screen as it stands, with what is typed in it; `path` where a key leads elsewhere."""
        found = self.tree.xpath("//main//form")[0]
        path = path or found.get("action").removeprefix("/msgk/kiosk")
        return self.send(path, **{name: value or "" for name, value in found.form_values()} | form)

    def told(self) -> str:
        return " ".join("".join(self.tree.xpath("//header | //main")[0].getparent().itertext()).split())

    def _read(self, answer: Any, status: int) -> Screen:
        assert answer.status_code == status
        assert status != 200 or answer.headers["Cache-Control"] == "no-store"
        self.tree = html.fromstring(answer.text)
        addresses = self.tree.xpath("//@href | //@action | //@formaction | //@src")
        assert not any(each in unquote(address) for address in addresses for each in (NAME, PHONE, TEXT))
        assert all(form.get("method") == "post" for form in self.tree.iter("form"))
        return self


@pytest.fixture
def screen(cases_app):
    return Screen(cases_app)


@pytest.fixture
def cases(cases_app):
    """How many cases there are."""

    def count():
        with cases_app.extensions["storage"].reading() as session:
            return session.scalar(select(func.count()).select_from(Case))

    return count


def written(screen: Screen, kind: str = "complaint") -> Screen:
    """A form filled in down to its last step."""
    screen.open(f"/tell/{kind}").goes_on(about=VILLAGES[0][0])
    while (step := screen.tree.xpath("//main//form//input[@name='step']/@value")[0]) != "check":
        screen.goes_on(**{step: {"text": TEXT, "name": NAME, "phone": PHONE, "accused": "示例某人"}.get(step, "")})
    return screen


def receipt(screen: Screen) -> tuple[str, str]:
    number, code = (re.sub(r"\D", "", dd.text) for dd in screen.tree.xpath("//dl[@class='receipt']//dd"))
    return number, code


def sent(screen: Screen, kind: str = "complaint") -> tuple[str, str]:
    return receipt(written(screen, kind).goes_on(f"/tell/{kind}/send"))


def followed(screen: Screen, number: str, code: str) -> Screen:
    return screen.open("/follow").goes_on(number=number).goes_on("/follow/open", code=code)


def test_every_kind_is_offered_and_what_needs_a_photograph_leads_to_the_phone(screen):
    topics = screen.open("/tell").tree.xpath("//ul[@class='topics']//a/@href")
    assert topics == [f"/msgk/kiosk/tell/{kind.key}" for kind in offered()]
    assert [kind.key for kind in offered() if not kind.at_hall] == ["foi_request"]
    screen.open("/tell/foi_request")
    assert "请工作人员代您填" in screen.told()
    assert not screen.tree.xpath("//main//form")
    screen.send("/tell/foi_request/send", 404)
    screen.open("/tell/bribe", 404)


def test_a_complaint_becomes_a_case_of_this_hall_and_the_receipt_opens_it(screen, cases_app):
    number, code = sent(screen)
    assert (len(number), len(code)) == (12, 8)
    with cases_app.extensions["storage"].reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.channel, case.state, case.unit.name) == ("kiosk", "received", "柳溪村")
        assert read_as_writer(session, case).values == {"text": TEXT, "name": NAME, "phone": PHONE}
    told = followed(screen, number, code).told()
    assert "已经收到" in told
    assert "最迟" in told
    assert TEXT not in told
    assert code not in screen.tree.text_content()


def test_the_same_form_sent_again_is_the_same_case_and_the_same_receipt(screen, cases):
    written(screen)
    last = screen.tree
    first = receipt(screen.goes_on("/tell/complaint/send"))
    screen.tree = last
    assert receipt(screen.goes_on("/tell/complaint/send")) == first
    assert cases() == 1


def test_what_is_wrong_is_said_at_its_step_and_what_was_typed_stays(screen, cases):
    screen.open(COMPLAINT).goes_on(about="").goes_on(text="")
    assert "请填“什么事”" in screen.told()
    screen.goes_on(text=TEXT).goes_on(name=NAME).goes_on(phone="139")
    assert "电话号码不对" in screen.told()
    screen.goes_on(phone=PHONE).goes_on(to="text")
    assert screen.tree.xpath("//textarea")[0].text.strip() == TEXT
    screen.goes_on().goes_on().goes_on().goes_on("/tell/complaint/send", ticket="forged")
    assert "放得太久了" in screen.told()
    assert cases() == 0
    screen.goes_on("/tell/complaint/send")
    assert cases() == 1


def test_the_keypad_works_without_scripts(screen):
    screen.open(COMPLAINT).goes_on(about="").goes_on(text=TEXT).goes_on(name="")
    for key in "1395":
        screen.goes_on(press=key)
    screen.goes_on(press="one")
    assert screen.tree.xpath("//output")[0].text == "139"
    screen.open("/subsidy?code=" + VILLAGES[0][0]).goes_on(name=NAME)
    for key in "123X9":
        screen.goes_on(press=key)
    assert screen.tree.xpath("//output")[0].text == "123X"


def test_places_of_the_hall_come_first_and_any_other_can_be_had(screen):
    names = screen.open(COMPLAINT).tree.xpath("//main//button[@name='about' and contains(@class, 'v')]/text()")
    assert names == ["柳溪村", "桃园村", "清河镇（整个乡镇）"]
    assert screen.goes_on(group="all").tree.xpath("//button[@name='group']/text()") == ["清河镇", "安平乡", "县直单位"]
    assert screen.goes_on(group="9" * 5_000).tree.xpath("//button[@name='group']")
    assert "石桥村" in screen.goes_on(group="1").told()
    assert "第 2 步" in screen.open(f"{COMPLAINT}?about={VILLAGES[0][0]}").told()


def test_a_form_carries_on_on_the_phone_with_nothing_typed_in_it(screen):
    screen.open(f"{COMPLAINT}?about={VILLAGES[0][0]}").goes_on(text=TEXT)
    led = screen.tree.xpath("//main//a[contains(., '用手机接着写')]/@href")[0]
    page = html.fromstring(screen.client.get(led, base_url=SITE).text)
    written = f"{SITE}/msgk/cases/new?kind=complaint&about={VILLAGES[0][0]}"
    assert page.xpath("//b[@class='address']/text()") == [written]


def test_help_rings_and_what_was_typed_stays(screen, cases_app):
    screen.open(COMPLAINT).goes_on(about="").goes_on("/tell/complaint/help", text=TEXT)
    assert "工作人员马上来" in screen.told()
    assert screen.tree.xpath("//textarea")[0].text.strip() == TEXT


def test_nobody_elses_page_acts_here(screen, cases):
    for site in ("cross-site", "none"):
        for path in ("/tell/complaint/send", "/tell/complaint/help", "/follow/open", "/follow/say", "/subsidy/answer"):
            answer = screen.client.post(
                f"/msgk/kiosk{path}", base_url=SITE, headers={"Sec-Fetch-Site": site}, data={"text": TEXT}
            )
            assert answer.status_code == 403
    assert cases() == 0


def test_wrong_and_unknown_are_told_alike_and_the_network_is_the_machine(screen, cases_app):
    number, code = sent(screen)
    wrong = followed(screen, number, "00000000" if code != "00000000" else "11111111").told()
    unknown = followed(screen, "202600000011", code).told() if number != "202600000011" else wrong
    assert "对不上" in wrong
    assert unknown == wrong
    for _ in range(8):
        followed(screen, "202600000011", "12345678")
    assert "分钟再试" in screen.told()
    with cases_app.extensions["storage"].reading() as session:
        counts = session.scalar(select(func.count()).select_from(GuessWait))
    other = cases_app.test_client()  # not this machine: the same address, other counts
    answer = other.post(
        "/msgk/kiosk/follow/open", base_url=SITE, headers=OURS, data={"number": "202600000011", "code": "12345678"}
    )
    assert "分钟再试" not in answer.text
    assert counts
    screen.open("/follow").goes_on(number="202612345678")
    assert "有一位不对" in screen.told()


def test_a_hall_shows_what_the_office_says_and_never_what_the_writer_wrote(screen, cases_app):
    number, code = sent(screen)
    with cases_app.extensions["storage"].transaction() as session:
        case = session.scalars(select(Case)).one()
        following.add(session, case, "示例：他还收过别人的钱", at=now())
        handling.accept(session, case, by=handler(session, case.held_by[0].place), at=now())
    told = followed(screen, number, code).told()
    assert "您补充说明" in told
    assert "受理了" in told
    assert "收过别人的钱" not in told


def test_an_answer_is_rated_sent_back_and_printed_by_tapping(screen, cases_app):
    number, code = sent(screen, "question")
    with cases_app.extensions["storage"].transaction() as session:
        answered(session, session.scalars(select(Case)).one(), at=now(), text="灯泡明天就换")
    assert "灯泡明天就换" in followed(screen, number, code).told()
    held = screen.tree.xpath("//input[@name='held']/@value")[0]
    assert "您满意吗" in screen.send("/follow", held=held, verb="rate").told()
    assert "谢谢" in screen.send("/follow/say", held=held, verb="rate", answer="4").told()
    screen.send("/follow/say", 400, held=held, verb="rate", answer="9")
    assert "只能退回一次" in screen.send("/follow", held=held, verb="not_solved").told()
    assert "已经退回重办" in screen.send("/follow/say", held=held, verb="not_solved", answer="2").told()
    with cases_app.extensions["storage"].reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.rating, case.state) == (4, "in_hand")
    assert "编号" in screen.send("/follow/say", held=held + "x", verb="rate", answer="4").told()


@pytest.mark.glass
def test_receipt_and_answer_are_printed_with_a_pass_and_for_nobody_without(screen, cases_app):
    number, code = sent(screen)
    held = screen.tree.xpath("//input[@name='held']/@value")[0]
    assert len(screen.send("/follow/paper/receipt", held=held).tree.xpath("//img")) == 1
    screen.send("/follow/paper/a4", 404, held=held)  # this machine has other paper
    screen.send("/follow/paper/receipt", 404, held="")
    followed(screen, number, code)
    held = screen.tree.xpath("//input[@name='held']/@value") or [""]
    screen.send("/follow/paper/receipt", 404, held=held[0])  # no answer yet
    with cases_app.extensions["storage"].transaction() as session:
        answered(session, session.scalars(select(Case)).one(), at=now())
    followed(screen, number, code)
    held = screen.tree.xpath("//input[@name='held']/@value")[0]
    assert len(screen.send("/follow/paper/receipt", held=held).tree.xpath("//img")) == 1


def test_an_objection_begins_at_the_item_that_it_is_about(screen, cases):
    assert "请先打开您有不同意见的那一条" in screen.open("/tell/objection").told()
    screen.send("/tell/objection/send", text=TEXT)
    assert cases() == 0


def test_who_tips_off_the_county_is_told_who_above_takes_it(screen, cases_app):
    with cases_app.extensions["storage"].transaction() as session:
        item = publish(session, COUNTY, kinds()["announcement"]).id
    assert "的信访部门或者纪检监察机关反映" in screen.open(f"/tell/tipoff?about={COUNTY}&item={item}").told()
    assert "哪里不对" in screen.open(f"/tell/objection?about={COUNTY}&item={item}").told()
    assert "举报哪里的" in screen.open(f"/tell/tipoff?about={COUNTY}").told()


def test_a_subsidy_is_asked_for_by_village_name_and_last_four(screen):
    names = screen.open("/subsidy").tree.xpath("//main//ul[@class='grid']//a/text()")
    assert names == ["柳溪村", "桃园村", "别的乡镇"]
    assert "请写名单上的姓名" in screen.open(f"/subsidy?code={VILLAGES[0][0]}").goes_on(name=" ").told()
    assert "请填后四位" in screen.goes_on(name=NAME).goes_on("/subsidy/answer", last="12").told()
    assert "没有查到" in screen.goes_on("/subsidy/answer", last="1234").told()
    screen.send("/subsidy/answer", 404, code="999", name=NAME, last="1234")
