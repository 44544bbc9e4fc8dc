"""Managing accounts in the browser: of one's own area and no more than one has; nobody sees a password."""

import io
import json
import re

import pytest
from lxml import html
from sqlalchemy import select

from tests.factories import PASSWORD, TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE, at_desk
from villages.accounts.models import ROLES, Staff
from villages.accounts.queries import staff
from villages.core.clock import now
from villages.site.actions import set_detail

OTHER = "410923200"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def township(app):
    return at_desk(app, "administrator", TOWNSHIP)


def number_of(app, name):
    with app.extensions["storage"].reading() as session:
        return staff(session, name).id


def test_there_is_no_account_before_somebody_makes_one(blank):
    with blank.reading() as session:
        assert session.scalars(select(Staff)).all() == []


def test_a_township_sees_and_opens_the_accounts_of_its_own_area(app, township):
    near, far = at_desk(app, "editor", VILLAGE), at_desk(app, "editor", OTHER)
    page = township.get("/admin/people")
    assert near.name in page.text
    assert far.name not in page.text
    assert township.fetch(f"/admin/people/{number_of(app, far.name)}").status_code == 404
    assert township.post(f"/admin/people/{number_of(app, far.name)}/close").status_code == 404
    assert far.fetch("/admin/").status_code == 200


@pytest.mark.parametrize(("role", "area"), [("editor", COUNTY), ("editor", OTHER), ("security", TOWNSHIP)])
def test_nobody_gives_more_than_they_have(app, township, storage, role, area):
    if role == "security":
        with storage.transaction() as session:
            set_detail(session, "separation", "1", by=TESTER, at=now())
    answer = township.post("/admin/people/new", name="示例越权", role=role, area=area)
    assert answer.status_code in (403, 422)
    with storage.reading() as session:
        assert session.scalar(select(Staff).where(Staff.name == "示例越权")) is None


def test_a_name_that_is_taken_is_said_and_the_form_kept(app, township):
    name = at_desk(app, "editor", VILLAGE).name
    answer = township.post("/admin/people/new", name=name, role="editor", area=TOWNSHIP)
    assert answer.status_code == 422
    assert "已经有了" in answer.text
    assert f'value="{name}"' in answer.text


def choices(answer, name):
    """What a list of a page offers, and what stands chosen in it."""
    options = html.document_fromstring(answer.text).xpath(f"//select[@id='{name}']/option")
    chosen = [option.get("value") for option in options if option.get("selected") is not None]
    return [option.get("value") for option in options], "".join(chosen)


def test_a_village_is_chosen_by_its_township_and_nothing_is_chosen_by_itself(app, storage):
    county = at_desk(app, "administrator")
    page = county.fetch("/admin/people/new")
    areas, chosen = choices(page, "area")
    assert (areas[0], chosen, choices(page, "role")[1]) == ("", "", "")
    assert len(areas) < 50
    assert choices(page, "village") == ([], "")
    answer = county.post("/admin/people/new", name="示例新人", role="editor", area=TOWNSHIP, act="villages")
    assert answer.status_code == 200
    villages, _ = choices(answer, "village")
    assert villages[0] == ""
    assert all(code.startswith(TOWNSHIP) for code in villages[1:])
    assert (choices(answer, "area")[1], choices(answer, "role")[1]) == (TOWNSHIP, "editor")
    assert 'value="示例新人"' in answer.text
    county.post("/admin/people/new", name="示例新人", role="editor", area=TOWNSHIP, village=VILLAGE)
    with storage.reading() as session:
        assert staff(session, "示例新人").unit.division_code == VILLAGE


def test_what_is_not_chosen_or_not_listed_is_told_at_its_field(app, township):
    answer = at_desk(app, "administrator").post("/admin/people/new", name="示例新人", role="", area="")
    assert "请选一个角色" in answer.text
    assert "请选一个单位或乡镇" in answer.text
    answer = township.post("/admin/people/new", name="示例新人", role="editor", area=TOWNSHIP, village=f"{OTHER}201")
    assert answer.status_code == 422
    assert 'id="village-error">请从列出的里面重新选' in answer.text


def test_an_accounts_page_shows_its_area_in_both_steps(app, township):
    person = at_desk(app, "editor", VILLAGE)
    page = township.fetch(f"/admin/people/{number_of(app, person.name)}")
    assert (choices(page, "area")[1], choices(page, "village")[1]) == (TOWNSHIP, VILLAGE)


def test_who_leaves_is_out_at_once_everywhere(app, township):
    leaver = at_desk(app, "editor", VILLAGE)
    number = number_of(app, leaver.name)
    assert township.post(f"/admin/people/{number}/close").status_code == 303
    assert leaver.fetch("/admin/").status_code == 302
    assert "停用" in township.get("/admin/people?state=closed").text
    answer = township.post(f"/admin/people/{number}/reopen")
    assert re.search(r'class="spelled">[0-9a-z-]{24}<', answer.text)
    assert leaver.fetch("/admin/").status_code == 302  # a new password first


def test_a_reset_voids_the_password_and_shows_no_old_or_new_one(app, township, storage):
    person = at_desk(app, "editor", VILLAGE)
    answer = township.post(f"/admin/people/{number_of(app, person.name)}/reset")
    assert PASSWORD not in answer.text
    assert person.fetch("/admin/").status_code == 302
    with storage.reading() as session:
        assert staff(session, person.name).password_hash == ""


@pytest.mark.parametrize(
    ("origin", "begins"),
    [("https://gov.example.cn", "https://gov.example.cn/"), ("null", "https://www.county.gov.cn/"), ("", "https://www.county.")],
)  # fmt: skip
def test_the_link_leads_where_the_managers_browser_sees_us(app, township, origin, begins):
    path = f"/msgk/admin/people/{number_of(app, at_desk(app, 'editor', VILLAGE).name)}/reset"
    headers = {"Referer": township.base} | ({"Origin": origin} if origin else {})
    answer = township.client.post(path, base_url=township.base, data={"csrf_token": township.token()}, headers=headers)
    link = re.search(r"<code>([^<]+)</code>", answer.text).group(1)
    assert link.startswith(begins)
    assert re.search(r"/msgk/admin/first#[0-9a-z-]{24}$", link)


def test_another_role_counts_from_the_next_request(app, township):
    person = at_desk(app, "editor", VILLAGE)
    assert person.fetch("/admin/reviews").status_code == 403
    township.post(f"/admin/people/{number_of(app, person.name)}/role", role="reviewer", area=TOWNSHIP)
    assert person.fetch("/admin/reviews").status_code == 200


def test_nobody_manages_their_own_account(app, township):
    number = number_of(app, township.name)
    assert "这是您自己的账号" in township.get(f"/admin/people/{number}").text
    for verb in ("close", "reset"):
        assert township.post(f"/admin/people/{number}/{verb}").status_code == 422
    assert township.fetch("/admin/").status_code == 200


def test_with_three_people_apart_the_security_administrator_manages_accounts(app, storage):
    administrator, security = at_desk(app, "administrator"), at_desk(app, "security")
    with storage.transaction() as session:
        set_detail(session, "separation", "1", by=TESTER, at=now())
    assert administrator.fetch("/admin/people").status_code == 403
    assert administrator.fetch("/admin/audit").status_code in (403, 404)
    for role in ROLES:
        answer = security.post("/admin/people/new", name=f"示例{role}新", role=role, area=COUNTY)
        assert answer.status_code == 200, role


def test_the_commands_list_and_refuse_in_words(villages):
    villages("init")
    status, out, _ = villages("accounts", "list", "--format", "json")
    assert (status, json.loads(out)) == (0, [])
    assert villages("accounts", "close", "没有的人")[0] == 1


def test_a_reset_by_command_prints_a_link_that_opens(villages, monkeypatch):
    villages("init")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    villages("accounts", "add", "示例管理员", "--role", "administrator", "--scope", COUNTY, "--password-stdin")
    assert villages("accounts", "close", "示例管理员")[0] == 0
    status, out, _ = villages("accounts", "reopen", "示例管理员")
    assert status == 0
    assert re.search(r"^https://www\.county\.gov\.cn/msgk/admin/first#[0-9a-z-]{24}$", out, re.MULTILINE)
    first = out
    status, out, _ = villages("accounts", "reset", "示例管理员")
    assert (status, out != first) == (0, True)
